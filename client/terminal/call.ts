// Places a scripted call: takes each turn when the reply before it has been heard, as a polite caller does, and reports
// what came of it.
import type { ConnectOptions } from '../connect-options.js';
import type { ServerMessageOf } from '../../src/protocol/index.js';
import { CallRecorder } from '../node/call-recorder.js';
import { PacedMicrophone } from '../node/paced-microphone.js';
import { VirtualSpeaker } from '../node/virtual-speaker.js';
import { ReadingVoice } from '../node/reading-voice.js';
import { ResponsePlayback } from '../playback/response-playback.js';
import { TextPlayback } from '../playback/text-playback.js';
import type { SessionInfo } from '../client-events.js';
import type { VoiceClient } from '../voice-client.js';
import { connect } from './connect.js';
import { goesOn, noteConnection } from './connection-notes.js';
import { allOf, type CallObserver } from './observer.js';
import type { PreparedCall, PreparedTurn } from './prepare.js';
import type { TurnReport } from './turn-report.js';
import { TurnWatch } from './turn-watch.js';

export interface CallOptions {
  /** Where to; the audio formats are the call's own. */
  readonly connection: Omit<ConnectOptions, 'audio'>;
  readonly call: PreparedCall;
  readonly observers: readonly CallObserver[];
  /** Silence of the server after which a turn is given up, ms. */
  readonly timeoutMs: number;
  /** How long an agent may take to begin its greeting before it is spoken to, ms; 1500 when absent. */
  readonly greetingMs?: number;
  /** A breath between hearing the end of a reply and going on, ms; 300 when absent. */
  readonly breathMs?: number;
  /** Keeps both sides for a WAV file. */
  readonly record?: boolean;
  /** Hangs up. */
  readonly signal?: AbortSignal;
}

export interface CallReport {
  readonly session: SessionInfo;
  readonly turns: readonly TurnReport[];
  readonly ended: ServerMessageOf<'session.ended'> | undefined;
  /** The call as a WAV file: the caller on the left, the agent on the right. */
  readonly wav?: Uint8Array;
}

const GREETING_MS = 1500;
const BREATH_MS = 300;

/** Makes the call. Throws a TerminalFailure when there is no session; what goes wrong later is in the report. */
export async function placeCall(options: CallOptions): Promise<CallReport> {
  const { call, connection, signal } = options;
  const observer = allOf(options.observers);
  const format = { encoding: 'pcm16', sampleRate: call.sampleRate } as const;
  // A recorded microphone hears no loudspeaker.
  const audio = { input: format, output: format, echoCancellation: true };
  const { client, session } = await connect({ ...connection, audio });
  const line = new Line(client, session, options, observer);
  const hangUp = (): void => void client.end();
  signal?.addEventListener('abort', hangUp, { once: true });
  try {
    observer.connected(session);
    await line.greeting();
    for (const turn of call.turns) {
      if (!goesOn(client)) break;
      await line.take(turn);
    }
  } finally {
    signal?.removeEventListener('abort', hangUp);
    await line.hangUp();
  }
  const report = line.report();
  observer.callOver(report);
  return report;
}

/** The caller's end of the line: microphone, loudspeaker and the turns taken. */
class Line {
  readonly #client: VoiceClient;
  readonly #session: SessionInfo;
  readonly #options: CallOptions;
  readonly #observer: Required<CallObserver>;
  readonly #recorder: CallRecorder | undefined;
  readonly #microphone: PacedMicrophone;
  readonly #speaker: VirtualSpeaker;
  readonly #playback: ResponsePlayback;
  readonly #reading: TextPlayback;
  readonly #turns: TurnReport[] = [];
  #taken = 0;
  #ended: ServerMessageOf<'session.ended'> | undefined;

