// How requests of an operator are read and refused.
import type { z } from 'zod';
import { DataError } from '../database/data.port.js';
import { refusal } from '../rest/refusal.js';
import { RolloutStoreError } from './rollout.port.js';
import { RolloutRefused } from './rollout-refused.js';
import type { RolloutRefusal } from './rollout-refused.js';

const STATUS: Readonly<Record<RolloutRefusal, number>> = {
  invalid_shares: 400,
  provider_not_usable: 400,
  held_back: 409,
  not_held: 409,
  unknown_plan: 404,
  unknown_target: 404,
  no_plan: 409,
  plan_running: 409,
  plan_moved: 409,
};

/** Rejects with what is told to whoever has asked. */
export async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RolloutRefused) throw refusal(STATUS[error.code], error.code, error.message);
    if (!(error instanceof RolloutStoreError || error instanceof DataError)) throw error;
    throw refusal(503, 'store_unavailable', `${error.message} Look again before you try again.`);
  }
}

/** Throws what is told to whoever has asked. */
export function readBody<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The body' : `"${String(issue.path[0])}"`;
  throw refusal(400, 'invalid_body', `${where} is not usable: ${issue?.message ?? 'it has another form'}.`);
}
