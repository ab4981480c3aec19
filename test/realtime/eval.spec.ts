// The fast form of `npm run eval`: every scripted scenario and a few spoken ones against the real server, a test each.
import { jest } from '@jest/globals';
import { isFast, loadScenarios } from '../../eval/scenario/load.js';
import { failureLines } from '../../eval/report/render.js';
import { Evaluation } from '../../eval/run-all.js';
import { endSynthesis } from '../../scripts/synthetic-caller.js';
import { describeWith } from '../support/needs.js';

// All of them run at once, on two cores that ten others work on too.
jest.setTimeout(240_000);
/** What comes at all comes in its order; how soon is for `npm run eval` on a quiet machine. */
const SLACK = 20;

const suites = { scripted: describe, spoken: describeWith(['pocketsphinx', 'sox']) } as const;
const scenarios = loadScenarios().filter(
  (scenario) => isFast(scenario) && scenario.pending === undefined && suites[scenario.kind] === describe,
);
let evaluation: Evaluation;
/** Whose test has begun: where it begins again, the scenario is run again, by now without the others. */
const tried = new Set<string>();

beforeAll(async () => {
  evaluation = await Evaluation.start(scenarios, { slack: SLACK });
});
afterAll(async () => {
  await evaluation.close();
  await endSynthesis();
});

describe.each(['scripted', 'spoken'] as const)('%s scenarios', (kind) => {
  const chosen = scenarios.filter((scenario) => scenario.kind === kind);
  const cases = chosen.map((scenario) => ({ ...scenario, scenario }));
  if (cases.length === 0) it.skip('need programs that are not here', () => undefined);
  else
    it.each(cases)('$group/$name: $about', async ({ name, scenario }) => {
      const result = await (tried.has(name) ? evaluation.again(scenario) : evaluation.results.get(name));
      tried.add(name);
      if (result === undefined) throw new Error('it was not run');
      // The story tells what happened; an empty list of faults would say less.
      if (result.faults.length > 0) throw new Error(failureLines(result));
      expect(result.tally).toMatchObject({ missedTurns: 0, doubleAnswers: 0, falseCutOffs: 0 });
    });
});
