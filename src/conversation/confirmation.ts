// Nothing is sent out without the caller's yes. A write tool first leads to a question; it runs only when the very next
// turn is a clear yes and the model asks for the same call again. The model cannot talk its way around this.
import type { ToolCall } from '../llm/llm.port.js';
import { wordsOf } from './turn/words.js';

const YES = new Set(
  'yes yeah yep yup sure okay ok correct right absolutely definitely certainly affirmative confirmed confirm proceed please'.split(
    ' ',
  ),
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
  "that's right",
  'that is right',
  'of course',
  'that works',
  'go for it',
];
const NO = new Set(
  "no not nope nah don't dont do-not never stop cancel wait hold instead wrong change actually but rather forget unless".split(
    ' ',
  ),
);

/** Whether the words are a clear yes: something affirmative, and nothing that takes it back or changes it. */
export function isClearYes(text: string): boolean {
  const words = wordsOf(text.replaceAll('’', "'"));
  if (words.length === 0 || words.length > 12) return false;
  if (words.some((word) => NO.has(word))) return false;
  const joined = words.join(' ');
  return words.some((word) => YES.has(word)) || YES_PHRASES.some((phrase) => joined.includes(phrase));
}

interface Pending {
  readonly key: string;
  /** Number of the turn in whose answer the question was asked. */
  readonly turn: number;
}

export class ConfirmationGate {
  private pending: Pending[] = [];

  /** Remembers that the caller is being asked about this call in the answer to turn number `turn`. */
  ask(call: ToolCall, turn: number): void {
    this.pending = this.pending.filter((pending) => pending.turn === turn);
    this.pending.push({ key: keyOf(call), turn });
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
