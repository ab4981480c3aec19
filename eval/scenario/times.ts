// The small languages inside a scenario: durations ("400 ms", "1.5 s"), moments ("response.started + 400 ms") and spans
// ("800 ms of caller.stopped").
import { isEventName, type EventName } from './events.js';

/** What a caller's step waits for; the offset is ms. */
export type Moment =
  /** After the step before it has ended. */
  | { readonly kind: 'previous'; readonly offsetMs: number }
  /** The nth time since the call began, or, without a number, the first time since the step before it began. */
  | { readonly kind: 'event'; readonly event: EventName; readonly nth?: number; readonly offsetMs: number }
  /** So much of the reply that is being played was heard, ms. */
  | { readonly kind: 'heard'; readonly ms: number; readonly offsetMs: number }
  /** The agent is saying this word of the reply: from 1, or the last one. */
  | { readonly kind: 'word'; readonly word: number | 'last'; readonly offsetMs: number };

/** A length of time, and the event that it is counted from; without one it is the expectation before. */
export interface Span {
  readonly ms: number;
  readonly of?: EventName;
}

const DURATION = String.raw`(\d+(?:\.\d+)?) ?(ms|s)`;
const toMs = (amount: string | undefined, unit: string | undefined): number =>
  Number(amount) * (unit === 's' ? 1000 : 1);

/** "400 ms" or "1.5 s" as ms; undefined when it is neither. */
export function parseDuration(text: string): number | undefined {
  const match = new RegExp(`^${DURATION}$`).exec(text.trim());
  return match === null ? undefined : toMs(match[1], match[2]);
}

/** "response.started + 400 ms", "turn.ended #2", "heard 1.5 s", "word 3", "last word", "+ 300 ms". */
export function parseMoment(text: string): Moment | undefined {
  const match = new RegExp(String.raw`^(.*?)\s*(?:\+ ?${DURATION})?$`).exec(text.trim());
  const anchor = match?.[1] ?? '';
  const offsetMs = match?.[2] === undefined ? 0 : toMs(match[2], match[3]);
  if (anchor === '') return match?.[2] === undefined ? undefined : { kind: 'previous', offsetMs };
  const heard = /^heard (.*)$/.exec(anchor)?.[1];
  if (heard !== undefined) {
    const ms = parseDuration(heard);
    return ms === undefined ? undefined : { kind: 'heard', ms, offsetMs };
  }
  if (anchor === 'last word') return { kind: 'word', word: 'last', offsetMs };
  const word = /^word (\d+)$/.exec(anchor)?.[1];
  if (word !== undefined) return { kind: 'word', word: Number(word), offsetMs };
  const [, event = '', nth] = /^(\S+)(?: #(\d+))?$/.exec(anchor) ?? [];
  if (!isEventName(event)) return undefined;
  return nth === undefined ? { kind: 'event', event, offsetMs } : { kind: 'event', event, nth: Number(nth), offsetMs };
}

/** "800 ms" or "800 ms of caller.stopped". */
export function parseSpan(text: string): Span | undefined {
  const [duration = '', of, ...rest] = text.split(/ of /);
  const ms = parseDuration(duration);
  if (ms === undefined || rest.length > 0) return undefined;
  if (of === undefined) return { ms };
  return isEventName(of) ? { ms, of } : undefined;
}

export function showMs(ms: number): string {
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}
