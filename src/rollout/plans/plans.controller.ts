import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { callerOf } from '../../identity/jwt.guard.js';
import { Rest } from '../../rest/rest.decorator.js';
import { answered, readBody } from '../rollout-answers.js';
import type { Plan } from './plan-file.js';
import { PlanRunner } from './plan-runner.js';
import type { PlanView } from './plan-runner.js';

const name = z.string().min(1).max(200);
const beginBody = z.strictObject({
  /** Of the file. */
  plan: name,
  /** Who is tried: a provider or a chain; of an agent, the number of a version. */
  canary: name,
  baseline: name,
});

interface PlansView {
  /** What the file has. */
  readonly plans: Readonly<Record<string, Plan>>;
  readonly runs: readonly PlanView[];
}

const ADMINS = { protection: 'admin', limit: 'user' } as const;

/** Rollouts that follow a plan. Every answer is the whole picture after the change. */
@Controller('v1/admin/rollout-plans')
export class PlansController {
  constructor(@Inject(PlanRunner) private readonly runner: PlanRunner) {}

  @Get()
  @Rest({ ...ADMINS, summary: 'Plans of rollouts, how far each has come, and how' })
  @Header('Cache-Control', 'no-store')
  show(): Promise<PlansView> {
    return this.after(async () => undefined);
  }

  @Put(':target')
  @Rest({ ...ADMINS, summary: 'Begins to follow a plan: gives the canary its first step', body: beginBody })
  begin(@Param('target') target: string, @Body() body: unknown, @Req() request: Request): Promise<PlansView> {
    const { plan, ...parties } = readBody(beginBody, body);
    return this.after(() => this.runner.begin(target, plan, parties, callerOf(request).userId));
  }

  @Post(':target/pause')
  @Rest({ ...ADMINS, summary: 'Leaves the canary with the callers that it has' })
  @HttpCode(200)
  pause(@Param('target') target: string, @Req() request: Request): Promise<PlansView> {
    return this.after(() => this.runner.pause(target, callerOf(request).userId));
  }

  @Post(':target/resume')
  @Rest({ ...ADMINS, summary: 'Goes on with the step it stands on; after a rollback with the first' })
  @HttpCode(200)
  resume(@Param('target') target: string, @Req() request: Request): Promise<PlansView> {
    return this.after(() => this.runner.resume(target, callerOf(request).userId));
  }

  @Post(':target/roll-back')
  @Rest({ ...ADMINS, summary: 'Gives all callers of the canary to the baseline' })
  @HttpCode(200)
  rollBack(@Param('target') target: string, @Req() request: Request): Promise<PlansView> {
    return this.after(() => this.runner.rollBack(target, callerOf(request).userId));
  }

  @Delete(':target')
  @Rest({ ...ADMINS, summary: 'Follows the plan no longer; the shares stay as they are' })
  stop(@Param('target') target: string, @Req() request: Request): Promise<PlansView> {
    return this.after(() => this.runner.stop(target, callerOf(request).userId));
  }

  private after(change: () => Promise<void>): Promise<PlansView> {
    return answered(async () => {
      await change();
      return { plans: Object.fromEntries(this.runner.plans), runs: await this.runner.list() };
    });
  }
}
