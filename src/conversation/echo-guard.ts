// Keeps the agent from hearing itself: its voice comes back through the caller's microphone, and must neither interrupt
// it nor be taken for the caller's words. Judges by the sound, where a detector is there, and by the words.
import type { EchoDetector, EchoStream } from '../echo/echo.port.js';
import type { Clock } from './clock.port.js';
import { wordsOf } from './words.js';

export interface EchoGuardOptions {
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
  /** The client says that it takes the agent's voice out of its microphone: then only words that give it away count. */
  readonly cancelled: boolean;
}

/** What is being said by the agent, or was a moment ago. */
export interface SpokenReply {
  /** How much has been played, ms; `agoMs` before now. */
  position(agoMs?: number): number;
  /** The words given to the voice so far, as it speaks them. */
  spokenText(): string;
}

/** How long after the end of a reply its echo may still arrive, and its words after that, ms. */
const ECHO_TAIL_MS = 700;
const WORDS_TAIL_MS = 2500;
/** A sound that begins so soon after the end of a reply may be the echo of its end, ms. */
const ONSET_TAIL_MS = 300;
/** Between two looks at a sound that began as an echo, ms of the microphone's audio: the caller may have joined in. */
const LOOK_EVERY_MS = 100;
/** Share of the words heard that the agent has just said, in this order, from which they are its own. */
const OWN_WORDS = 0.75;
/** Fewer words than this may be anybody's: "yes", "five thousand one". Those that may still change wait for more. */
const MIN_WORDS = 4;
const MIN_GUESSED_WORDS = 2;
/** Looks in a row that a doubtful sound must pass to count as the caller's, and in a call in which echo was heard. */
const LOOKS = 2;
const ECHOEY_LOOKS = 3;
/** So soon after its beginning there is too little of a reply to compare with, ms. */
const EARLY_MS = 700;

export class EchoGuard {
  private readonly stream: EchoStream | undefined;
  private reply: SpokenReply | undefined;
  private endedAt = -Infinity;
  private endedText = '';
  private endedMs = 0;
  /** The latest sound began while a reply could be heard; undefined when nobody says when sounds begin. */
  private overlaps: boolean | undefined;
  /** It began as an echo, and nothing has shown that it is not. */
  private echoing = false;
  /** It is going on. */
  private watching = false;
  private lookedMs = 0;
  /** Audio of the microphone so far, ms. */
  private heardMs = 0;
  private readonly msPerByte: number;
  private passed = 0;
  /** Echo was heard in this call. */
  private echoey = false;

  /** Without a detector, or when the client cancels echo, only the words are judged. */
  constructor(
    detector: EchoDetector | undefined,
    private readonly clock: Clock,
    options: EchoGuardOptions,
  ) {
    this.msPerByte = 1000 / (options.inputSampleRate * 2);
    this.stream = options.cancelled ? undefined : detector?.open(options);
  }

  /** This reply's audio comes next. */
  started(reply: SpokenReply): void {
    this.reply = reply;
    this.stream?.replyStarted();
  }

  /** Nothing more of it is played. */
  ended(): void {
    if (this.reply === undefined) return;
    this.endedMs = this.reply.position();
    this.endedText = this.reply.spokenText();
    this.endedAt = this.clock.now();
    this.reply = undefined;
    this.stream?.replyEnded(this.endedMs);
  }

  sent(chunk: Uint8Array): void {
    this.stream?.sent(chunk);
  }

  /** What was sent beyond this position was not played, and is sent again. */
  rewound(fromMs: number): void {
    if (this.reply !== undefined) this.stream?.replyEnded(fromMs);
  }

  /** Hot path: does next to nothing while no reply can be heard. `lateMs`: how long ago it was said; see Arrival. */
  heard(chunk: Uint8Array, lateMs = 0): void {
    this.heardMs += chunk.length * this.msPerByte;
    if (this.stream === undefined) return;
    const playedMs = this.playedMs(lateMs);
    if (playedMs !== undefined) this.stream.heard(chunk, playedMs);
  }