  constructor(client: VoiceClient, session: SessionInfo, options: CallOptions, observer: Required<CallObserver>) {
    this.#observer = observer;
    this.#client = client;
    this.#session = session;
    this.#options = options;
    const { input, output } = session.audio;
    const recorder =
      options.record === true
        ? new CallRecorder({
            callerRate: input.sampleRate,
            agentRate: output.sampleRate,
            startedAt: performance.now(),
          })
        : undefined;
    this.#recorder = recorder;
    this.#speaker = new VirtualSpeaker({
      sampleRate: output.sampleRate,
      ...(recorder === undefined ? {} : { heard: (samples, atMs) => recorder.agent(samples, atMs) }),
    });
    this.#playback = new ResponsePlayback(client, this.#speaker);
    this.#reading = new TextPlayback(client, new ReadingVoice());
    this.#microphone = new PacedMicrophone({
      sampleRate: input.sampleRate,
      send: (frame) => client.sendAudio(frame),
      ...(recorder === undefined ? {} : { tap: (samples, atMs) => recorder.caller(samples, atMs) }),
    });
    this.#observe();
    // A call that is only typed has no microphone, as a chat window has none.
    if (options.call.turns.some((turn) => turn.samples !== undefined || turn.bargeIn !== undefined)) {
      this.#microphone.start();
    }
  }

  /** Hears the greeting out, if there is one. */
  async greeting(): Promise<void> {
    await until(() => this.#playback.active || !goesOn(this.#client), this.#options.greetingMs ?? GREETING_MS);
    await this.#playback.whenIdle();
    await pause(this.#options.breathMs ?? BREATH_MS);
  }

  async take(turn: PreparedTurn): Promise<void> {
    const watch = this.#watch(turn);
    await this.#say(turn, watch);
    if (turn.bargeIn === undefined) {
      await watch.over;
      this.#report(watch);
    } else {
      const interruption = await this.#talkOver(turn.bargeIn, watch);
      this.#report(watch);
      if (interruption !== undefined) this.#report(interruption);
    }
    await pause(this.#options.breathMs ?? BREATH_MS);
  }

  async hangUp(): Promise<void> {
    this.#microphone.stop();
    this.#ended = (await this.#client.end()) ?? this.#ended;
    this.#playback.dispose();
    this.#reading.dispose();
    await this.#speaker.close();
  }

  report(): CallReport {
    return {
      session: this.#session,
      turns: this.#turns,
      ended: this.#ended,
      ...(this.#recorder === undefined ? {} : { wav: this.#recorder.wav() }),
    };
  }

  async #say({ kind, said, samples }: PreparedTurn, watch: TurnWatch): Promise<void> {
    this.#observer.callerSpeaks(said, kind);
    if (samples === undefined) {
      this.#client.submitText(said);
      const now = performance.now();
      watch.sent(now, now);
      return;
    }
    const spoken = await Promise.race([this.#microphone.say({ samples }), watch.over]);
    if (spoken === undefined) return;
    watch.sent(spoken.speechEndedAt, spoken.startedAt);
    if (this.#session.turnDetection === 'manual') this.#client.commit();
  }

  /** Waits until enough of the reply was heard, and talks over it: a turn of its own. */
  async #talkOver(bargeIn: NonNullable<PreparedTurn['bargeIn']>, watch: TurnWatch): Promise<TurnWatch | undefined> {
    await until(() => watch.settled || (this.#playback.playedMs(watch.responseId ?? '') ?? 0) >= bargeIn.afterMs);
    if (!goesOn(this.#client)) return undefined;
    watch.overtaken();
    const turn = { kind: 'say', said: bargeIn.said, samples: bargeIn.samples } as const;
    const next = this.#watch(turn);
    await this.#say(turn, next);
    await next.over;
    return next;
  }

  #watch(turn: PreparedTurn): TurnWatch {
    this.#taken += 1;
    return new TurnWatch({
      client: this.#client,
      playback: this.#playback,
      turn,
      number: this.#taken,
      timeoutMs: this.#options.timeoutMs,
    });
  }

  #report(watch: TurnWatch): void {
    const report = watch.finish();
    this.#turns.push(report);
    this.#observer.turnOver(report);
  }

  #observe(): void {
    const observer = this.#observer;
    const client = this.#client;
    client.on('message', (message) => observer.message(message));
    client.on('session.ended', (message) => {
      this.#ended = message;
    });
    noteConnection(client, (text) => observer.note(text));
    client.on('closed', () => this.#microphone.stop());
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

/** Resolves when the condition holds, or after `timeoutMs`. Looks every 10 ms. */
async function until(condition: () => boolean, timeoutMs = Infinity): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!condition() && performance.now() < deadline) await pause(10);
}
