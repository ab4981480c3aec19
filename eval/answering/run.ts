// Who has answered, as the reader decides it: cases are replayed word by word, as a recogniser tells them.
import { operatorKey } from '../../src/answering/operator-key.js';
import { AnswerReader, type Answerer } from '../../src/answering/answer-reader.js';
import { lexiconFor } from '../../src/conversation/lexicon/lexicon-for.js';
import { type AnsweredCase, readCases } from './cases.js';

const STEP_MS = 20;
/** A recogniser tells a word so long after it was said, ms. */
const LAG_MS = 300;
/** How long a beep lasts before it is known to be one, ms. */
const BEEP_MS = 200;
const END_MS = 60_000;

export interface Decided {
  readonly id: string;
  readonly wanted: Answerer;
  readonly decided: Answerer;
  /** ms after the answer. */
  readonly atMs: number;
  /** ms after the last word before it was decided; negative: in the middle of what was said. */
  readonly text: string;
}

const KINDS = ['person', 'voicemail', 'menu', 'screener'] as const;

export function decide({ id, kind, heard, beepAt }: AnsweredCase): Decided {
  const reader = new AnswerReader(lexiconFor('en').answering);
  const words = heard.flatMap(({ from, to, text }) => {
    const said = text.split(' ');
    return said.map((word, n) => ({ word, at: from + ((n + 1) * (to - from)) / said.length }));
  });
  const wanted = kind === 'ivr' ? 'menu' : kind;
  for (let now = 0; now <= END_MS; now += STEP_MS) {
    for (const { from, to } of heard) if (now >= from && now < to) reader.sound(now);
    const told = words.filter(({ at }) => at + LAG_MS <= now);
    const last = told.at(-1);
    if (last !== undefined) reader.heard(told.map(({ word }) => word).join(' '), last.at);
    if (beepAt !== null && now >= beepAt + BEEP_MS) reader.beep();
    const decided = reader.decide(now);
    const text = told.map(({ word }) => word).join(' ');
    if (decided !== undefined) return { id, wanted, decided, atMs: now, text };
  }
  throw new Error(`${id} was never decided`);
}

/** Prints how often each answerer was taken for what; returns the table. */
export function evaluateAnswering(files: readonly string[], story: boolean): string {
  const decided = files.flatMap(readCases).map(decide);
  if (story) {
    for (const { id, wanted, decided: who, atMs, text } of decided)
      if (who !== wanted) console.log(`${id}: ${wanted}, taken for ${who} after ${atMs} ms: ${text}`);
  }
  const rows = KINDS.map((kind) => {
    const mine = decided.filter(({ wanted }) => wanted === kind);
    const taken = decided.filter((one) => one.decided === kind);
    const right = mine.filter((one) => one.decided === kind);
    const median = right.map(({ atMs }) => atMs).sort((a, b) => a - b)[Math.floor(right.length / 2)] ?? 0;
    return `| ${kind} | ${mine.length} | ${share(right.length, taken.length)} | ${share(right.length, mine.length)} | ${(median / 1000).toFixed(1)} |`;
  });
  const menus = files.flatMap(readCases).filter(({ keys }) => keys !== null);
  const found = menus.filter((one) => keyOf(one) === one.keys);
  if (story)
    for (const one of menus)
      if (!found.includes(one)) console.log(`${one.id}: key ${one.keys}, taken for ${keyOf(one)}`);
  console.log(`Keys for a person: ${share(found.length, menus.length)}`);
  return [
    '| Who | Cases | Precision | Recall | Decided after, median s |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

function keyOf({ heard }: AnsweredCase): string | undefined {
  const { answering, numbers } = lexiconFor('en');
  const text = heard.map((one) => one.text).join(' ');
  return answering && operatorKey(text, answering, { ...numbers.digits, ...answering.keys });
}

const share = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${part} of ${whole} (${Math.round((100 * part) / whole)} %)`;