  /** Whether a sound that has just begun is an echo; it is watched from now on. */
  beginsAsEcho(): boolean {
    this.overlaps = this.isSpeaking(ONSET_TAIL_MS);
    const playedMs = this.stream === undefined ? undefined : this.playedMs();
    const isEcho = playedMs !== undefined && this.stream?.isEcho() === true;
    // In doubt it is given some time: where echo was heard before, and where there is too little to compare.
    this.echoing = isEcho || (playedMs !== undefined && (this.echoey || playedMs < EARLY_MS));
    this.watching = this.echoing;
    this.lookedMs = this.heardMs;
    this.passed = isEcho ? 0 : 1;
    return this.echoing;
  }

  /** Whether what began as an echo has turned out to be, or become, something else. True once. */
  noLongerEcho(): boolean {
    if (!this.watching || this.heardMs - this.lookedMs < LOOK_EVERY_MS) return false;
    this.lookedMs = this.heardMs;
    if (this.playedMs() !== undefined) {
      const isEcho = this.stream?.isEcho() === true;
      this.echoey ||= isEcho;
      this.passed = isEcho ? 0 : this.passed + 1;
      if (this.passed < (this.echoey ? ECHOEY_LOOKS : LOOKS)) return false;
    }
    this.watching = false;
    this.echoing = false;
    return true;
  }

  /** The sound is over. Its words may still come. */
  fellSilent(): void {
    this.watching = false;
  }

  /** The caller's words without those that are the agent's own; empty when there are no others. `settled`: they stay. */
  withoutEcho(text: string, settled: boolean): string {
    if (!this.isSpeaking(WORDS_TAIL_MS)) return text;
    if (this.echoing) return '';
    // What began after the reply had ended is an answer, however much it repeats of it.
    if (!(this.overlaps ?? this.reply !== undefined)) return text;
    const heard = wordsOf(text);
    const said = wordsOf(this.reply?.spokenText() ?? this.endedText);
    const own = ownWords(heard, said, settled ? MIN_WORDS : MIN_GUESSED_WORDS);
    if (own === 0) return text;
    return own === heard.length ? '' : heard.slice(own).join(' ');
  }

  /** Whether a reply is being spoken, or was within `ms`. */
  private isSpeaking(ms: number): boolean {
    return this.reply !== undefined || this.clock.now() - this.endedAt < ms;
  }

  /** Position in the reply that is heard, ms; it runs on after the end, while the echo of the end comes. */
  private playedMs(agoMs = 0): number | undefined {
    if (this.reply !== undefined) return this.reply.position(agoMs);
    const since = this.clock.now() - this.endedAt;
    return since < ECHO_TAIL_MS ? this.endedMs + since : undefined;
  }
}

/**
 * How many of the words heard, from the first on, are the agent's own: the longest such run that ends with one of its words
 * and has at least OWN_WORDS of them in the order in which it said them; 0 when it is shorter than `atLeast`. Of fewer than
 * MIN_WORDS, all have to be.
 */
export function ownWords(heard: readonly string[], said: readonly string[], atLeast = MIN_WORDS): number {
  // Row by row: longest common subsequence of the heard words so far and the last words said (Hunt and McIlroy 1976).
  const recent = said.slice(-200);
  let row = Array.from({ length: recent.length + 1 }, () => 0);
  let best = 0;
  heard.forEach((word, index) => {
    const next = [0];
    let extended = false;
    recent.forEach((own, at) => {
      const same = own === word;
      const value = same ? (row[at] ?? 0) + 1 : Math.max(row[at + 1] ?? 0, next[at] ?? 0);
      if (same && value > (row[recent.length] ?? 0)) extended = true;
      next.push(value);
    });
    row = next;
    const count = index + 1;
    const share = count < MIN_WORDS ? 1 : OWN_WORDS;
    if (extended && count >= atLeast && (row[recent.length] ?? 0) >= share * count) best = count;
  });
  return best;
}
