import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { callerOf } from '../identity/jwt.guard.js';
import type { ProviderKind } from '../provider/provider.port.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { PlanRunner } from './plans/plan-runner.js';
import { answered, readBody } from './rollout-answers.js';
import type { RolloutView } from './rollout-view.js';
import { KINDS, Rollouts } from './rollouts.js';

const name = z.string().min(1).max(200);
const changeBody = z.strictObject({
  /** Percent by provider or chain. */
  shares: z.record(name, z.number()),
  baseline: name.optional(),
});
/** Without a provider everything of the kind is given back. */
const liftBody = z.strictObject({ provider: name.optional() }).default({});

const ADMINS = { protection: 'admin', limit: 'user' } as const;

/** What an operator of a rollout sees and does. Every answer is the whole picture after the change. */
@Controller('v1/admin/rollout')
export class RolloutController {
  constructor(
    @Inject(Rollouts) private readonly rollouts: Rollouts,
    @Inject(PlanRunner) private readonly plans: PlanRunner,
  ) {}

  @Get()
  @Rest({ ...ADMINS, summary: 'Who is served by which provider, and how they do' })
  @Header('Cache-Control', 'no-store')
  show(): RolloutView {
    return this.rollouts.view();
  }

  @Put(':kind')
  @Rest({ ...ADMINS, summary: 'Shares users out between providers of a kind', body: changeBody })
  async change(@Param('kind') kind: string, @Body() body: unknown, @Req() request: Request): Promise<RolloutView> {
    const rollout = this.rollouts.of(kindOf(kind));
    this.refuseWhilePlanned(kind);
    const { shares, baseline } = readBody(changeBody, body);
    return this.after(() => rollout.change(shares, baseline, callerOf(request).userId));
  }

  @Delete(':kind')
  @Rest({ ...ADMINS, summary: 'Goes back to the shares of the configuration' })
  async forget(@Param('kind') kind: string, @Req() request: Request): Promise<RolloutView> {
    const rollout = this.rollouts.of(kindOf(kind));
    this.refuseWhilePlanned(kind);
    return this.after(() => rollout.forgetShares(callerOf(request).userId));
  }

  @Post(':kind/lift')
  @Rest({ ...ADMINS, summary: 'Gives back what the guard has taken away', body: liftBody })
  @HttpCode(200)
  async lift(@Param('kind') kind: string, @Body() body: unknown, @Req() request: Request): Promise<RolloutView> {
    const rollout = this.rollouts.of(kindOf(kind));
    const { provider } = readBody(liftBody, body);
    return this.after(() => rollout.lift(provider, callerOf(request).userId));
  }

  /** A plan that is followed would set its own shares again. */
  private refuseWhilePlanned(kind: string): void {
    const run = this.plans.planOf(kind);
    if (run === undefined) return;
    const how = `DELETE /v1/admin/rollout-plans/${kind} stops it, and POST .../roll-back takes the canary's callers away`;
    throw refusal(409, 'plan_running', `The plan ${run.plan} has these shares: ${how}.`);
  }

  private after(change: () => Promise<void>): Promise<RolloutView> {
    return answered(async () => {
      await change();
      return this.rollouts.view();
    });
  }
}

function kindOf(text: string): ProviderKind {
  const kind = KINDS.find((known) => known === text);
  if (kind === undefined) throw refusal(404, 'unknown_kind', `The kinds are ${KINDS.join(', ')}.`);
  return kind;
}
