// Nothing is sent out without the caller's yes. A write tool first leads to a question; it runs only when the very next
// turn (after the question, or after it was repeated) is a clear yes and the model asks for the same call again. The model cannot talk its way around this.
import type { ToolCall } from '../llm/llm.port.js';
import { wordsOf } from './turn/words.js';

const setOf = (words: string) => new Set(words.split(' '));

/** One of these has to be said. */
const YES = setOf(
  'yes yeah yep yup sure okay ok correct right absolutely definitely certainly affirmative confirmed confirm proceed',
);
const YES_PHRASES = [
  'go ahead',
  'do it',
  'do that',
  'send it',
  'send that',
  'send them',
  'please do',
  'sounds good',
  'of course',
  'that works',
  'go for it',
];
/** What may be said besides. Any other word may change the request: "yes to mary", "yes but", "actually". */
const HARMLESS = setOf(
  "both all please thank thanks you that's that is it it's them those the a this one and so then just now go ahead do for of course " +
    'send mail email report sounds works good great fine perfect exactly i am we agree julia uh um oh well',
);
/** "Is that correct" asks; it does not agree. */
const ASKS = setOf('is are was does did can could would will shall should what who when where why how which');

/** Whether the words are a clear yes: something affirmative, and nothing that asks, takes it back or changes it. */
export function isClearYes(text: string): boolean {
  const words = wordsOf(text.replaceAll('’', "'"));
  const first = words[0];
  if (first === undefined || words.length > 12 || text.includes('?') || ASKS.has(first)) return false;
  const joined = words.join(' ');
  const agrees = words.some((word) => YES.has(word)) || YES_PHRASES.some((phrase) => joined.includes(phrase));
  return agrees && words.every((word) => YES.has(word) || HARMLESS.has(word));
}

interface Pending {
  readonly key: string;
  readonly question: string;
  /** Number of the turn in whose answer the question was asked last. */
  turn: number;
}

export class ConfirmationGate {
  private pending: Pending[] = [];

  /** Remembers that the caller is being asked about this call in the answer to turn number `turn`. */
  ask(call: ToolCall, question: string, turn: number): void {
    this.pending = this.pending.filter((pending) => pending.turn === turn);
    this.pending.push({ key: keyOf(call), question, turn });
  }

  /** The caller has heard this in answer to turn number `turn`: a question repeated in it is open for another turn. */
  heard(text: string, turn: number): void {
    for (const pending of this.pending) if (text.includes(pending.question)) pending.turn = turn;
  }

  /** Whether this call may run in the answer to turn number `turn`, whose words are `text`. A yes is used up by it. */
  grants(call: ToolCall, turn: number, text: string): boolean {
    const key = keyOf(call);
    const asked = this.pending.find((pending) => pending.key === key && pending.turn === turn - 1);
    if (asked === undefined || !isClearYes(text)) return false;
    this.pending = this.pending.filter((pending) => pending !== asked);
    return true;
  }
}

/** Name and arguments, whatever the order of the keys or the spacing of the JSON. */
function keyOf(call: ToolCall): string {
  return `${call.name} ${canonical(call.arguments)}`;
}

function canonical(json: string): string {
  try {
    return JSON.stringify(sorted(JSON.parse(json)));
  } catch {
    return json; // not JSON: the tool will refuse it; until then it only equals itself
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
