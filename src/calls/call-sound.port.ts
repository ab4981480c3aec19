// The audio of a call, for whoever keeps it: both sides as they go through this process. Off the hot path nothing is asked of
// it; on it every method is quick, keeps no chunk that it was given, and does not throw.
import type { Playback } from '../conversation/conversation.port.js';
import type { CallInfo } from './call-observer.port.js';

export interface CallSound {
  /** Microphone audio, PCM16 mono at the call's input rate. Hot path. */
  heard(chunk: Uint8Array): void;
  /** The reply's audio as it goes to the client, PCM16 mono at the call's output rate. Hot path. */
  said(chunk: Uint8Array): void;
  /** How the playback of that goes. */
  playback(how: Playback): void;
  /** The caller has pressed a key, of a telephone or of a page. */
  key(): void;
}

export interface CallSoundFormat {
  /** Hz. */
  readonly inputSampleRate: number;
  /** Hz. */
  readonly outputSampleRate: number;
  /** When the call began, in whatever process, ms since 1970. */
  readonly startedAt: number;
}

export interface CallSounds {
  /** Before the call starts, or goes on here; undefined where nobody wants its audio, which then costs nothing. */
  open(call: CallInfo, format: CallSoundFormat): CallSound | undefined;
}

/** Nest injection token of the CallSounds. */
export const CALL_SOUNDS = Symbol('CallSounds');
