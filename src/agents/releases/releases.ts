import type { Clock } from '../../conversation/clock.port.js';
import type { ListedVersion, ReleaseBook, StoredVersion } from '../../database/releases/release-book.port.js';
import type { ReleaseStep, RolloutJournal } from '../../database/rollout/rollout-journal.port.js';
import { JournalCopy } from '../../rollout/journal-copy.js';
import type { Journalled } from '../../rollout/journal-copy.js';
import { agentVersion } from '../agent-version.js';
import type { Agent } from '../agent.schema.js';
import type { Agents, Published } from './agents.js';
import { FILE, releaseSchema } from './release.js';
import type { Release } from './release.js';
import { judgeRelease } from './release-guard.js';
import type { ReleaseBounds } from './release-guard.js';
import { ReleaseRefused } from './release-refused.js';

/** Who changes a release besides people, as its history has it. */
const BY_PLAN = 'plan:';
const BY_GUARD = 'guard:';
/** Every so many looks the guard asks how canaries do. */
const JUDGE_EVERY = 6;

export interface ReleasesDeps {
  readonly book: ReleaseBook;
  readonly journal: RolloutJournal<ReleaseStep>;
  readonly agents: Agents;
  /** Throws RolloutRefused where calls of it would fail, because its providers have no keys here. */
  readonly ready: (agent: Agent) => void;
  readonly bounds: ReleaseBounds;
  readonly clock: Clock;
  /** How often it is looked for what other workers have done, ms. */
  readonly everyMs: number;
  /** Ms since the epoch. */
  readonly date: () => number;
  /** Name of this process. */
  readonly instance: string;
  readonly log: { info(line: object): void; warn(line: object): void };
}

type Known = Journalled<Release, ReleaseStep>;

/** A release as it is shown. */
export interface ReleaseView extends Omit<Release, 'since'> {
  readonly agent: string;
  /** ISO 8601. */
  readonly since: string;
  /** The newest first. */
  readonly history: readonly ReleaseStep[];
}

/** Publishes versions of agents, gives them their callers, and takes those away from a canary that does badly. */
export class Releases {
  private readonly journal: JournalCopy<Release, ReleaseStep>;
  /** Revisions of the releases that Agents has. */
  private used = new Map<string, number>();
  private looks = 0;

  constructor(private readonly deps: ReleasesDeps) {
    const { journal, clock, everyMs, log } = deps;
    this.journal = new JournalCopy({
      journal,
      parse: (state) => releaseSchema.safeParse(state).data,
      clock,
      everyMs,
      look: () => this.look(),
      onAway: (reason) => log.warn({ msg: 'published agents cannot be read; what is known stays', reason }),
    });
  }

  /** Reads what was published, and keeps up. Never rejects: files serve while the database is away. */
  start(): Promise<void> {
    return this.journal.start();
  }

  close(): Promise<void> {
    return this.journal.close();
  }

  /** As this process last saw it. */
  of(agent: string): Release | undefined {
    return this.journal.get(agent)?.state;
  }

  /** Rejects with DataError. */
  async list(): Promise<readonly ReleaseView[]> {
    await this.read();
    return this.journal.all.map(({ name: agent, state, history }) => ({
      agent,
      ...state,
      since: new Date(state.since).toISOString(),
      history: history.toReversed(),
    }));
  }

  versions(agent: string): Promise<readonly ListedVersion[]> {
    return this.deps.book.versions(agent);
  }

  /** Rejects with ReleaseRefused or DataError. */
  async version(agent: string, number: number): Promise<StoredVersion> {
    const found = await this.deps.book.version(agent, number);
    if (found === undefined) throw new ReleaseRefused('unknown_version', `There is no version ${number} of ${agent}.`);
    return found;
  }

