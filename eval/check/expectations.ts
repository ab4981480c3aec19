// What had to happen, in which order and within which time, and what must not have happened.
import { mainField, type Timed } from '../scenario/events.js';
import { matches, show } from '../scenario/pattern.js';
import type { Ban, Expectation, Matcher } from '../scenario/scenario.schema.js';
import { showMs, type Span } from '../scenario/times.js';

export interface CheckOptions {
  /** Times that are allowed are multiplied by this: for machines that do other things besides. */
  readonly slack: number;
}

/** Whether an event is what a scenario means. A text is compared with the event's main field. */
export function isMeant({ event, pattern }: Matcher, candidate: Timed): boolean {
  if (candidate.type !== event) return false;
  if (pattern === undefined) return true;
  return matches(pattern, typeof pattern === 'string' ? mainField(candidate) : candidate);
}

/** The events that meet the expectations, one after another; shorter when one was not met. */
export function met(expectations: readonly Expectation[], events: readonly Timed[]): Timed[] {
  const found: Timed[] = [];
  let from = 0;
  for (const expectation of expectations) {
    const at = events.findIndex((event, n) => n >= from && isMeant(expectation, event));
    const event = events[at];
    if (event === undefined) break;
    found.push(event);
    from = at + 1;
  }
  return found;
}

/** A line for every expectation that was not met. After one that did not come, the others are not looked for. */
export function checkExpectations(
  expectations: readonly Expectation[],
  events: readonly Timed[],
  { slack }: CheckOptions,
): string[] {
  const found = met(expectations, events);
  const faults: string[] = [];
  for (const [n, event] of found.entries()) {
    const { within, notBefore } = expectations[n] ?? {};
    const before = found[n - 1];
    if (within !== undefined) {
      const tookMs = since(within, event, before, events);
      if (tookMs > within.ms * slack)
        faults.push(`${event.type} came ${showMs(tookMs)}${after(within, before)}, not within ${showMs(within.ms)}`);
    }
    if (notBefore !== undefined) {
      const tookMs = since(notBefore, event, before, events);
      if (tookMs < notBefore.ms)
        faults.push(
          `${event.type} came ${showMs(tookMs)}${after(notBefore, before)}, not after ${showMs(notBefore.ms)}`,
        );
    }
  }
  const missing = expectations[found.length];
  if (missing !== undefined) faults.push(missingLine(missing, found.at(-1), events));
  return faults;
}

function missingLine(missing: Expectation, last: Timed | undefined, events: readonly Timed[]): string {
  const wanted = `${missing.event}${missing.pattern === undefined ? '' : ` ${show(missing.pattern)}`}`;
  const where = last === undefined ? '' : ` after ${last.type} at ${showMs(last.atMs)}`;
  const others = events.filter(({ type, atMs }) => type === missing.event && atMs >= (last?.atMs ?? 0));
  const came = others.map((event) => `${showMs(event.atMs)}: ${show(mainField(event) ?? event)}`);
  return `expected ${wanted}${where}; ${came.length === 0 ? 'none came' : `came: ${came.join(' | ')}`}`;
}

/** From the span's event (the last one before), or from the expectation before, to this event, ms. */
function since(span: Span, event: Timed, before: Timed | undefined, events: readonly Timed[]): number {
  const origin =
    span.of === undefined ? before : events.findLast(({ type, atMs }) => type === span.of && atMs <= event.atMs);
  return event.atMs - (origin?.atMs ?? 0);
}

const after = (span: Span, before: Timed | undefined): string => {
  const origin = span.of ?? before?.type;
  return origin === undefined ? '' : ` after ${origin}`;
};

/** A line for everything that must not have happened. */
export function checkBans(bans: readonly Ban[], events: readonly Timed[]): string[] {
  return bans.flatMap((ban) => {
    const start = ban.after === undefined ? 0 : events.find(({ type }) => type === ban.after)?.atMs;
    if (start === undefined) return [];
    const came = events.find((event) => event.atMs >= start && isMeant(ban, event));
    if (came === undefined) return [];
    const what = mainField(came);
    return [
      `${came.type} must not come${ban.after === undefined ? '' : ` after ${ban.after}`}; it came at ${showMs(came.atMs)}${what === undefined ? '' : `: ${show(what)}`}`,
    ];
  });
}

export function checkCounts(counts: Readonly<Record<string, number>>, events: readonly Timed[]): string[] {
  return Object.entries(counts).flatMap(([name, wanted]) => {
    const count = events.filter(({ type }) => type === name).length;
    return count === wanted ? [] : [`${name} came ${count} times, not ${wanted}`];
  });
}
