import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPlans } from './plan-file.js';

describe('the file of plans', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'parley-plans-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const file = join(folder, 'plans.yaml');
    writeFileSync(file, text);
    return readPlans(file);
  };

  it('that ships has steps, waits in ms and bounds', () => {
    expect(readPlans('deploy/rollout-plans.yaml').get('careful')).toEqual({
      steps: [10, 25, 50, 75, 100],
      waits: [24, 48, 48, 72].map((hours) => hours * 3_600_000),
      maxErrorPercent: 1,
      maxP95Ms: 2000,
      minUses: 1,
    });
  });

  it.each([
    ['plans:\n  a: { steps: [10, 100], waits: [] }', /plans\.a\.waits: must be one less than there are steps/],
    ['plans:\n  a: { steps: [50, 10], waits: [1h] }', /plans\.a\.steps: must grow/],
    ['plans:\n  a: { steps: [10, 100], waits: [1 week] }', /plans\.a\.waits\.0: must be a time such as 30m/],
    ['plans:\n  a: { steps: [10, 100], waits: [10s] }', /plans\.a\.waits\.0: must be a time/],
    ['plans:\n  a: { steps: [0, 100], waits: [1h] }', /plans\.a\.steps\.0/],
    ['plans:\n  A b: { steps: [100], waits: [] }', /plans\.A b: .*|must be small letters/],
    ['plans:\n  a: { steps: [100], waits: [], minErrors: 1 }', /plans\.a: .*minErrors/],
    ['plans:\n\ta: 1', /plans\.yaml: .*line 2/],
    ['plans:\n  a: { steps: [10, 100], waits: [60] }', /plans\.a\.waits\.0: must be a time such as 30m.*\(line 2\)/],
    [
      'plans:\n  a: { steps: [10%, 100], waits: [1h] }',
      /plans\.a\.steps\.0: must be a number without a unit, not "10%"/,
    ],
    // Shares have two decimals: it would be refused when it is due.
    ['plans:\n  a: { steps: [33.333, 100], waits: [1h] }', /plans\.a\.steps\.0: must have at most two decimals/],
    ['plans:\n  für alle: { steps: [100], waits: [] }', /plans\.für alle: must be small letters, digits and -/],
    ['plans:\n  a: { waits: [] }', /plans\.a\.steps: is missing: it must be a list such as/],
    ['plans:\n  a:\n', /plans\.a: is empty: it must be lines/],
    ['plan:\n  a: { steps: [100], waits: [] }', /plans: is missing[^]*Unrecognized key: "plan" \(line 1\)/],
    ['', /plans\.yaml: file: is empty/],
  ])('says what is wrong with %j', (text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  it('takes every share that has two decimals at most', () => {
    expect(
      read('plans:\n  a: { steps: [0.07, 0.29, 33.33, 57.12, 100], waits: [1h, 1h, 1h, 1h] }').get('a')?.steps,
    ).toEqual([0.07, 0.29, 33.33, 57.12, 100]);
  });

  it('says that it is not there', () => {
    expect(() => readPlans(join(folder, 'no.yaml'))).toThrow(/no\.yaml: cannot be read: there is no such file/);
  });
});
