// One turn of the caller as wishes: split into clauses, each with at most one wish.
import { refusesTo, yesOrNo, type YesOrNo } from '../../spoken/answers.js';
import { clausesOf, LONGEST_TURN } from '../../spoken/clauses.js';
import type { Talk } from '../../spoken/small-talk.js';
import { wordsOf } from '../../spoken/words.js';
import { Clause, type Reading } from './clause.js';
import type { Scene } from './goal.js';
import { isWish } from './intent.js';

export interface Utterance extends YesOrNo {
  /** In the order said; all but the first have a wish. */
  readonly clauses: readonly Clause[];
  /** The first is no wish, but this. */
  readonly social: Talk | undefined;
  /** "do not send it". */
  readonly refuses: boolean;
  readonly words: readonly string[];
}

/** What the words of a turn mean, after a question for the slot `asked`; what they refer to is decided elsewhere. */
export function understand(text: string, asked: string | undefined, scene: Scene): Utterance {
  const { verbs = [] } = scene.planner;
  const written = text.slice(0, LONGEST_TURN);
  const names = Object.values(scene.vocabulary).flatMap((some) => some.flatMap(wordsOf));
  const pieces = clausesOf(written, scene.agentName, verbs, (words) => scene.spelled(words, names));
  const words = pieces.flat();
  const clauses = merge(pieces, { ...scene, asked, written });
  const intent = clauses[0]?.intent;
  const social = isWish(intent) ? undefined : intent;
  return { clauses, social, ...yesOrNo(words), refuses: refusesTo(words, verbs), words };
}

/** Joins parts without a wish of their own to their neighbours, "Draw a chart. For client 5001. Show me a chart." is one. */
function merge(pieces: readonly (readonly string[])[], reading: Reading): readonly Clause[] {
  const clauses: Clause[] = [];
  let wished = false;
  for (const words of pieces) {
    const clause = new Clause(words, reading);
    const wishes = isWish(clause.intent);
    const adds = clause.intent !== clauses.at(-1)?.intent || Object.keys(clause.values).length > 0;
    const before = wishes && wished && adds ? undefined : clauses.pop();
    clauses.push(before === undefined ? clause : new Clause([...before.words, ...words], reading));
    wished ||= wishes;
  }
  return clauses;
}
