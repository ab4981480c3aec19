// One turn of the caller as wishes: split into clauses, each with at most one wish.
import { refusesTo, yesOrNo, type YesOrNo } from '../../spoken/answers.js';
import { clausesOf, LONGEST_TURN } from '../../spoken/clauses.js';
import type { Talk } from '../../spoken/small-talk.js';
import { isAsking, isOfSpeaker } from '../../spoken/statements.js';
import { wordsOf } from '../../spoken/words.js';
import { Clause, type Reading } from './clause.js';
import type { Scene, Values } from './goal.js';
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

/** What the words of a turn mean, after a question for the slot `asked` and a request with the details `before`; what they refer to is decided elsewhere. */
export function understand(text: string, asked: string | undefined, scene: Scene, before: Values = {}): Utterance {
  const { verbs = [] } = scene.planner;
  const written = text.slice(0, LONGEST_TURN);
  const names = Object.values(scene.vocabulary).flatMap((some) => some.flatMap(wordsOf));
  const pieces = clausesOf(written, scene.agentName, verbs, (words) => scene.spelled(words, names));
  const words = pieces.flat();
  const clauses = merge(pieces, { ...scene, asked, written, before });
  const intent = clauses[0]?.intent;
  const social = isWish(intent) ? undefined : intent;
  return { clauses, social, ...yesOrNo(words), refuses: refusesTo(words, verbs), words };
}

/** Small talk beside a request. */
const BESIDE = /^(greeting|thanks|praise|feeling|goodbye|wait)$/;
const LONGEST_BESIDE = 8;

/**
 * Joins parts without a wish of their own to their neighbours, "Draw a chart. For client 5001. Show me a chart." is one. What
 * only leads to a request is its context where it has details, and left aside where it has none.
 */
function merge(pieces: readonly (readonly string[])[], reading: Reading): readonly Clause[] {
  const all = pieces.map((words) => new Clause(words, reading));
  // Nobody is named: the words may be a question, and then all of them are what it is about.
  const isOfSomebody =
    all.some(({ values }) => namesSomebody(values, reading)) || namesSomebody(reading.before, reading);
  const asks = (clause: Clause): boolean =>
    isOfSomebody &&
    !clause.isStatement &&
    ((isWish(clause.intent) && clause.intent.answers === undefined) || clause.hasDetails);
  const [first, last] = [all.findIndex(asks), all.findLastIndex(asks)];
  const clauses: Clause[] = [];
  let wished = false;
  let current = reading;
  for (const [at, piece] of all.entries()) {
    const clause = current === reading ? piece : new Clause(piece.words, current);
    const { words, intent, values } = clause;
    if (first >= 0 && !asks(clause) && (isLeftAside(clause) || (at > last && clause.isStatement && isOfSpeaker(words))))
      continue;
    if (at < last && clause.isStatement && !('email' in values)) {
      clauses.push(new Clause(words, current, true));
      // "That day" is the one that it speaks of.
      current = { ...current, before: { ...current.before, ...values } };
      continue;
    }
    const wishes = isWish(intent) && !(first >= 0 && clause.isStatement);
    const adds = intent !== clauses.at(-1)?.intent || (hasDetails(clause) && !elaborates(clause, reading));
    const before = (wishes && wished && adds) || clauses.at(-1)?.isContext === true ? undefined : clauses.pop();
    clauses.push(before === undefined ? clause : new Clause([...before.words, ...words], current));
    wished ||= wishes;
  }
  return clauses.length > 0 ? clauses : all.slice(0, 1);
}

/** The detail of which there may be several, each a request: whom it is about. */
const namesSomebody = (values: Values, { planner }: Reading): boolean =>
  planner.slots.some(({ name, several }) => several !== undefined && name in values);

const hasDetails = ({ values }: Clause): boolean => Object.keys(values).length > 0;

/** "Where does she shop? Her top four, June to August.": no request of its own. */
const elaborates = ({ words, values, elliptical }: Clause, reading: Reading): boolean =>
  !elliptical && !isAsking(words) && !namesSomebody(values, reading);

function isLeftAside(clause: Clause): boolean {
  const { intent, words } = clause;
  const isTalk = intent !== undefined && !isWish(intent) && BESIDE.test(intent.name) && words.length <= LONGEST_BESIDE;
  return !clause.hasDetails && (isTalk || clause.isStatement);
}
