// Speaks one reply: pieces of text go to the voice in order, its audio goes to the playout, and what was heard is known.
import { LeadingSilence } from '../audio/leading-silence.js';
import type { Word } from '../stt/stt.port.js';
import type { TextToSpeech, TtsEvent, TtsOptions, TtsStream } from '../tts/tts.port.js';
import type { Clock } from './clock.port.js';
import type { Heard } from './conversation.port.js';
import { heardOf, type SpokenSegment } from './heard.js';
import type { Mouth, MouthListener, PlaybackReport } from './mouth.js';
import type { ReplyOptions } from './options.js';
import { Playout } from './playout.js';
import type { MouthSnapshot } from './snapshot.js';
import { speakable } from './speakable.js';

export class Speech implements Mouth {
  readonly segments: SpokenSegment[] = [];
  private readonly playout: Playout;
  private readonly stream: TtsStream;
  private readonly waiting: number[] = [];
  /** Our segment number of each of the voice's: it never sees the pieces that have nothing to speak. */
  private readonly spoken: number[] = [];
  private endAsked = false;
  private dead = false;
  private apologised = false;
  private audible = false;
  /** Where in the reply's audio something can first be heard, ms. */
  private soundAtMs: number | undefined;
  /** The segment whose audio came last. */
  private current = -1;
  /** As long as nothing is heard of it. */
  private silence: LeadingSilence | undefined;
  /** What was cut from the beginning of each segment, ms. */
  private readonly cuts: number[] = [];
  private totalMs = 0;
  private readonly msPerByte: number;

  constructor(
    responseId: string,
    voice: TextToSpeech,
    private readonly ttsOptions: TtsOptions,
    options: ReplyOptions,
    clock: Clock,
    private readonly listener: MouthListener,
    private readonly apology: () => Uint8Array | undefined = () => undefined,
  ) {
    this.msPerByte = 1000 / (ttsOptions.sampleRate * 2);
    this.playout = new Playout(
      clock,
      {
        send: (chunk) => this.send(chunk),
        allSent: (audioMs) => listener.emit({ type: 'response.audio_done', responseId, audioMs }),
        played: () => listener.played(),
        drained: () => this.feed(),
        playback: (how) => listener.playback?.(how),
      },
      options,
      ttsOptions.sampleRate,
    );
    this.stream = voice.open(ttsOptions, (event) => this.heardFromVoice(event));
  }

  say(text: string): number {
    const segment = this.segments.length;
    this.segments.push({ text, spoken: '', startMs: 0, durationMs: 0, complete: false, words: [] });
    this.waiting.push(segment);
    this.feed();
    return segment;
  }

  get idle(): boolean {
    return this.playout.idle && this.segments.every(({ complete }) => complete);
  }

  /** The caller was told so in the voice of better days. */
  get brokeOff(): boolean {
    return this.apologised;
  }

  get confirmed(): boolean | undefined {
    return this.playout.confirmed;
  }

  end(): void {
    this.endAsked = true;
    if (this.dead) this.playout.end();
    else this.feed();
  }

  pause(): void {
    this.playout.pause();
  }

  resume(): void {
    this.playout.resume();
  }

  hold(): void {
    this.playout.hold();
  }

  release(heard?: Heard): number {
    return this.playout.release(heard !== undefined && 'playedMs' in heard ? heard.playedMs : undefined);
  }

  heardUpTo(report: PlaybackReport): void {
    if (report.type === 'position') this.playout.reported(report.playedMs);
    else if (report.type === 'finished') this.playout.reportedFinished();
  }

  stop(): void {
    if (!this.dead) this.stream.abort();
    this.dead = true;
    this.playout.stop();
  }

  position(agoMs?: number): number {
    return this.playout.position(agoMs);
  }

  spokenText(): string {
    const position = this.playout.position();
    const begun = this.segments.filter(({ durationMs, startMs }) => durationMs > 0 && startMs < position);
    return begun.map(({ spoken }) => spoken).join(' ');
  }

  heard(segment: number): string {
    const spoken = this.segments[segment];
    return spoken === undefined ? '' : heardOf(spoken, this.playout.position());
  }

