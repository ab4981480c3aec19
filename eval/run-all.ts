// Runs many scenarios on one server: scripted ones beside each other, spoken ones two at a time, so that recognising and
// speaking do not disturb the timing of the others' audio.
import { EvalServer } from './call/server.js';
import { warmUp } from './call/warm-up.js';
import { runScenario, type Result, type RunOptions } from './call/run-scenario.js';
import { limited } from './limited.js';
import type { Scenario } from './scenario/load.js';

const AT_ONCE = { scripted: 16, spoken: 2 } as const;

export interface RunAllOptions extends RunOptions {
  /** Spoken scenarios wait for the scripted ones, for their times' sake; true when absent. */
  readonly inTurn?: boolean;
  readonly done?: (result: Result) => void;
}

/** Starts everything at once; a scenario's promise resolves with its result. Close when all have settled. */
export class Evaluation {
  private constructor(
    readonly results: ReadonlyMap<string, Promise<Result>>,
    /** One more run of a scenario. */
    readonly again: (scenario: Scenario) => Promise<Result>,
    private readonly server: EvalServer,
  ) {}

  static async start(scenarios: readonly Scenario[], options: RunAllOptions): Promise<Evaluation> {
    const server = await EvalServer.start(scenarios);
    const results = new Map<string, Promise<Result>>();
    const run = async (scenario: Scenario): Promise<Result> => {
      const result = await runScenario(scenario, server, options);
      options.done?.(result);
      return result;
    };
    const scripted = limited(AT_ONCE.scripted);
    const spoken = limited(AT_ONCE.spoken);
    // Real audio wants a machine to itself: it waits for the scripts.
    const scripts: Promise<unknown>[] = [];
    for (const scenario of scenarios.filter(({ kind }) => kind === 'scripted')) {
      const result = scripted(() => run(scenario));
      results.set(scenario.name, result);
      scripts.push(result);
    }
    const isSpoken = scenarios.some(({ kind }) => kind === 'spoken');
    const quiet = Promise.allSettled(options.inTurn === false ? [] : scripts).then(() =>
      isSpoken ? warmUp(server) : undefined,
    );
    for (const scenario of scenarios.filter(({ kind }) => kind === 'spoken')) {
      const result = quiet.then(() => spoken(() => run(scenario)));
      // Whoever asks for it hears of it; until then it is no unhandled rejection.
      result.catch(() => undefined);
      results.set(scenario.name, result);
    }
    return new Evaluation(results, run, server);
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.results.values());
    await this.server.close();
  }
}
