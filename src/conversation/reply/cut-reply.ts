// What is left to do of a reply that was cut off with its process: what of it the caller has heard stays said, the rest of
// what was written is said now, and the model goes on where it had not finished.
import type { CallRecord } from '../context.js';
import type { Heard } from '../conversation.port.js';
import { expectedMs, heardOf, type SpokenSegment } from '../heard.js';
import type { ReplyEnd } from './reply-contract.js';
import type { MouthSnapshot, ReplySnapshot } from '../snapshot.js';
import { answered } from '../agreed-calls.js';
import { ReplyQuestion } from './question.js';

/** One stretch of the reply: words that were heard and pieces that are still to be, or a round of tool calls. */
export type LeftItem =
  | { readonly said: string; readonly rest: readonly string[]; readonly filler: boolean; readonly asks?: boolean }
  | { readonly calls: readonly CallRecord[] };

export interface LeftReply {
  /** What was heard of the reply that was cut, as the client is told. */
  readonly heardText: string;
  readonly items: readonly LeftItem[];
  /** Nothing of what was written is left to say. */
  readonly whole: boolean;
}

/** `heard`: what the client says of this reply; undefined leaves it at what it had said before. */
export function leftOf(reply: ReplySnapshot, heard?: Heard): LeftReply {
  const { written, mouth } = reply;
  const pieces = known(mouth);
  const position = positionOf(mouth, pieces, heard);
  const tail = mouth.unit === 'ms' ? undefined : 0;
  let cut = false;
  const heardTexts: string[] = [];
  const items = reply.items.map((item): LeftItem => {
    if ('calls' in item) return item;
    const said: string[] = [];
    const rest: string[] = [];
    for (const segment of item.segments) {
      const piece = pieces[segment];
      if (piece === undefined) continue;
      const part = cut ? '' : heardOf(piece, position, tail);
      cut ||= part !== piece.text;
      said.push(part);
      if (part !== piece.text) rest.push(piece.text.slice(part.length).trimStart());
    }
    heardTexts.push(...said);
    const { filler, asks } = item;
    const before = joined([item.said, ...said]);
    if (filler) return { said: before, rest: [], filler }; // it bridged a wait that is over
    if (asks === true && !stated(item.segments, mouth, rest))
      return { said: '', rest: textsOf(item.segments, pieces), filler, asks };
    return { said: before, rest, filler, ...(asks === true ? { asks } : {}) };
  });
  const heardText = joined(heardTexts);
  const fresh = !written && items.every((item) => 'calls' in item || item.said === '');
  const whole = items.every((item) => 'calls' in item || item.rest.length === 0);
  return { heardText, items: fresh ? items.filter((item) => 'calls' in item) : items, whole };
}

/** What is remembered of it when nothing more is said. */
export function endOf({ question: asked }: ReplySnapshot, { items, whole }: LeftReply): ReplyEnd {
  const kept = items.map((item) => ('calls' in item ? { calls: item.calls.map(answered) } : { text: item.said }));
  const stated = items.some((item) => 'said' in item && item.asks === true && item.rest.length < 2);
  const question = new ReplyQuestion();
  if (asked !== undefined)
    question.restore(
      asked,
      kept.flatMap((item) => ('calls' in item ? item.calls : [])),
    );
  if (!stated) question.withdraw();
  return { items: kept, cut: !whole, ...(question.question === undefined ? {} : { question: question.question }) };
}

const joined = (texts: readonly string[]): string => texts.filter((text) => text !== '').join(' ');

/**
 * Whether what would be done was heard to its end, for certain: it is the first of the question's two pieces. Where only
 * the other is left, it was heard before this reply was cut.
 */
function stated(segments: readonly number[], { pieces }: MouthSnapshot, rest: readonly string[]): boolean {
  if (segments.length < 2) return true;
  const statement = pieces[segments[0] ?? -1];
  return statement?.complete === true && rest.length < segments.length;
}

/** A question that was not heard to its end is asked again from its beginning: half of it is no question. */
function textsOf(segments: readonly number[], pieces: readonly SpokenSegment[]): string[] {
  return segments.flatMap((segment) => pieces[segment]?.text ?? []);
}

/** The pieces, with a guess at where those lie whose audio was not all there when the snapshot was taken. */
function known({ pieces }: MouthSnapshot): readonly SpokenSegment[] {
  let end = 0;
  return pieces.map((piece) => {
    const startMs = piece.durationMs > 0 ? piece.startMs : end;
    const durationMs = piece.complete ? piece.durationMs : Math.max(piece.durationMs, expectedMs(piece.text));
    end = startMs + durationMs;
    return { ...piece, startMs, durationMs, complete: true };
  });
}

/** Where playback was, within what is known to have been sent. */
function positionOf(mouth: MouthSnapshot, pieces: readonly SpokenSegment[], heard: Heard | undefined): number {
  if (heard === undefined) return mouth.position;
  if ('playedMs' in heard) return mouth.unit === 'ms' ? heard.playedMs : mouth.position;
  if (mouth.unit === 'ms') return mouth.position;
  const piece = pieces[heard.segment];
  // The client is at a piece that it was given after the snapshot was taken: it has heard all that is known.
  return piece === undefined ? Infinity : piece.startMs + Math.min(heard.heardChars, piece.durationMs);
}
