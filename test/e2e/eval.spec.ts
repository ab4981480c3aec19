// The fast form of `npm run eval`: every scripted scenario and a few spoken ones against the real server, a test each.
import { jest } from '@jest/globals';
import { isFast, loadScenarios, type Scenario } from '../../eval/scenario/load.js';
import { failureLines } from '../../eval/report/render.js';
import { Evaluation } from '../../eval/run-all.js';
import { describeWith } from '../support/needs.js';

// All of them run at once, on two cores that ten others work on too.
jest.setTimeout(240_000);
/** What comes at all comes in its order; how soon is for `npm run eval` on a quiet machine. */
const SLACK = 20;

const scenarios = loadScenarios().filter((scenario) => isFast(scenario) && scenario.pending === undefined);

function suite(chosen: readonly Scenario[]): void {
  let evaluation: Evaluation;
  beforeAll(async () => {
    evaluation = await Evaluation.start(chosen, { slack: SLACK });
  });
  afterAll(() => evaluation.close());

  it.each(chosen.map(({ group, name, about }) => ({ group, name, about })))(
    '$group/$name: $about',
    async ({ name }) => {
      const result = await evaluation.results.get(name);
      if (result === undefined) throw new Error('it was not run');
      // The story tells what happened; an empty list of faults would say less.
      if (result.faults.length > 0) throw new Error(failureLines(result));
      expect(result.tally).toMatchObject({ missedTurns: 0, doubleAnswers: 0, falseCutOffs: 0 });
    },
  );
}

describe('scripted scenarios', () => suite(scenarios.filter(({ kind }) => kind === 'scripted')));
describeWith(['flite', 'pocketsphinx', 'sox'])('spoken scenarios', () =>
  suite(scenarios.filter(({ kind }) => kind === 'spoken')),
);