  snapshot(): MouthSnapshot {
    const position = this.playout.heardMs;
    // Of what was heard to its end nobody asks when its words were.
    const pieces = this.segments.map((piece) => ({
      ...piece,
      words: heardOf(piece, position) === piece.text ? [] : [...piece.words],
    }));
    return { unit: 'ms', position, pieces };
  }

  /** Hands pieces to the voice unless enough audio is ahead already: the bound on audio held in memory. */
  private feed(): void {
    if (this.dead) return;
    while (this.waiting.length > 0 && !this.playout.backlogged) {
      const segment = this.waiting.shift() ?? 0;
      const text = speakable(this.segments[segment]?.text ?? '', this.ttsOptions.language);
      if (text === '') this.segmentEnded(segment);
      else this.speak(segment, text);
    }
    if (this.endAsked && this.waiting.length === 0) this.stream.end();
  }

  private speak(index: number, text: string): void {
    const segment = this.segments[index];
    if (segment !== undefined) segment.spoken = text;
    this.spoken.push(index);
    this.stream.speak(this.spoken.length - 1, text);
  }

  private heardFromVoice(event: TtsEvent): void {
    if (this.dead) return;
    switch (event.type) {
      case 'audio':
        return this.audioCame(this.spoken[event.segment] ?? 0, event.chunk);
      case 'words': {
        const index = this.spoken[event.segment] ?? 0;
        const segment = this.segments[index];
        if (segment !== undefined) segment.words = earlier(event.words, this.cuts[index] ?? 0);
        return;
      }
      case 'segment.ended':
        return this.segmentEnded(this.spoken[event.segment] ?? 0);
      case 'ended':
        this.dead = true;
        return this.playout.end();
      case 'failed':
        this.dead = true;
        this.listener.failed(event.error);
        this.apologise();
        if (this.endAsked) this.playout.end();
        return;
    }
  }

  /** Audio that was made ahead of need: no voice is needed for it. */
  private apologise(): void {
    const audio = this.apology();
    if (audio === undefined) return;
    this.apologised = true;
    this.playout.push(audio);
  }

  private audioCame(index: number, chunk: Uint8Array): void {
    if (index !== this.current) {
      this.current = index;
      // While something is being played, it is the pause between two sentences.
      const waited = this.totalMs === 0 || this.playout.idle;
      this.silence = waited ? new LeadingSilence(this.ttsOptions.sampleRate) : undefined;
    }
    if (this.silence === undefined) return this.add(index, chunk);
    const sound = this.silence.push(chunk);
    if (sound !== undefined) this.soundCame(index, this.silence, sound);
  }

  /** Its silence is over, or all that there is of it. */
  private soundCame(index: number, silence: LeadingSilence, sound: Uint8Array): void {
    this.silence = undefined;
    const segment = this.segments[index];
    const { cutMs, soundAtMs } = silence;
    this.cuts[index] = cutMs;
    if (segment !== undefined) segment.words = earlier(segment.words, cutMs);
    if (soundAtMs !== undefined) {
      if (this.totalMs === 0) this.soundAtMs = soundAtMs - cutMs;
      this.listener.silenceCut?.(soundAtMs, cutMs);
    }
    this.add(index, sound);
  }

  private add(index: number, chunk: Uint8Array): void {
    const segment = this.segments[index];
    if (segment === undefined) return;
    if (segment.durationMs === 0) segment.startMs = this.totalMs;
    const ms = chunk.length * this.msPerByte;
    segment.durationMs += ms;
    this.totalMs += ms;
    this.playout.push(chunk);
  }

  private segmentEnded(index: number): void {
    const segment = this.segments[index];
    if (segment === undefined) return;
    if (this.silence !== undefined && index === this.current) {
      const rest = this.silence.rest();
      if (rest !== undefined) this.soundCame(index, this.silence, rest);
    }
    segment.complete = true;
    this.listener.made();
  }

  private send(chunk: Uint8Array): void {
    if (!this.audible) {
      this.audible = true;
      this.listener.audible(this.soundAtMs);
    }
    this.listener.audio(chunk);
  }
}

const earlier = (words: readonly Word[], ms: number): readonly Word[] =>
  ms === 0
    ? words
    : words.map((word) => ({
        ...word,
        startMs: Math.max(0, word.startMs - ms),
        endMs: Math.max(0, word.endMs - ms),
      }));
