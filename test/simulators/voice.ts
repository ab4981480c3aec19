// The voice that all speech simulators speak with: a tone whose length follows the text's.
import { drawMs, Schedule } from './schedule.js';
import { tone } from './tone.js';
import type { VoiceFault, VoiceKnobs } from './voice-knobs.js';

const DEFAULT_CHUNK_BYTES = 4800;
const DEFAULT_MS_PER_CHAR = 60;
const LONGEST_MS = 60_000;
/** One long tone a rate that all answers are cut from: a load run must not pay for sines. */
const tones = new Map<number, Buffer>();

/** The audio for a text, PCM16 mono at `sampleRate` Hz. */
export function voiceOf(text: string, sampleRate: number, msPerChar = DEFAULT_MS_PER_CHAR): Buffer {
  const all = tones.get(sampleRate) ?? longTone(sampleRate);
  tones.set(sampleRate, all);
  const ms = Math.min(LONGEST_MS, text.length * msPerChar);
  return all.subarray(0, Math.round((ms * sampleRate) / 1000) * 2);
}

/** 200 ms hold whole waves at every rate that is a multiple of 5 Hz: the rest is copied. */
function longTone(sampleRate: number): Buffer {
  return Buffer.alloc(Math.round((LONGEST_MS * sampleRate) / 1000) * 2, tone(200, sampleRate));
}

export interface SimulatedWord {
  readonly text: string;
  /** Seconds since the first sample of the text. */
  readonly start: number;
  readonly end: number;
}

/** When the words of a text are spoken. */
export function wordsOf(text: string, msPerChar = DEFAULT_MS_PER_CHAR): SimulatedWord[] {
  return [...text.matchAll(/\S+/gu)].map(({ 0: word, index }) => ({
    text: word,
    start: (index * msPerChar) / 1000,
    end: ((index + word.length) * msPerChar) / 1000,
  }));
}

export interface SpeakerHandlers {
  /** `atMs`: where the chunk begins in the text's audio. */
  chunk(audio: Buffer, atMs: number): void;
  /** All audio of the text is out. */
  done(text: string): void;
  fault(kind: Exclude<VoiceFault['kind'], 'stall' | 'end'>): void;
}

/** Speaks texts one after another, each in chunks, with the knobs' delays; plays the knobs' fault once. */
export class Speaker {
  private readonly schedule = new Schedule();
  private readonly queue: string[] = [];
  private audio: Buffer = Buffer.alloc(0);
  private at = 0;
  private isBusy = false;
  private isStalled = false;
  private fault: VoiceFault | undefined;

  constructor(
    private readonly sampleRate: number,
    private readonly knobs: VoiceKnobs,
    private readonly handlers: SpeakerHandlers,
  ) {
    this.fault = knobs.fault;
  }

  /** The text that is being spoken. */
  get current(): string {
    return this.queue[0] ?? '';
  }

  speak(text: string): void {
    this.queue.push(text);
    if (!this.isBusy) this.begin();
  }

  /** Nothing more comes. */
  stop(): void {
    this.isStalled = true;
    this.queue.length = 0;
    this.schedule.clear();
  }

  /** Goes on with what was begun, and with nothing else. */
  forget(): void {
    this.queue.length = Math.min(this.queue.length, 1);
  }

  private begin(): void {
    const text = this.queue[0];
    this.isBusy = text !== undefined && !this.isStalled;
    if (text === undefined || this.isStalled) return;
    this.audio = voiceOf(text, this.sampleRate, this.knobs.msPerChar);
    this.at = 0;
    // Never at once: who asks has not got its answer's address yet.
    this.schedule.run(Math.max(drawMs(this.knobs.firstAudio), 0.1), () => {
      this.next();
    });
  }

  private next(): void {
    const { chunkBytes = DEFAULT_CHUNK_BYTES, betweenChunks } = this.knobs;
    for (;;) {
      if (this.isStalled) return;
      const limit = Math.min(this.audio.length, this.fault?.afterBytes ?? this.audio.length);
      if (this.at >= limit) {
        if (this.fault !== undefined && this.playFault(this.fault)) return;
        if (this.at >= this.audio.length) return this.finish();
        continue;
      }
      const chunk = this.audio.subarray(this.at, Math.min(limit, this.at + chunkBytes));
      const atMs = (this.at / 2 / this.sampleRate) * 1000;
      this.at += chunk.length;
      this.handlers.chunk(chunk, atMs);
      if (betweenChunks === undefined) continue;
      return this.schedule.run(drawMs(betweenChunks), () => {
        this.next();
      });
    }
  }

  /** True when the segment does not go on after it. */
  private playFault({ kind }: VoiceFault): boolean {
    this.fault = undefined;
    if (kind === 'stall') {
      this.isStalled = true;
      return true;
    }
    if (kind === 'end') {
      this.finish();
      return true;
    }
    this.handlers.fault(kind);
    return false;
  }

  private finish(): void {
    const text = this.queue.shift() ?? '';
    this.handlers.done(text);
    this.begin();
  }
}
