import { ConfigError } from './config-error.js';
import { dataPlan } from './data-plan.js';
import type { DataSettings } from './data-plan.js';

/** Most workers that a variable is believed to mean. */
const MOST = 1024;

const wholeNumber = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,4}$/.test(text.trim()) ? Math.min(Number(text), MOST) : undefined;

/**
 * How many processes share the callers. PM2 sets `instances` (however many were asked for) and NODE_APP_INSTANCE (from 0)
 * in each; the latter tells also of those that were added later. `told` is what the operator says himself (STREAM_WORKERS).
 */
export function workersOf(env: Readonly<Record<string, string | undefined>>, told: number): number {
  const instance = wholeNumber(env['NODE_APP_INSTANCE']);
  if (instance === undefined) return told;
  return Math.max(told, instance + 1, wholeNumber(env['instances']) ?? 1);
}

/**
 * How many workers to start (ecosystem.config.js): as many as were asked for (WEB_CONCURRENCY), else one a core where the
 * data can be shared, else one. Throws ConfigError when more were asked for than the data allow.
 */
export function workersToStart(
  settings: Omit<DataSettings, 'workers'>,
  asked: number | undefined,
  cores: number,
): number {
  const planned = dataPlan({ ...settings, workers: asked ?? cores });
  if (!('problem' in planned)) return asked ?? cores;
  if (asked !== undefined) throw new ConfigError([planned.problem]);
  return 1;
}
