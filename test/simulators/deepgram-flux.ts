import type { DeepgramKnobs } from './deepgram-knobs.js';
import { spreadWords, turnInfoMessage } from './deepgram-messages.js';
import type { SpokenWord, TurnInfoFields } from './deepgram-messages.js';
import type { RecogniserSession, SessionContext } from './deepgram-session.js';
import { Loudness } from './loudness.js';

/** Flux reports about every quarter of a second of audio. */
const UPDATE_EVERY_MS = 250;
const WORDS_PER_SECOND = 3;
const DEFAULT_SILENCE_MS = 500;
const DEFAULT_EAGER_SILENCE_MS = 200;

/** v2/listen by loudness: each stretch of speech becomes the next transcript, in a turn of its own. */
export class FluxSession implements RecogniserSession {
  private readonly ear: Loudness;
  private readonly hasEager: boolean;
  private readonly eagerSilenceMs: number;
  private sequence = 0;
  private turnIndex = 0;
  private turnFromMs = 0;
  private utterances = 0;
  private speechFromMs: number | undefined;
  private lastLoudMs = 0;
  private nextUpdateMs = UPDATE_EVERY_MS;
  private phase: 'idle' | 'speaking' | 'eager' = 'idle';

  constructor(
    private readonly context: SessionContext,
    private readonly knobs: DeepgramKnobs,
  ) {
    this.hasEager = context.query.has('eager_eot_threshold');
    this.eagerSilenceMs = knobs.eagerSilenceMs ?? DEFAULT_EAGER_SILENCE_MS;
    this.ear = new Loudness(context.sampleRate, knobs.silenceMs ?? DEFAULT_SILENCE_MS, {
      started: (atMs) => {
        this.speechFromMs = atMs;
      },
      stopped: (lastLoudMs, nowMs) => {
        this.stopped(lastLoudMs, nowMs);
      },
      window: (nowMs, loud) => {
        this.window(nowMs, loud);
      },
    });
    context.send({ type: 'Connected', request_id: context.requestId, sequence_id: this.sequence });
  }

  audio(chunk: Buffer): void {
    this.ear.push(chunk);
  }

  control(type: string): void {
    if (type === 'Configure') return this.context.send({ type: 'ConfigureSuccess', sequence_id: this.nextSequence() });
    // Flux hangs up on what it does not know: KeepAlive and Finalize are v1's.
    this.context.send({
      type: 'Error',
      sequence_id: this.nextSequence(),
      code: 'UNPARSABLE_CLIENT_MESSAGE',
      description: 'The message is not one of Flux.',
    });
    this.context.close(1008, 'UNPARSABLE_CLIENT_MESSAGE');
  }

  /** CloseStream brings the words so far, but no EndOfTurn. */
  end(): void {
    if (this.phase !== 'idle') this.tell('Update', this.words(this.ear.nowMs, true), this.ear.nowMs);
  }

  private window(nowMs: number, loud: boolean): void {
    if (loud) {
      this.lastLoudMs = nowMs;
      if (this.phase === 'eager') {
        this.phase = 'speaking';
        this.tell('TurnResumed', this.words(nowMs, true), nowMs);
      }
    }
    if (this.phase === 'speaking' && this.hasEager && nowMs - this.lastLoudMs >= this.eagerSilenceMs) {
      this.phase = 'eager';
      this.tell('EagerEndOfTurn', this.words(nowMs, true), nowMs);
    }
    if (nowMs < this.nextUpdateMs) return;
    this.nextUpdateMs = nowMs + UPDATE_EVERY_MS;
    if (this.phase === 'idle' && this.speechFromMs !== undefined) {
      this.phase = 'speaking';
      this.tell('StartOfTurn', this.words(nowMs), nowMs);
    } else {
      // A quarter of a second after the last sound, every word of it is there; none that an eager end has told is taken back.
      const all = this.phase === 'eager' || nowMs - this.lastLoudMs >= UPDATE_EVERY_MS;
      this.tell('Update', this.words(nowMs, all), nowMs);
    }
  }

  private words(nowMs: number, all = false): readonly SpokenWord[] {
    if (this.speechFromMs === undefined) return [];
    const words = this.transcript.split(' ');
    const speechMs = Math.min(nowMs, this.lastLoudMs) - this.speechFromMs;
    const heard = all ? words.length : Math.max(1, Math.floor((speechMs / 1000) * WORDS_PER_SECOND));
    const text = words.slice(0, heard).join(' ');
    return spreadWords(text, this.speechFromMs, this.speechFromMs + Math.max(speechMs, 1));
  }

  private get transcript(): string {
    const transcripts = this.knobs.transcripts ?? ['hello there'];
    return transcripts[this.utterances % transcripts.length] ?? '';
  }

  private stopped(_lastLoudMs: number, nowMs: number): void {
    if (this.phase === 'idle') this.tell('StartOfTurn', this.words(nowMs, true), nowMs);
    this.tell('EndOfTurn', this.words(nowMs, true), nowMs);
    this.utterances += 1;
    this.speechFromMs = undefined;
    this.phase = 'idle';
    this.turnIndex += 1;
    this.turnFromMs = nowMs;
    this.nextUpdateMs = nowMs + UPDATE_EVERY_MS;
  }

  private nextSequence(): number {
    this.sequence += 1;
    return this.sequence;
  }

  private tell(event: TurnInfoFields['event'], words: readonly SpokenWord[], nowMs: number): void {
    const fields = { event, words, turnIndex: this.turnIndex, windowStartMs: this.turnFromMs, windowEndMs: nowMs };
    this.context.send(turnInfoMessage(this.context.requestId, this.nextSequence(), fields));
  }
}
