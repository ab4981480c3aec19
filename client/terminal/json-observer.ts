import type { ServerMessage } from '../../src/protocol/index.js';
import type { SessionInfo } from '../client-events.js';
import type { CallReport } from './call.js';
import type { CallObserver } from './observer.js';
import type { TurnReport } from './turn-report.js';

/**
 * One JSON object a line. Server messages are as they came; what the client adds has a type that begins with "client.".
 * `atMs` counts from the start of the program.
 */
export class JsonObserver implements CallObserver {
  readonly #write: (line: string) => void;
  readonly #startedAt = performance.now();

  constructor(write: (line: string) => void) {
    this.#write = write;
  }

  connected(session: SessionInfo): void {
    this.#put(session);
  }

  callerSpeaks(said: string, kind: 'say' | 'wav' | 'text'): void {
    this.#put({ type: 'client.speaks', kind, said });
  }

  message(message: ServerMessage): void {
    this.#put(message);
  }

  turnOver(report: TurnReport): void {
    this.#put({ type: 'client.turn', ...report });
  }

  note(text: string): void {
    this.#put({ type: 'client.note', text });
  }

  callOver({ session, turns }: CallReport): void {
    const answered = turns.filter((turn) => turn.answered).length;
    this.#put({ type: 'client.summary', sessionId: session.sessionId, turns: turns.length, answered });
  }

  #put(event: object): void {
    const atMs = Math.round(performance.now() - this.#startedAt);
    this.#write(`${JSON.stringify({ atMs, ...event })}\n`);
  }
}