  /**
   * Keeps what the file says as a version, and gives it to all callers, or so many percent of them. Rejects as `check` does.
   */
  async publish(agent: string, content: string, share: number, by: string): Promise<number> {
    const { book, agents, ready } = this.deps;
    const read = agents.read(agent, content);
    ready(read);
    const number = await book.publish(agent, agentVersion(read), content, by);
    await this.read();
    const before = this.of(agent);
    // Without a file and a version before it there is nobody else to serve the rest.
    const baseline = before?.baseline ?? FILE;
    const isFirst = before === undefined && agents.file(agent) === undefined;
    if (share >= 100 || isFirst || number === baseline) {
      await this.move(agent, this.all(number), `Version ${number} is published for all.`, by);
    } else {
      await this.move(agent, this.tried(baseline, number, share), `Version ${number} is published for ${share} %.`, by);
    }
    return number;
  }

  /** Gives the canary another share; with 100 it becomes the baseline. More callers only where `check` finds nothing. */
  async share(agent: string, share: number, by: string): Promise<void> {
    const { state: release } = await this.found(agent);
    const { baseline, canary } = release;
    if (canary === null) throw new ReleaseRefused('no_canary', `All callers of ${agent} have the same version.`);
    if (share > release.share) await this.check(agent, canary);
    if (share >= 100) return this.move(agent, this.all(canary), `Version ${canary} is for all.`, by);
    await this.move(agent, { ...release, baseline, share }, `Version ${canary} is for ${share} %.`, by);
  }

  /** Gives a canary its callers back, and looks at it anew. */
  async lift(agent: string, by: string): Promise<void> {
    const { state: release } = await this.found(agent);
    const { baseline, canary, share, hold } = release;
    if (canary === null || hold === null) throw new ReleaseRefused('no_canary', 'Nothing is held back.');
    await this.check(agent, canary);
    await this.move(agent, this.tried(baseline, canary, share), lifted(by), by);
  }

  /** Takes the canary back; without one, the baseline goes back to the one before it, or to `to`. */
  async rollBack(agent: string, to: number | undefined, by: string): Promise<void> {
    const { state: release, history } = await this.found(agent);
    const { baseline, canary } = release;
    const before = canary === null ? history.findLast((step) => step.baseline !== baseline)?.baseline : baseline;
    const target = to ?? before ?? (this.deps.agents.file(agent) === undefined ? undefined : FILE);
    if (target === undefined) {
      throw new ReleaseRefused('nothing_before', `There was nothing before version ${baseline}: name a version.`);
    }
    // The baseline has its callers already, and a canary has to go whatever is wrong with it.
    if (target !== baseline) await this.check(agent, target);
    const name = target === FILE ? 'the file' : `version ${target}`;
    await this.move(agent, this.all(target), `${by} has rolled back to ${name}.`, by);
  }

  /** Gives a version so many percent for a plan, unless it has them. */
  async planned(
    agent: string,
    parties: Pick<Release, 'baseline' | 'share'> & { canary: number },
    plan: string,
  ): Promise<void> {
    const { canary, baseline, share } = parties;
    const release = this.of(agent);
    const isOurs = release?.canary === canary && release.baseline === baseline;
    if (isOurs && release.share === share) return;
    const kept = isOurs ? release : this.tried(baseline, canary, 0);
    // As a person may, a plan may always take callers back.
    if (!isOurs || share > kept.share) for (const number of [canary, baseline]) await this.check(agent, number);
    await this.move(agent, { ...kept, share }, `Version ${canary} is for ${share} %.`, `${BY_PLAN}${plan}`);
  }

  /** Who has last set it otherwise than by a plan or the guard. */
  handOf(agent: string): { readonly setByHand?: { readonly by: string; readonly at: number } } {
    const step = this.journal.get(agent)?.history.findLast(({ why, by }) => why !== lifted(by));
    const isHand = step !== undefined && !step.by.startsWith(BY_PLAN) && !step.by.startsWith(BY_GUARD);
    return isHand ? { setByHand: { by: step.by, at: Date.parse(step.at) } } : {};
  }

  /** Calls of a version that are over, since the two are compared. Rejects with DataError. */
  async callsOf(agent: string, number: number): Promise<number> {
    const release = this.of(agent);
    if (release === undefined) return 0;
    const seen = await this.deps.book.performance(agent, new Date(release.since));
    const version = await this.nameOf(agent, number);
    return seen.find((one) => one.version === version)?.calls ?? 0;
  }

