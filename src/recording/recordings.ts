import { createHash, randomUUID } from 'node:crypto';
import type { CallLedger } from '../calls/call-ledger.port.js';
import type { CallInfo, CallObserver, CallTransition } from '../calls/call-observer.port.js';
import type { CallSound, CallSoundFormat, CallSounds } from '../calls/call-sound.port.js';
import type { Clock } from '../conversation/clock.port.js';
import { textOf } from '../database/error-code.js';
import { settledWithin } from '../deadline/within.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import { CallRecording, type RecordingListener } from './call-recording.js';
import { finishRecording, type FinishedRecording, recordedFiles } from './finish-recording.js';
import { isFileSafe } from './recording-file.js';

/** How long the last ones may take when the server stops, ms: what is not made by then the next server makes. */
const CLOSE_MS = 10_000;
/** How often recordings are written, ms: a killed process loses no more besides what is held back. */
const WRITE_EVERY_MS = 1_000;

export interface RecordingsOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly ledger: Pick<CallLedger, 'note'>;
  readonly log: { warn(line: object): void };
}

/** The recordings of this process's calls. */
export class Recordings implements CallSounds, CallObserver {
  private readonly calls = new Map<string, CallRecording>();
  private readonly finishing = new Set<Promise<void>>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: RecordingsOptions) {}

  open(call: CallInfo, format: CallSoundFormat): CallSound | undefined {
    const { recording, sessionId } = call;
    if (recording === undefined || !isFileSafe(sessionId)) return undefined;
    const { folder, clock } = this.options;
    const made = new CallRecording({ ...call, recording }, format, {
      folder,
      clock,
      listener: this.listener(sessionId),
    });
    this.calls.set(sessionId, made);
    this.timer ??= setInterval(() => this.tick(), WRITE_EVERY_MS).unref();
    return made;
  }

  /** Whether a call of this process is being recorded. */
  has(callSid: string): boolean {
    return this.calls.has(callSid);
  }

  // ---- CallObserver

  started(): void {}

  event({ sessionId }: CallInfo, event: ConversationEvent): void {
    const recording = this.calls.get(sessionId);
    if (recording === undefined) return;
    if (event.type === 'session.ended') this.end(sessionId, recording, true);
    else recording.event(event);
  }

  transition({ sessionId }: CallInfo, transition: CallTransition): void {
    const recording = this.calls.get(sessionId);
    recording?.transition(transition);
    // Where it goes it is recorded on, as a part of its own.
    if (transition.type === 'left' && recording !== undefined) this.end(sessionId, recording, false);
  }

  /** Resolves when what has ended is on disk, or after 10 s. */
  async close(): Promise<void> {
    clearInterval(this.timer);
    this.timer = undefined;
    for (const [callSid, recording] of this.calls) this.end(callSid, recording, false);
    await settledWithin(Promise.all(this.finishing), CLOSE_MS, this.options.clock);
  }

  /** Makes the file of a call whose parts are all there, and has it written into the call's record. */
  async finish(callSid: string): Promise<FinishedRecording | undefined> {
    const { folder, ledger } = this.options;
    const files = (await recordedFiles(folder)).filter((file) => file.callSid === callSid);
    if (files.every(({ isWhole }) => isWhole)) return undefined;
    return finishRecording(folder, files, ({ startedAt, ...recording }) =>
      ledger.note(callSid, [
        {
          // The same file again is the same event.
          id: uuidOf(`${callSid} ${recording.sha512}`),
          kind: 'recording.ready',
          at: new Date(),
          data: { ...recording, startedAt: new Date(startedAt).toISOString() },
        },
      ]),
    );
  }

  private tick(): void {
    for (const [callSid, recording] of this.calls) {
      try {
        recording.tick();
      } catch (error) {
        this.calls.delete(callSid);
        this.listener(callSid).failed(Date.now(), 'internal');
        this.warn('recording failed', callSid, error);
      }
    }
  }

  private end(callSid: string, recording: CallRecording, isOver: boolean): void {
    this.calls.delete(callSid);
    const work = recording
      .end()
      .then(async () => {
        if (isOver) await this.finish(callSid);
      })
      .catch((error: unknown) => {
        this.listener(callSid).failed(Date.now(), codeOf(error));
        this.warn('recording not finished: it is tried again', callSid, error);
      });
    this.finishing.add(work);
    void work.finally(() => this.finishing.delete(work));
  }

  private listener(callSid: string): RecordingListener {
    const note = (at: number, what: string, data: Readonly<Record<string, unknown>>): void => {
      void this.options.ledger
        .note(callSid, [{ id: randomUUID(), kind: `recording.${what}`, at: new Date(at), data }])
        .catch((error: unknown) => this.warn('what became of a recording was not written down', callSid, error));
    };
    return {
      started: (at) => note(at, 'started', {}),
      paused: (at, reason) => note(at, 'paused', { reason }),
      resumed: (at, reason) => note(at, 'resumed', { reason }),
      failed: (at, code) => {
        note(at, 'failed', { code });
        this.options.log.warn({ msg: 'recording stopped', callSid, code });
      },
    };
  }

  private warn(msg: string, callSid: string, error: unknown): void {
    this.options.log.warn({ msg, callSid, code: codeOf(error) });
  }
}

const codeOf = (error: unknown): string => textOf(error, 'code') ?? 'internal';

/** Version 8 of RFC 9562: a way of our own, always the same for the same. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
