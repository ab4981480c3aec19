import type { ServerMessage, ServerMessageOf } from '../../src/protocol/index.js';
import { samplesOf } from '../audio/pcm.js';
import type { ResponsePlayback } from '../playback/response-playback.js';
import type { VoiceClient } from '../voice-client.js';
import type { PreparedTurn } from './prepare.js';
import type { ToolReport, TurnLatency, TurnReport } from './turn-report.js';

export interface TurnWatchOptions {
  readonly client: VoiceClient;
  readonly playback: ResponsePlayback;
  readonly turn: Pick<PreparedTurn, 'kind' | 'said'>;
  readonly number: number;
  /** Silence of the server after which the turn is given up, ms. */
  readonly timeoutMs: number;
}

const WATCHDOG_MS = 200;
/** Words that no turn follows within this time were a sound that the server dismissed, ms. */
const STRAY_WORDS_MS = 2000;
/** A turn takes no longer than this, ms, however lively the server is. */
const MAX_TURN_MS = 300_000;

/**
 * Follows one turn from before its first word to the end of its answer. One utterance may become several turns at the
 * server (the caller paused too long): the answer is the one to the last of them.
 */
export class TurnWatch {
  /** Resolves when the turn was answered or given up. Never rejects. */
  readonly over: Promise<void>;
  readonly #options: TurnWatchOptions;
  readonly #subscriptions: (() => void)[];
  readonly #watchdog: ReturnType<typeof setInterval>;
  readonly #startedAt = performance.now();
  #settle!: () => void;
  #settled = false;
  #overtaken = false;
  #failure: string | undefined;
  #lastError: string | undefined;
  #activeAt = performance.now();
  #sentAt: number | undefined;
  #speechStartedAt: number | undefined;
  /** When the response that was being played, if any, was held or cut off for this turn. */
  #silencedAt: number | undefined;
  /** When words came last that no turn.ended has followed yet. */
  #openWordsAt: number | undefined;
  #turn: { readonly id: string; readonly text: string } | undefined;
  #finalAt: number | undefined;
  #response: { readonly id: string; completed: boolean } | undefined;
  #reply = '';
  #firstTokenAt: number | undefined;
  #firstAudioAt: number | undefined;
  #interrupted = false;
  #samples = 0;
  #energy = 0;
  #metrics: TurnReport['metrics'];
  readonly #tools = new Map<string, ToolReport>();

