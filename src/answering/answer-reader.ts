// Who has answered a call that was placed: a person, who says little and waits, or a machine, which goes on. Pure: told what
// is heard and when, it says who it is as soon as that is clear.
import type { AnsweringWords } from '../conversation/lexicon/lexicon.js';
import { phraseLength, type Phrases } from '../conversation/lexicon/word-lists.js';
import { wordsOf } from '../conversation/words.js';

/** `screener`: a machine that asks who is calling, and why, on behalf of a person. */
export type Answerer = 'person' | 'voicemail' | 'menu' | 'screener' | 'silence';

export interface AnswerTiming {
  /** Nobody says anything for so long after the answer: that is nobody, ms. */
  readonly nothingMs: number;
  /** A person who has said a few words waits so long for ours, ms. */
  readonly shortPauseMs: number;
  /** The same after more, or after what machines say too, ms. */
  readonly longPauseMs: number;
  /** What a machine says is taken for one at its next pause of this length, ms ... */
  readonly cuePauseMs: number;
  /** ... or so long after the first words of that kind, ms: a menu and a mailbox begin alike. */
  readonly cueWaitMs: number;
  /** Nobody who listens talks so long without a pause, ms. */
  readonly monologueMs: number;
  /** By then it is decided, ms after the answer. */
  readonly latestMs: number;
}

export const defaultAnswerTiming: AnswerTiming = {
  nothingMs: 6000,
  shortPauseMs: 1100,
  longPauseMs: 2200,
  cuePauseMs: 500,
  cueWaitMs: 3500,
  monologueMs: 16_000,
  latestMs: 25_000,
};

/** More words than that are no greeting of somebody who only says who he is. */
const FEW_WORDS = 8;
/** Pauses that a monologue may have, ms. */
const BREATH_MS = 900;

type Cues = Pick<AnsweringWords, 'voicemail' | 'menu' | 'screener' | 'person'>;
type Counts = Readonly<Record<keyof Cues, number>>;

const NOTHING: Cues = { voicemail: [], menu: [], screener: [], person: [] };

/** Times are ms since the answer. */
export class AnswerReader {
  private said: readonly string[] = [];
  private firstAt: number | undefined;
  private lastAt = 0;
  /** Where the speech that goes on without a pause has begun. */
  private runFrom = 0;
  private cueAt: number | undefined;
  private beeped = false;
  private verdict: Answerer | undefined;

  /** @param cues what is said in the language; where nobody knows, pauses and beeps decide */
  constructor(
    private readonly cues: Cues = NOTHING,
    private readonly timing: AnswerTiming = defaultAnswerTiming,
  ) {}

  /** All words so far, the last of which was heard at `at`. */
  heard(text: string, at: number): void {
    const said = wordsOf(text);
    if (said.length === 0) return;
    this.said = said;
    this.sound(at);
    if (this.cueAt === undefined && isMachine(this.counts())) this.cueAt = at;
  }

  /** Speech goes on at `at`, whatever the words. */
  sound(at: number): void {
    this.firstAt ??= at;
    if (at - this.lastAt > BREATH_MS) this.runFrom = at;
    this.lastAt = Math.max(this.lastAt, at);
  }

  /** A tone was heard. Whoever beeps takes messages. */
  beep(): void {
    this.beeped = true;
  }

  /** Who it is, as far as is known at `now`; it does not change any more. */
  decide(now: number): Answerer | undefined {
    this.verdict ??= this.judge(now);
    return this.verdict;
  }

  private judge(now: number): Answerer | undefined {
    const { timing, firstAt } = this;
    if (this.beeped) return 'voicemail';
    if (firstAt === undefined) return now >= timing.nothingMs ? 'silence' : undefined;
    const counts = this.counts();
    const pause = now - this.lastAt;
    const machine = machineOf(counts);
    if (machine !== undefined) {
      const isSure = pause >= timing.cuePauseMs || now - (this.cueAt ?? now) >= timing.cueWaitMs;
      return isSure ? machine : undefined;
    }
    const isBrief = this.said.length <= FEW_WORDS || counts.person > 0;
    const isPerson =
      pause >= (isBrief && counts.voicemail + counts.menu === 0 ? timing.shortPauseMs : timing.longPauseMs);
    if (isPerson) return 'person';
    const isMonologue = pause < BREATH_MS && now - this.runFrom >= timing.monologueMs;
    if (isMonologue) return counts.person > 0 ? 'person' : 'voicemail';
    return now >= timing.latestMs ? 'person' : undefined;
  }

  private counts(): Counts {
    const { cues, said } = this;
    const of = (kind: keyof Cues): number => countOf(cues[kind], said);
    return { voicemail: of('voicemail'), menu: of('menu'), screener: of('screener'), person: of('person') };
  }
}

/** Whether somebody who was taken for a person has gone on as a machine that takes messages does. */
export function isMailbox(text: string, cues: Cues | undefined): boolean {
  if (cues === undefined) return false;
  const said = wordsOf(text);
  const voicemail = countOf(cues.voicemail, said);
  return voicemail >= 2 && voicemail > countOf(cues.person, said) + countOf(cues.menu, said);
}

/** Who of the machines it is, if it is one. */
function machineOf({ voicemail, menu, screener, person }: Counts): Exclude<Answerer, 'person' | 'silence'> | undefined {
  if (Math.max(voicemail, menu, screener) <= person) return undefined;
  if (screener > 0 && screener >= voicemail && screener >= menu) return 'screener';
  return menu > voicemail ? 'menu' : 'voicemail';
}

const isMachine = (counts: Counts): boolean => machineOf(counts) !== undefined;

/** How many of the phrases are said, each place once. */
function countOf(phrases: Phrases, said: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < said.length; at += 1) {
    const length = phraseLength(phrases, said, at);
    if (length === 0) continue;
    count += 1;
    at += length - 1;
  }
  return count;
}
