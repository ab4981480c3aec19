// The agent's voice in a page: the server's audio on a loudspeaker, or its text in the browser's own voice.
import type { HeardSoFar } from '../captions.js';
import { VoiceClientError } from '../errors.js';
import { ResponsePlayback } from '../playback/response-playback.js';
import { TextPlayback } from '../playback/text-playback.js';
import type { VoiceClient } from '../voice-client.js';
import type { BrowserSpeaker } from './browser-speaker.js';
import { BrowserVoice } from './browser-voice.js';

export interface AgentVoice {
  /** Root mean square of what is heard now, before the volume, 0 to 1; 0 where the browser speaks, which does not tell. */
  readonly level: number;
  /** 0 to 1. */
  volume: number;
  /** How far it is with a reply; undefined of one that is over, or unknown. */
  heard(responseId: string): HeardSoFar | undefined;
  /** Rejects with `speaker_unavailable` or `not_supported`. */
  useDevice(deviceId: string | undefined): Promise<void>;
  /** Resolves when all was heard, or thrown away. */
  whenIdle(): Promise<void>;
  /** Falls silent for good. The speaker is the caller's to close. */
  dispose(): void;
}

/** The server speaks; `speaker` plays it. */
export function serverVoice(client: VoiceClient, speaker: BrowserSpeaker): AgentVoice {
  const playback = new ResponsePlayback(client, speaker);
  return {
    get level() {
      return speaker.level;
    },
    get volume() {
      return speaker.volume;
    },
    set volume(volume: number) {
      speaker.volume = volume;
    },
    heard: (responseId) => {
      const playedMs = playback.playedMs(responseId);
      return playedMs === undefined ? undefined : { playedMs };
    },
    useDevice: (deviceId) => speaker.useDevice(deviceId),
    whenIdle: () => playback.whenIdle(),
    dispose: () => playback.dispose(),
  };
}

/** The browser speaks. Throws `speech_unavailable` where it cannot. */
export function browserVoice(client: VoiceClient): AgentVoice {
  const voice = new BrowserVoice();
  const playback = new TextPlayback(client, voice);
  return {
    level: 0,
    get volume() {
      return voice.volume;
    },
    set volume(volume: number) {
      voice.volume = volume;
    },
    heard: (responseId) => {
      const heardChars = playback.heardChars(responseId);
      return heardChars === undefined ? undefined : { heardChars };
    },
    useDevice: () =>
      Promise.reject(new VoiceClientError('not_supported', 'the browser’s own voice speaks where the system says')),
    whenIdle: () => playback.whenIdle(),
    dispose: () => playback.dispose(),
  };
}
