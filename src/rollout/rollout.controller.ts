import { Body, Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Put, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { callerOf } from '../identity/jwt.guard.js';
import type { ProviderKind } from '../provider/provider.port.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { RolloutStoreError } from './rollout.port.js';
import { RolloutRefused } from './rollout-refused.js';
import type { RolloutRefusal } from './rollout-refused.js';
import type { RolloutView } from './rollout-view.js';
import { KINDS, Rollouts } from './rollouts.js';

const STATUS: Readonly<Record<RolloutRefusal, number>> = {
  invalid_shares: 400,
  provider_not_usable: 400,
  held_back: 409,
  not_held: 409,
};

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
  constructor(@Inject(Rollouts) private readonly rollouts: Rollouts) {}

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
    const { shares, baseline } = read(changeBody, body);
    return this.after(() => rollout.change(shares, baseline, callerOf(request).userId));
  }

  @Delete(':kind')
  @Rest({ ...ADMINS, summary: 'Goes back to the shares of the configuration' })
  async forget(@Param('kind') kind: string, @Req() request: Request): Promise<RolloutView> {
    const rollout = this.rollouts.of(kindOf(kind));
    return this.after(() => rollout.forgetShares(callerOf(request).userId));
  }

  @Post(':kind/lift')
  @Rest({ ...ADMINS, summary: 'Gives back what the guard has taken away', body: liftBody })
  @HttpCode(200)
  async lift(@Param('kind') kind: string, @Body() body: unknown, @Req() request: Request): Promise<RolloutView> {
    const rollout = this.rollouts.of(kindOf(kind));
    const { provider } = read(liftBody, body);
    return this.after(() => rollout.lift(provider, callerOf(request).userId));
  }

  private async after(change: () => Promise<void>): Promise<RolloutView> {
    try {
      await change();
    } catch (error) {
      if (error instanceof RolloutRefused) throw refusal(STATUS[error.code], error.code, error.message);
      if (!(error instanceof RolloutStoreError)) throw error;
      throw refusal(503, 'store_unavailable', `${error.message}. Look again before you try again.`);
    }
    return this.rollouts.view();
  }
}

function kindOf(text: string): ProviderKind {
  const kind = KINDS.find((known) => known === text);
  if (kind === undefined) throw refusal(404, 'unknown_kind', `The kinds are ${KINDS.join(', ')}.`);
  return kind;
}

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The body' : `"${String(issue.path[0])}"`;
  throw refusal(400, 'invalid_body', `${where} is not usable: ${issue?.message ?? 'it has another form'}.`);
}