  /**
   * Whether calls can have this version here. Rejects with ReleaseRefused where there is none, AgentFilesError where this
   * version of the program cannot read it, RolloutRefused where its providers have no keys, or DataError.
   */
  async check(agent: string, number: number): Promise<void> {
    const { agents, ready } = this.deps;
    if (number !== FILE) {
      const { content } = await this.version(agent, number);
      return ready(agents.read(agent, content, `version ${number} of ${agent}`));
    }
    const file = agents.file(agent);
    if (file === undefined) throw new ReleaseRefused('unknown_version', `There is no file of ${agent} to go back to.`);
    ready(file);
  }

  /** As records of calls have it. */
  private async nameOf(agent: string, number: number): Promise<string | undefined> {
    if (number !== FILE) return (await this.deps.book.version(agent, number))?.version;
    const file = this.deps.agents.file(agent);
    return file && agentVersion(file);
  }

  private all(number: number): Release {
    return { baseline: number, canary: null, share: 0, since: this.deps.date(), hold: null };
  }

  private tried(baseline: number, canary: number, share: number): Release {
    return { baseline, canary, share, since: this.deps.date(), hold: null };
  }

  private async found(agent: string): Promise<Known> {
    await this.read();
    const known = this.journal.get(agent);
    if (known === undefined) throw new ReleaseRefused('unknown_agent', `No version of ${agent} has been published.`);
    return known;
  }

  /** For a person or a plan, who sees what has come of it. */
  private async move(agent: string, release: Release, why: string, by: string): Promise<void> {
    const moved = await this.write(agent, this.journal.get(agent), release, why, by);
    if (!moved) throw new ReleaseRefused('moved', 'Somebody else was faster: look at it again.');
  }

  /** False when another worker was faster. */
  private async write(
    agent: string,
    before: Known | undefined,
    release: Release,
    why: string,
    by: string,
  ): Promise<boolean> {
    const { baseline, canary, share, hold } = release;
    const at = new Date(this.deps.date()).toISOString();
    const step: ReleaseStep = { at, baseline, canary, share: hold === null ? share : 0, why, by };
    if (!(await this.journal.move(agent, before, release, step))) return false;
    this.deps.log[hold === null ? 'info' : 'warn']({ msg: 'agent release', agent, ...step });
    await this.use();
    return true;
  }

  private async look(): Promise<void> {
    await this.use();
    if (this.looks % JUDGE_EVERY === 0) for (const known of this.journal.all) await this.judge(known);
    this.looks += 1;
  }

  /** Takes the callers of a canary away that does badly. */
  private async judge(known: Known): Promise<void> {
    const { name: agent, state: release } = known;
    const { baseline, canary, since } = release;
    if (canary === null || release.hold !== null) return;
    const { book, bounds, instance } = this.deps;
    const seen = await book.performance(agent, new Date(since));
    const [own, usual] = [await this.nameOf(agent, canary), await this.nameOf(agent, baseline)];
    const of = (name: string | undefined) => seen.find(({ version }) => version === name);
    const hold = judgeRelease(of(own), of(usual), bounds);
    if (hold === undefined) return;
    const why = `Version ${canary} is held back: ${hold.why}`;
    await this.write(agent, known, { ...release, hold }, why, `${BY_GUARD}${instance}`);
  }

  private async read(): Promise<void> {
    await this.journal.read();
    await this.use();
  }

  /** Gives Agents what it has not seen yet. */
  private async use(): Promise<void> {
    const { book, agents } = this.deps;
    const rows = this.journal.all;
    const isKnown = rows.every(({ name, revision }) => this.used.get(name) === revision);
    if (isKnown && rows.length === this.used.size) return;
    const published = new Map<string, Published>();
    for (const { name, state } of rows) published.set(name, { release: state, versions: await book.usable(name) });
    this.used = new Map(rows.map(({ name, revision }) => [name, revision]));
    agents.use(published);
  }
}

/** Changes nobody's share. */
const lifted = (by: string): string => `${by} has lifted the hold.`;
