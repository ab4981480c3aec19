// The client's public face: what runs in browsers and Node alike. Devices are in client/browser/ and client/node/.
export type { AudioCodec } from './audio-codec.js';
export { Captions, type Caption, type CaptionedCall, type HeardSoFar } from './captions.js';
export type { ClientClosed, ClientEvents, ServerEvent, SessionInfo } from './client-events.js';
export type { ConnectOptions, TokenSource } from './connect-options.js';
export { VoiceClientError, type HttpRefusal, type VoiceClientErrorCode } from './errors.js';
export type { ResumeHandle } from './resume-handle.js';
export { cueOf, type Cue } from './cue.js';
export type { ConnectionQuality } from './line-quality.js';
export { ResponsePlayback, type PlaybackEvents, type ResponsePlaybackOptions } from './playback/response-playback.js';
export type { Speaker } from './playback/speaker.js';
export { TextPlayback, type TextVoice, type TextVoiceListener } from './playback/text-playback.js';
export type { PageTool } from './page-tools.js';
export { Transcript, type TranscriptEntry, type TranscriptEvents } from './transcript.js';
export { VoiceClient, type ClientState, type VoiceClientOptions } from './voice-client.js';
export type { WebSocketFactory, WebSocketLike } from './web-socket.js';
