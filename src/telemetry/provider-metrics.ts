import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { ProviderHealth } from '../provider/health.js';
import type { ProviderOutcomes } from '../provider/provider-outcomes.js';

/** Failures of providers, and which of them are passed over. */
export function watchProviders(registry: Registry, health: ProviderHealth, outcomes: ProviderOutcomes): void {
  const failures = new Counter({
    name: 'parley_provider_failures_total',
    help: 'Failures of providers, by code and by what came of it: another or the same went on, or the caller was failed',
    labelNames: ['kind', 'provider', 'code', 'result'],
    registers: [registry],
  });
  outcomes.listen(({ kind, provider, code, next, gaveUp }) => {
    const saved = next === provider ? 'retried' : 'replaced';
    failures.inc({ kind, provider, code, result: gaveUp ? 'failed' : next === undefined ? 'over' : saved });
  });
  const open = new Gauge({
    name: 'parley_provider_open',
    help: '1 while the provider is passed over after failures in a row, else 0',
    labelNames: ['kind', 'provider'],
    registers: [registry],
  });
  health.onChange(({ kind, provider, state }) => open.set({ kind, provider }, state === 'closed' ? 0 : 1));
}
