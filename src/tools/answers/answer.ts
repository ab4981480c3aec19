// Whether a text is about what was asked, and which of its sentences answer it best. Deterministic and extractive: what
// is not in the text is never said.
import type { Question } from '../../llm/plan.port.js';
import { plain } from '../../spoken/say.js';
import { stem, wordsOf } from '../../spoken/words.js';

/** A text that may answer. */
export interface Passage {
  readonly title: string;
  readonly excerpt: string;
  readonly content: string;
}

export interface Answering {
  /** Whether the passage covers the topic of the question: most of its words, or half of them and one in the title. */
  readonly isRelevant: (asked: Question, passage: Passage) => boolean;
  /** The sentences of the text that answer best, in their order; those in `heard` are left out. */
  readonly bestSentences: (asked: Question, title: string, text: string, heard?: string) => string;
}

type Covers = (stems: readonly string[], word: string) => boolean;

/** `synonyms`: words, separated by blanks, that callers and texts use for the same thing. */
export function answering(synonyms: readonly string[]): Answering {
  const groups = synonyms.map((group) => group.split(' ').map(stem));
  const covers: Covers = (stems, word) => {
    const group = groups.find((words) => words.includes(word)) ?? [word];
    const isKin = (other: string): boolean =>
      (word.length >= 5 && other.startsWith(word)) || (other.length >= 5 && word.startsWith(other));
    return stems.some((other) => group.includes(other) || isKin(other));
  };
  return {
    isRelevant: (asked, passage) => isRelevant(asked, passage, covers),
    bestSentences: (asked, title, text, heard = '') => bestSentences(asked, title, text, heard, covers),
  };
}

/** Topics of the world outside: a text that does not name them is not about them, whatever else it shares. */
const WORLD = new Set('weather forecast temperature rain news score stock election movie recipe'.split(' ').map(stem));

/** Words for the kind of text: every policy is about "policy". */
const KINDS = new Set('policy policies rule rules terms condition conditions procedure process'.split(' ').map(stem));

/** Longest text that is read, characters. */
const MAX_TEXT = 6000;
const MAX_SENTENCES = 3;
const MAX_CHARS = 340;
const QUANTITY = /\b(how (long|much|many|often|soon|fast|late)|when|what time|which day)\b/;
/** A number, written or said, or a word for a time. */
const HAS_QUANTITY =
  /\d|\b(one|two|three|four|five|six|seven|ten|fourteen|thirty|sixty|ninety|day|days|week|weeks|month|months|immediately|hours?)\b/i;

function isRelevant(asked: Question, passage: Passage, covers: Covers): boolean {
  const core = coreOf(asked);
  if (core.length === 0) return true;
  const title = stemsOf(passage.title);
  const all = [...title, ...stemsOf(passage.excerpt), ...stemsOf(passage.content)];
  // A follow-up ("what about los angeles") is about what it adds, not only about what was asked before.
  const added = asked.own.map(stem);
  if (added.filter((word) => covers(all, word)).length < added.length / 2) return false;
  if (core.some((word) => WORLD.has(word) && !covers(all, word))) return false;
  const covered = core.filter((word) => covers(all, word));
  const share = covered.length / core.length;
  if (share >= 0.75 || (share >= 0.6 && covered.length >= 2)) return true;
  return share >= 0.5 && covered.some((word) => covers(title, word));
}

function bestSentences(asked: Question, title: string, text: string, heard: string, covers: Covers): string {
  const sentences = sentencesOf(text).filter((sentence) => !heard.includes(sentence));
  const stems = sentences.map(stemsOf);
  const core = coreOf(asked);
  const general = core.every((word) => covers(stemsOf(title), word));
  const wantsQuantity = QUANTITY.test(asked.question);
  const scores = sentences.map((sentence, position) => {
    const topical = core
      .filter((word) => covers(stems[position] ?? [], word))
      .map((word) => Math.log(1 + sentences.length / stems.filter((all) => covers(all, word)).length))
      .reduce((sum, weight) => sum + weight, 0);
    const opening = general ? Math.max(0, 1.5 - position * 0.4) : position === 0 ? 0.3 : 0;
    return topical + opening + (wantsQuantity && HAS_QUANTITY.test(sentence) ? 1.5 : 0);
  });
  const ranked = sentences.map((_, n) => n).toSorted((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0) || a - b);
  // A precise question is answered by the sentences that fit it about as well as the best; others only lengthen the answer.
  const floor = (scores[ranked[0] ?? 0] ?? 0) * (wantsQuantity ? 0.6 : general ? 0 : 0.5);
  const chosen: number[] = [];
  let length = 0;
  for (const n of ranked.slice(0, MAX_SENTENCES)) {
    const size = sentences[n]?.length ?? 0;
    if (chosen.length > 0 && ((scores[n] ?? 0) <= floor || length + size > MAX_CHARS)) continue;
    chosen.push(n);
    length += size;
  }
  return chosen
    .toSorted((a, b) => a - b)
    .map((n) => plain(sentences[n] ?? ''))
    .join(' ');
}

/** What is asked about, without where: in "the weather in san francisco" the place is a circumstance. */
function coreOf({ topic, question }: Question): string[] {
  const place = /\b(?:in|near|around) (\S+(?: \S+){0,3})$/.exec(question)?.[1]?.split(/\s+/) ?? [];
  const stems = (words: readonly string[]): string[] => [...new Set(words.map(stem))];
  const core = stems(topic.filter((word) => !place.includes(word))).filter((word) => !KINDS.has(word));
  return core.length > 0 ? core : stems(topic);
}

const stemsOf = (text: string): string[] => wordsOf(text.slice(0, MAX_TEXT)).map(stem);

function sentencesOf(text: string): string[] {
  return text
    .slice(0, MAX_TEXT)
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => plain(sentence.replace(/^\s*(?:[-*#>]+|\d{1,2}[.)])\s+/, '')))
    .filter((sentence) => /\p{L}{2}/u.test(sentence));
}
