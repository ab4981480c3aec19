// Keeps the agent from hearing itself: its voice comes back through the caller's microphone, and must neither interrupt
// it nor be taken for the caller's words. Judges by the sound, where a detector is there; by the words only where the sound
// has not told, because callers repeat what they are asked ("to the same address").
import type { EchoDetector, EchoStream } from '../echo/echo.port.js';
import type { Clock } from './clock.port.js';
import { wordsOf } from './words.js';

export interface EchoGuardOptions {
  readonly inputSampleRate: number;
  readonly outputSampleRate: number;
  /** The client says that it takes the agent's voice out of its microphone: it is believed. */
  readonly cancelled: boolean;
  /** The audio of both is here: there is something to compare. */
  readonly audible: boolean;
  /** A yes or a no: words with which an answer begins, and no echo of a question that has none. */
  isAnswer(word: string): boolean;
}

/** What of the words heard is the caller's; `leftOut` says what has told the rest from them. */
export interface Sifted {
  readonly text: string;
  readonly leftOut?: 'sound' | 'words';
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
/**
 * Looks at a sound, none of which found an echo, after which its words are the caller's, whatever they are: a second of it.
 * A short echo may resemble nothing.
 */
const SURE_LOOKS = 10;
/** An echo comes soon: of what was said before the latest words, as many as were heard and so many more count. */
const RECENT_WORDS = 20;
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
  /** Looks at the latest sound, and those of them that found an echo. */
  private looks = 0;
  private echoLooks = 0;
  /** Echo was heard in this call. */
  private echoey = false;

  constructor(
    detector: EchoDetector | undefined,
    private readonly clock: Clock,
    private readonly options: EchoGuardOptions,
  ) {
    this.msPerByte = 1000 / (options.inputSampleRate * 2);
    this.stream = options.cancelled || !options.audible ? undefined : detector?.open(options);
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
    this.looks = 0;
    this.echoLooks = 0;
    this.passed = 0;
    const playedMs = this.stream === undefined ? undefined : this.playedMs();
    this.watching = playedMs !== undefined;
    const isEcho = this.watching && this.look();
    // In doubt it is given some time: where echo was heard before, and where there is too little to compare.
    this.echoing = isEcho || (playedMs !== undefined && (this.echoey || playedMs < EARLY_MS));
    return this.echoing;
  }

  /** Looks at the sound that is going on, now and then. True once: what began as an echo is, or has become, something else. */
  noLongerEcho(): boolean {
    if (!this.watching || this.heardMs - this.lookedMs < LOOK_EVERY_MS) return false;
    if (this.playedMs() === undefined) {
      this.watching = false;
    } else {
      const isEcho = this.look();
      if (this.echoing) this.echoey ||= isEcho;
      if (this.passed < (this.echoey ? ECHOEY_LOOKS : LOOKS)) return false;
    }
    const turned = this.echoing;
    this.echoing = false;
    return turned;
  }

  /** The sound is over. Its words may still come. */
  fellSilent(): void {
    this.watching = false;
  }

  /** The caller's words without those that are the agent's own; empty when there are no others. `settled`: they stay. */
  withoutEcho(text: string, settled: boolean): Sifted {
    if (this.options.cancelled || !this.isSpeaking(WORDS_TAIL_MS)) return { text };
    // What has only begun too early to compare is an echo while it may be, but not for ever.
    if (this.echoing && (this.echoLooks > 0 || !settled)) return { text: '', leftOut: 'sound' };
    // What began after the reply had ended is an answer, however much it repeats of it.
    if (!(this.overlaps ?? this.reply !== undefined) || this.soundsLikeCaller()) return { text };
    const heard = wordsOf(text);
    const said = wordsOf(this.reply?.spokenText() ?? this.endedText).slice(-heard.length - RECENT_WORDS);
    const [first = ''] = heard;
    if (this.options.isAnswer(first) && !said.includes(first)) return { text };
    const own = ownWords(heard, said, settled ? MIN_WORDS : MIN_GUESSED_WORDS);
    return own === 0 ? { text } : { text: heard.slice(own).join(' '), leftOut: 'words' };
  }

  /** The sound was compared with the reply often enough, and never explained by it, in a call in which none was. */
  private soundsLikeCaller(): boolean {
    return !this.echoey && this.echoLooks === 0 && this.looks >= SURE_LOOKS;
  }

  private look(): boolean {
    this.lookedMs = this.heardMs;
    const isEcho = this.stream?.isEcho() === true;
    this.looks += 1;
    this.echoLooks += Number(isEcho);
    this.passed = isEcho ? 0 : this.passed + 1;
    return isEcho;
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
