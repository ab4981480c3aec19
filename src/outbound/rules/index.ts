import { allowedHours } from './allowed-hours.js';
import { attempts } from './attempts.js';
import { budget } from './budget.js';
import { calleeBusy } from './callee-busy.js';
import { concurrency } from './concurrency.js';
import { doNotCall } from './do-not-call.js';
import type { DialFacts, DialLimits, Refused, Rule } from './rule.js';

/** What does not change comes first, what a moment changes last. */
const RULES: readonly Rule[] = [doNotCall, allowedHours, budget, attempts, calleeBusy, concurrency];

/** The first rule that objects. */
export function refusalOf(facts: DialFacts, limits: DialLimits): Refused | undefined {
  for (const rule of RULES) {
    const refused = rule(facts, limits);
    if (refused !== undefined) return refused;
  }
  return undefined;
}
