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
    ['', /plans\.yaml: file: /],
  ])('says what is wrong with %j', (text, why) => {
    expect(() => read(text)).toThrow(why);
  });

  it('says that it is not there', () => {
    expect(() => readPlans(join(folder, 'no.yaml'))).toThrow(/no\.yaml: cannot be read/);
  });
});
