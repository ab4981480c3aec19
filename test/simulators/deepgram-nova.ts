import type { DeepgramKnobs } from './deepgram-knobs.js';
import {
  metadataMessage,
  resultsMessage,
  speechStartedMessage,
  spreadWords,
  utteranceEndMessage,
} from './deepgram-messages.js';
import type { SpokenWord } from './deepgram-messages.js';
import type { RecogniserSession, SessionContext } from './deepgram-session.js';
import { Loudness } from './loudness.js';

/** Nova sends an interim about once per second of speech, and finalises silence every few seconds. */
const INTERIM_EVERY_MS = 1000;
const SILENT_FINAL_EVERY_MS = 5000;
/** How fast the simulated caller's words come out in interims. */
const WORDS_PER_SECOND = 3;

/** v1/listen by loudness: each stretch of speech becomes the next transcript of the knobs. */
export class NovaSession implements RecogniserSession {
  private readonly ear: Loudness;
  private readonly utteranceEndMs: number;
  private utterances = 0;
  private speechFromMs: number | undefined;
  private settledToMs = 0;
  private nextInterimMs = Infinity;
  private utteranceEndAtMs = Infinity;
  private lastWordMs = -1;
  private finalize = false;

  constructor(
    private readonly context: SessionContext,
    private readonly knobs: DeepgramKnobs,
  ) {
    const { query } = context;
    const endpointing = Number(query.get('endpointing') ?? 10);
    this.utteranceEndMs = Number(query.get('utterance_end_ms') ?? Infinity);
    this.ear = new Loudness(
      context.sampleRate,
      knobs.silenceMs ?? (Number.isNaN(endpointing) ? Infinity : endpointing),
      {
        started: (atMs) => {
          this.started(atMs);
        },
        stopped: (lastLoudMs, nowMs) => {
          this.stopped(lastLoudMs, nowMs);
        },
        window: (nowMs, loud) => {
          this.window(nowMs, loud);
        },
      },
    );
  }

  audio(chunk: Buffer): void {
    this.ear.push(chunk);
  }

  control(type: string): void {
    if (type === 'Finalize') this.finalizeNow();
  }

  /** What is left is recognised, then comes the Metadata; the caller closes. */
  end(): void {
    this.ear.flush();
    this.context.send(metadataMessage(this.context.requestId, this.ear.nowMs));
  }

  private get transcript(): string {
    const transcripts = this.knobs.transcripts ?? ['hello there'];
    return transcripts[this.utterances % transcripts.length] ?? '';
  }

  private started(atMs: number): void {
    this.speechFromMs = atMs;
    this.nextInterimMs = atMs + INTERIM_EVERY_MS;
    this.utteranceEndAtMs = Infinity;
    if (this.context.query.get('vad_events') === 'true') this.context.send(speechStartedMessage(atMs));
  }

  private window(nowMs: number, loud: boolean): void {
    if (this.speechFromMs !== undefined && loud && nowMs >= this.nextInterimMs) {
      this.nextInterimMs += INTERIM_EVERY_MS;
      if (this.context.query.get('interim_results') === 'true') this.interim(this.speechFromMs, nowMs);
    }
    if (nowMs >= this.utteranceEndAtMs) {
      this.utteranceEndAtMs = Infinity;
      this.context.send(utteranceEndMessage(this.lastWordMs));
    }
    if (this.speechFromMs === undefined && nowMs - this.settledToMs >= SILENT_FINAL_EVERY_MS) {
      this.result([], nowMs, { isFinal: true });
      this.settledToMs = nowMs;
    }
  }

  private interim(fromMs: number, nowMs: number): void {
    const words = this.transcript.split(' ');
    const heard = Math.max(1, Math.min(words.length, Math.floor(((nowMs - fromMs) / 1000) * WORDS_PER_SECOND)));
    this.result(spreadWords(words.slice(0, heard).join(' '), fromMs, nowMs), nowMs, { isFinal: false });
  }

  private stopped(lastLoudMs: number, nowMs: number): void {
    const words = spreadWords(this.transcript, this.speechFromMs ?? lastLoudMs, lastLoudMs);
    this.utterances += 1;
    this.speechFromMs = undefined;
    this.lastWordMs = lastLoudMs;
    this.utteranceEndAtMs = lastLoudMs + this.utteranceEndMs;
    const speechFinal = !this.finalize && this.knobs.withoutSpeechFinal !== true;
    this.result(words, nowMs, { isFinal: true, speechFinal, fromFinalize: this.finalize });
    this.settledToMs = nowMs;
  }

  private finalizeNow(): void {
    if (this.knobs.ignoreFinalize === true) return;
    if (this.speechFromMs !== undefined) {
      this.finalize = true;
      this.ear.flush();
      this.finalize = false;
    } else if (this.knobs.ignoreFinalize !== 'when-empty') {
      this.result([], this.ear.nowMs, { isFinal: true, fromFinalize: true });
      this.settledToMs = this.ear.nowMs;
    }
  }

  private result(
    words: readonly SpokenWord[],
    endMs: number,
    flags: { isFinal: boolean; speechFinal?: boolean; fromFinalize?: boolean },
  ): void {
    const message = resultsMessage(this.context.requestId, { words, startMs: this.settledToMs, endMs, ...flags });
    this.context.send(message);
    if (flags.isFinal && words.length > 0 && this.knobs.duplicateFinals === true) this.context.send(message);
  }
}
