import type { ServerMessage } from '../../src/protocol/index.js';
import type { SessionInfo } from '../client-events.js';
import type { CallReport } from './call.js';
import type { TurnReport } from './turn-report.js';

/** Hears what happens in a call, as it happens: the screen, the JSON stream, the saved transcript. Takes what it wants. */
export interface CallObserver {
  connected?(session: SessionInfo): void;
  /** The caller begins to speak, or typed something. */
  callerSpeaks?(said: string, kind: 'say' | 'wav' | 'text'): void;
  message?(message: ServerMessage): void;
  turnOver?(report: TurnReport): void;
  /** Something that is worth a line and ends nothing. */
  note?(text: string): void;
  callOver?(report: CallReport): void;
}

/** Passes everything on to several observers. */
export function allOf(observers: readonly CallObserver[]): Required<CallObserver> {
  const each = (tell: (observer: CallObserver) => void): void => observers.forEach(tell);
  return {
    connected: (session) => each((observer) => observer.connected?.(session)),
    callerSpeaks: (said, kind) => each((observer) => observer.callerSpeaks?.(said, kind)),
    message: (message) => each((observer) => observer.message?.(message)),
    turnOver: (report) => each((observer) => observer.turnOver?.(report)),
    note: (text) => each((observer) => observer.note?.(text)),
    callOver: (report) => each((observer) => observer.callOver?.(report)),
  };
}
