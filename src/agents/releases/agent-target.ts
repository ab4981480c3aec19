import { AgentFilesError } from '../agent-files.js';
import { RolloutRefused } from '../../rollout/rollout-refused.js';
import type { RolloutRefusal } from '../../rollout/rollout-refused.js';
import type { PlanLook, PlanParties, PlanTarget } from '../../rollout/plans/plan-target.port.js';
import { FILE } from './release.js';
import { ReleaseRefused } from './release-refused.js';
import type { Releases } from './releases.js';

/** What plans call an agent: `agent:julia`. */
const PREFIX = 'agent:';

/** Versions of an agent, moved by a plan; `canary` and `baseline` are their numbers. */
class AgentTarget implements PlanTarget {
  constructor(
    private readonly releases: Releases,
    private readonly agent: string,
  ) {}

  async check({ canary, baseline }: PlanParties): Promise<void> {
    if (numberOf(canary) === numberOf(baseline)) {
      throw new RolloutRefused('invalid_shares', 'The canary and the baseline are the same version.');
    }
    for (const party of [canary, baseline]) {
      await refusedAs('invalid_shares', this.releases.check(this.agent, numberOf(party)));
    }
  }

  /** The records of calls judge it, by the bounds of its own guard: providers have latencies and caches, versions have not. */
  async look({ canary, baseline }: PlanParties): Promise<PlanLook> {
    const release = this.releases.of(this.agent);
    const { setByHand } = this.releases.handOf(this.agent);
    const isOurs = release?.canary === numberOf(canary) && release.baseline === numberOf(baseline);
    return {
      uses: await this.releases.callsOf(this.agent, numberOf(canary)),
      held: isOurs ? release.hold?.why : undefined,
      ...(setByHand === undefined ? {} : { setByHand }),
    };
  }

  async apply({ canary, baseline }: PlanParties, share: number, by: string): Promise<void> {
    const parties = { canary: numberOf(canary), baseline: numberOf(baseline), share };
    await refusedAs('plan_moved', this.releases.planned(this.agent, parties, by));
  }
}

export const agentTargets =
  (releases: Releases) =>
  (target: string): PlanTarget | undefined => {
    const agent = target.startsWith(PREFIX) ? target.slice(PREFIX.length) : '';
    return releases.of(agent) === undefined ? undefined : new AgentTarget(releases, agent);
  };

export const targetOfAgent = (agent: string): string => `${PREFIX}${agent}`;

/** As a plan is told that a version cannot be had. */
async function refusedAs(code: RolloutRefusal, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    const isRefused = error instanceof ReleaseRefused || error instanceof AgentFilesError;
    throw isRefused ? new RolloutRefused(code, error.message) : error;
  }
}

function numberOf(text: string): number {
  if (text === 'file') return FILE;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new RolloutRefused('invalid_shares', 'Versions are numbers such as 3, or "file".');
}