  constructor(options: TurnWatchOptions) {
    this.#options = options;
    this.over = new Promise((resolve) => {
      this.#settle = resolve;
    });
    const { client } = options;
    this.#subscriptions = [
      client.on('message', (message) => this.#message(message)),
      client.on('audio', ({ responseId, chunk }) => this.#audio(responseId, chunk)),
      client.on('closed', ({ meaning }) => this.#fail(this.#lastError ?? `the connection was closed: ${meaning}`)),
    ];
    this.#watchdog = setInterval(() => this.#watch(), WATCHDOG_MS);
  }

  /**
   * The last audible sample (or the text) was sent at `endedAt`, the first one at `startedAt`, as performance.now counts.
   */
  sent(endedAt: number, startedAt: number): void {
    this.#sentAt = endedAt;
    this.#speechStartedAt = startedAt;
    this.#activeAt = performance.now();
    this.#check();
  }

  /** The caller goes on to the next turn: what is said and answered from now on is not this one's. */
  overtaken(): void {
    this.#overtaken = true;
  }

  /** The response that answers the turn, once it has begun. */
  get responseId(): string | undefined {
    return this.#response?.id;
  }

  get settled(): boolean {
    return this.#settled;
  }

  /** Stops watching; what was seen so far is the report. A reply that had begun counts as answered. */
  finish(): TurnReport {
    this.#end();
    const { number, turn } = this.#options;
    const { sampleRate } = this.#options.client.session?.audio.output ?? { sampleRate: 1 };
    const answered = this.#failure === undefined && this.#response !== undefined;
    return {
      number,
      kind: turn.kind,
      said: turn.said,
      heard: this.#turn?.text ?? '',
      tools: [...this.#tools.values()],
      reply: this.#reply.replaceAll(/\s+/g, ' ').trim(),
      answered,
      interrupted: this.#interrupted,
      ...(answered ? {} : { failure: this.#failure ?? 'no reply had begun' }),
      latency: this.#latency(),
      ...(this.#metrics === undefined ? {} : { metrics: this.#metrics }),
      audio: {
        ms: Math.round((this.#samples * 1000) / sampleRate),
        rms: Math.round(Math.sqrt(this.#energy / Math.max(1, this.#samples))),
      },
    };
  }

  #message(message: ServerMessage): void {
    this.#activeAt = performance.now();
    if (this.#overtaken && opensTurn(message)) return;
    switch (message.type) {
      case 'transcript.partial':
        this.#openWordsAt = performance.now();
        break;
      case 'transcript.final':
        this.#openWordsAt = performance.now();
        this.#finalAt = performance.now();
        break;
      case 'turn.ended':
        this.#openWordsAt = undefined;
        this.#turn = { id: message.turnId, text: message.text };
        break;
      case 'response.started':
        this.#responseStarted(message);
        break;
      case 'response.text':
        if (message.responseId !== this.#response?.id) break;
        this.#firstTokenAt ??= performance.now();
        this.#reply += message.delta;
        break;
      case 'response.completed':
        if (message.responseId === this.#response?.id) this.#response.completed = true;
        break;
      case 'response.paused':
      case 'response.interrupted':
        if (message.responseId !== this.#response?.id) this.#silencedAt ??= performance.now();
        else if (message.type === 'response.interrupted') this.#interrupted = true;
        break;
      case 'tool.started':
      case 'tool.finished':
        this.#tool(message);
        break;
      case 'turn.metrics':
        this.#keepMetrics(message);
        break;
      case 'error':
        this.#lastError = `${message.code}: ${message.message}`;
        break;
      case 'session.started':
      case 'session.resumed':
      case 'disclosure.told':
      case 'call.answered':
      case 'keys.pressed':
      case 'transfer.changed':
      case 'transfer.ended':
      case 'consent.changed':
      case 'supervisor.changed':
      case 'audio.skipped':
      case 'session.ended':
      case 'speech.started':
      case 'speech.stopped':
      case 'response.speak':
      case 'tool.progress':
      case 'tool.call':
      case 'custom.message':
      case 'tool.result':
      case 'response.audio_done':
      case 'response.resumed':
      case 'pong':
    }
    this.#check();
  }

  #responseStarted({ responseId, turnId }: ServerMessageOf<'response.started'>): void {
    if (turnId === undefined || turnId !== this.#turn?.id) return;
    this.#response = { id: responseId, completed: false };
    this.#reply = '';
    this.#firstTokenAt = undefined;
    this.#firstAudioAt = undefined;
    this.#interrupted = false;
    this.#samples = 0;
    this.#energy = 0;
  }

  #audio(responseId: string, chunk: Uint8Array): void {
    this.#activeAt = performance.now();
    if (responseId !== this.#response?.id) return;
    this.#firstAudioAt ??= performance.now();
    const samples = samplesOf(chunk);
    this.#samples += samples.length;
    for (const sample of samples) this.#energy += sample * sample;
  }

  #tool(message: ServerMessageOf<'tool.started'> | ServerMessageOf<'tool.finished'>): void {
    if (message.responseId !== this.#response?.id) return;
    if (message.type === 'tool.started') {
      const { callId, name } = message;
      this.#tools.set(callId, {
        name,
        arguments: message.arguments,
        ok: false,
        code: 'unfinished',
        artifacts: [],
        durationMs: 0,
      });
      return;
    }
    const { callId, name, ok, code, message: said, artifacts, durationMs } = message;
    this.#tools.set(callId, {
      name,
      arguments: this.#tools.get(callId)?.arguments,
      ok,
      ...(code === undefined ? {} : { code }),
      ...(said === undefined ? {} : { message: said }),
      artifacts: artifacts ?? [],
      durationMs,
    });
  }

  #keepMetrics({ turnId, type: _type, seq: _seq, ...metrics }: ServerMessageOf<'turn.metrics'>): void {
    if (turnId === this.#turn?.id) this.#metrics = metrics;
  }

  /** Answered: everything was said, the reply to the last turn was played, and nothing further is being recognised. */
  #check(): void {
    if (this.#sentAt === undefined || this.#response?.completed !== true) return;
    if (this.#openWordsAt === undefined || performance.now() - this.#openWordsAt > STRAY_WORDS_MS) this.#end();
  }

  #watch(): void {
    this.#check();
    if (this.#settled) return;
    const now = performance.now();
    const { client, playback, timeoutMs } = this.#options;
    // A server that cannot be reached at the moment is not silent.
    if (this.#sentAt === undefined || playback.active || client.state === 'reconnecting') this.#activeAt = now;
    if (now - this.#activeAt > timeoutMs) {
      const what =
        this.#turn === undefined
          ? 'nothing was recognised'
          : this.#interrupted
            ? 'the reply was cut off and no other came'
            : 'no answer came';
      this.#fail(this.#lastError ?? `${what} within ${timeoutMs / 1000} s`);
    } else if (now - this.#startedAt > MAX_TURN_MS) {
      this.#fail(`the turn took longer than ${MAX_TURN_MS / 1000} s`);
    }
  }

  #fail(reason: string): void {
    if (this.#settled) return;
    this.#failure = reason;
    this.#end();
  }

  #end(): void {
    if (this.#settled) return;
    this.#settled = true;
    clearInterval(this.#watchdog);
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#settle();
  }

  #latency(): TurnLatency {
    const between = (from: number | undefined, to: number | undefined): number | undefined =>
      from === undefined || to === undefined ? undefined : Math.round(to - from);
    const stages = {
      silencedMs: between(this.#speechStartedAt, this.#silencedAt),
      finalMs: between(this.#sentAt, this.#finalAt),
      firstTokenMs: between(this.#sentAt, this.#firstTokenAt),
      firstAudioMs: between(this.#sentAt, this.#firstAudioAt),
    };
    return Object.fromEntries(Object.entries(stages).filter(([, ms]) => ms !== undefined));
  }
}

const opensTurn = ({ type }: ServerMessage): boolean =>
  type === 'transcript.partial' ||
  type === 'transcript.final' ||
  type === 'turn.ended' ||
  type === 'response.started' ||
  type === 'error';
