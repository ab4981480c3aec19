import { Body, Controller, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { DataError } from '../../database/data.port.js';
import type { ListedVersion, StoredVersion } from '../../database/releases/release-book.port.js';
import { callerOf } from '../../identity/jwt.guard.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { PlanRunner } from '../../rollout/plans/plan-runner.js';
import { readBody } from '../../rollout/rollout-answers.js';
import { RolloutRefused } from '../../rollout/rollout-refused.js';
import { AgentFilesError } from '../agent-files.js';
import { targetOfAgent } from './agent-target.js';
import { Agents } from './agents.js';
import { FILE } from './release.js';
import { ReleaseRefused } from './release-refused.js';
import type { ReleaseRefusal } from './release-refused.js';
import { Releases } from './releases.js';
import type { ReleaseView } from './releases.js';

const STATUS: Readonly<Record<ReleaseRefusal, number>> = {
  unknown_agent: 404,
  unknown_version: 404,
  no_canary: 409,
  nothing_before: 409,
  plan_running: 409,
  moved: 409,
};

const NAME = /^[\w-]{1,64}$/;
const share = z.number().gt(0).max(100);
const publishBody = z.strictObject({
  /** The YAML of the agent's file. */
  content: z.string().max(200_000),
  /** Percent of the callers that get it; all when absent. */
  share: share.default(100),
});
const shareBody = z.strictObject({ share });
/** Without a version: the canary is taken back, or else the baseline before this one is. */
const rollBackBody = z
  .strictObject({
    to: z
      .union([z.number().int().min(1), z.literal('file')], { error: 'must be the number of a version, or "file"' })
      .optional(),
  })
  .default({});

const ADMINS = { protection: 'admin', limit: 'user' } as const;

interface AgentView {
  readonly versions: readonly ListedVersion[];
  /** Null where nothing was published. */
  readonly release: ReleaseView | null;
}

/** Published versions of agents, and who gets them. Every answer to a change is the agent after it. */
@Controller('v1/admin/agents')
export class AgentsAdminController {
  constructor(
    @Inject(Releases) private readonly releases: Releases,
    @Inject(PlanRunner) private readonly plans: PlanRunner,
    @Inject(Agents) private readonly agents: Agents,
  ) {}

  @Get()
  @Rest({ ...ADMINS, summary: 'Agents of which versions were published, and who gets which' })
  @Header('Cache-Control', 'no-store')
  all(): Promise<{ readonly releases: readonly ReleaseView[] }> {
    return answered(async () => ({ releases: await this.releases.list() }));
  }

  @Get(':name')
  @Rest({ ...ADMINS, summary: 'The versions of an agent, and who gets which' })
  @Header('Cache-Control', 'no-store')
  one(@Param('name') name: string): Promise<AgentView> {
    return this.after(name, async () => this.refuseUnlessKnown(name));
  }

  @Get(':name/versions/:number')
  @Rest({ ...ADMINS, summary: 'What a version says' })
  version(@Param('name') name: string, @Param('number') number: string): Promise<StoredVersion> {
    const wanted = /^\d{1,9}$/.test(number) ? Number(number) : FILE;
    return answered(() => this.releases.version(name, wanted));
  }

  @Post(':name/versions')
  @Rest({ ...ADMINS, summary: 'Publishes a version, for all callers or some of them', body: publishBody })
  @HttpCode(200)
  publish(
    @Param('name') name: string,
    @Body() body: unknown,
    @Req() request: Request,
  ): Promise<AgentView & { readonly number: number }> {
    if (!NAME.test(name)) throw refusal(400, 'invalid_name', 'Names are letters, digits, _ and -: 64 at most.');
    const read = readBody(publishBody, body);
    this.refuseWhilePlanned(name);
    return answered(async () => {
      const number = await this.releases.publish(name, read.content, read.share, callerOf(request).userId);
      return { number, ...(await this.view(name)) };
    });
  }

  @Put(':name/share')
  @Rest({
    ...ADMINS,
    summary: 'Gives the version that is tried another share; with 100 it is for all',
    body: shareBody,
  })
  share(@Param('name') name: string, @Body() body: unknown, @Req() request: Request): Promise<AgentView> {
    const read = readBody(shareBody, body);
    this.refuseWhilePlanned(name);
    return this.after(name, () => this.releases.share(name, read.share, callerOf(request).userId));
  }

  @Post(':name/rollback')
  @Rest({ ...ADMINS, summary: 'Goes back to the version before, or to a named one', body: rollBackBody })
  @HttpCode(200)
  rollBack(@Param('name') name: string, @Body() body: unknown, @Req() request: Request): Promise<AgentView> {
    const { to } = readBody(rollBackBody, body);
    this.refuseWhilePlanned(name);
    const number = to === 'file' ? FILE : to;
    return this.after(name, () => this.releases.rollBack(name, number, callerOf(request).userId));
  }

  @Post(':name/lift')
  @Rest({ ...ADMINS, summary: 'Gives a version the callers back that the guard has taken from it' })
  @HttpCode(200)
  lift(@Param('name') name: string, @Req() request: Request): Promise<AgentView> {
    return this.after(name, () => this.releases.lift(name, callerOf(request).userId));
  }

  private after(name: string, change: () => Promise<void>): Promise<AgentView> {
    return answered(async () => {
      await change();
      return this.view(name);
    });
  }

  private async view(name: string): Promise<AgentView> {
    const release = (await this.releases.list()).find(({ agent }) => agent === name);
    return { versions: await this.releases.versions(name), release: release ?? null };
  }

  /** Of an agent that is nowhere, "as its file says" would be a lie. */
  private async refuseUnlessKnown(name: string): Promise<void> {
    if (this.agents.names().includes(name) || (await this.releases.versions(name)).length > 0) return;
    throw new ReleaseRefused(
      'unknown_agent',
      `There is no agent ${name}; there are ${this.agents.names().join(', ')}.`,
    );
  }

  /** A plan that is followed would set its own shares again. */
  private refuseWhilePlanned(name: string): void {
    const target = targetOfAgent(name);
    const run = this.plans.planOf(target);
    if (run === undefined) return;
    const how = `DELETE /v1/admin/rollout-plans/${target} stops it, and POST .../roll-back takes the canary's callers away`;
    throw refusal(409, 'plan_running', `The plan ${run.plan} has these shares: ${how}.`);
  }
}

/** Rejects with what is told to whoever has asked. */
async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AgentFilesError) throw refusal(400, 'invalid_agent', error.faults.join('\n'));
    if (error instanceof RolloutRefused) throw refusal(400, error.code, error.message);
    if (error instanceof ReleaseRefused) throw refusal(STATUS[error.code], error.code, error.message);
    if (!(error instanceof DataError)) throw error;
    throw refusal(503, 'store_unavailable', `${error.message} Look again before you try again.`);
  }
}
