// Microphone and loudspeaker of a browser, for the VoiceClient.
export type { AudioInterruption, AudioRestored } from './audio-watch.js';
export { BrowserSpeaker, type BrowserSpeakerOptions } from './browser-speaker.js';
export { BrowserVoice, type BrowserVoiceOptions, type SpeechSynthesisLike } from './browser-voice.js';
export { captureWorkletSource } from './capture.worklet.js';
export { listDevices, type Device, type Devices, type MediaDevicesLike } from './devices.js';
export { Microphone, type MicrophoneOptions } from './microphone.js';
export { opusCodec } from './load-opus.js';
export { playbackWorkletSource } from './playback.worklet.js';
export { VoiceCall, type CallEnded, type CallEvents, type CallState, type VoiceCallOptions } from './voice-call.js';
export type { BrowserAudio } from './web-audio.js';
export { WebSpeech, type WebSpeechOptions } from './web-speech.js';
