import { allowedHours } from './allowed-hours.js';
import { attempts } from './attempts.js';
import { budget } from './budget.js';
import { calleeBusy } from './callee-busy.js';
import { concurrency } from './concurrency.js';
import { doNotCall } from './do-not-call.js';
import { refusalOf } from './index.js';
import type { DialFacts, DialLimits, Rule } from './rule.js';

const NINE_TO_EIGHT = { from: 9 * 60, to: 20 * 60 };
const LIMITS: DialLimits = { hours: NINE_TO_EIGHT, attempts: 3, concurrent: 2 };
const FACTS: DialFacts = {
  now: new Date('2026-11-30T12:00:00Z'),
  zones: ['Europe/Berlin'],
  hasBudget: true,
  isListed: false,
  attempts: 0,
  open: 0,
  openToCallee: 0,
};
const ruleOf = (rule: Rule, facts: Partial<DialFacts>) => rule({ ...FACTS, ...facts }, LIMITS)?.rule;

describe('allowed hours', () => {
  it.each([
    // Berlin is UTC+1 in winter, UTC+2 in summer.
    ['a minute before nine', '2026-11-30T07:59:59Z', ['Europe/Berlin'], 'hours'],
    ['nine', '2026-11-30T08:00:00Z', ['Europe/Berlin'], undefined],
    ['a minute before eight', '2026-11-30T18:59:59Z', ['Europe/Berlin'], undefined],
    ['eight in the evening', '2026-11-30T19:00:00Z', ['Europe/Berlin'], 'hours'],
    ['nine in summer', '2026-07-01T07:00:00Z', ['Europe/Berlin'], undefined],
    ['midnight', '2026-11-29T23:00:00Z', ['Europe/Berlin'], 'hours'],
    ['half hours of a zone', '2026-11-30T03:30:00Z', ['Asia/Kolkata'], undefined],
    ['the morning after', '2026-11-29T23:30:00Z', ['Pacific/Auckland'], undefined],
    ['noon in New York, six in Honolulu', '2026-11-30T17:00:00Z', ['America/New_York', 'Pacific/Honolulu'], 'hours'],
    ['both of two zones', '2026-11-30T20:00:00Z', ['America/New_York', 'Pacific/Honolulu'], undefined],
    ['nobody knows where', '2026-11-30T12:00:00Z', [], 'hours'],
  ])('%s', (_what, now, zones, expected) => {
    expect(ruleOf(allowedHours, { now: new Date(now), zones })).toBe(expected);
  });

  it('say what time it is there', () => {
    const facts = { ...FACTS, now: new Date('2026-11-30T21:05:00Z') };
    expect(allowedHours(facts, LIMITS)?.message).toBe(
      'People are called between 09:00 and 20:00; it is 22:05 in Europe/Berlin.',
    );
  });

  it('may be all day', () => {
    const limits = { ...LIMITS, hours: { from: 0, to: 24 * 60 } };
    expect(allowedHours({ ...FACTS, now: new Date('2026-11-29T23:59:59Z') }, limits)).toBeUndefined();
  });
});

describe('the budget of a day', () => {
  it('is asked for before anybody is dialled', () => {
    expect(ruleOf(budget, { hasBudget: true })).toBeUndefined();
    expect(ruleOf(budget, { hasBudget: false })).toBe('budget');
    expect(refusalOf({ ...FACTS, hasBudget: false }, LIMITS)).toMatchObject({ rule: 'budget', status: 429 });
  });
});

describe('the other rules', () => {
  it.each<[string, Rule, Partial<DialFacts>, string | undefined]>([
    ['not on the list', doNotCall, {}, undefined],
    ['on the list', doNotCall, { isListed: true }, 'do_not_call'],
    ['the third attempt', attempts, { attempts: 2 }, undefined],
    ['the fourth', attempts, { attempts: 3 }, 'attempts'],
    ['one place left', concurrency, { open: 1 }, undefined],
    ['none', concurrency, { open: 2 }, 'concurrency'],
    ['nobody calls him', calleeBusy, { open: 1, openToCallee: 0 }, undefined],
    ['somebody does', calleeBusy, { open: 1, openToCallee: 1 }, 'callee_busy'],
  ])('%s', (_what, rule, facts, expected) => {
    expect(ruleOf(rule, facts)).toBe(expected);
  });

  it('are asked in one order: the list first, the moment last', () => {
    const all = { ...FACTS, isListed: true, attempts: 9, open: 9, openToCallee: 9, zones: [] };
    expect(refusalOf(all, LIMITS)?.rule).toBe('do_not_call');
    expect(refusalOf({ ...all, isListed: false }, LIMITS)?.rule).toBe('hours');
    expect(refusalOf({ ...FACTS, open: 9 }, LIMITS)).toMatchObject({ rule: 'concurrency', status: 429 });
    expect(refusalOf(FACTS, LIMITS)).toBeUndefined();
  });
});
