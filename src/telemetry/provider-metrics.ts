import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { ProviderHealth } from '../provider/health.js';
import type { ProviderHedges } from '../provider/provider-hedges.js';
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

/** What asking a second language model has brought and cost. */
export function watchHedges(registry: Registry, hedges: ProviderHedges): void {
  const requests = new Counter({
    name: 'parley_llm_hedged_requests_total',
    help: 'Requests made of a second language model because the first was late, by whose answer was taken',
    labelNames: ['slow', 'second', 'winner'],
    registers: [registry],
  });
  const tokens = new Counter({
    name: 'parley_llm_hedge_prompt_tokens_total',
    help: 'Prompt tokens sent to the model whose answer was not taken, as the other one counted them',
    registers: [registry],
  });
  hedges.listen(({ slow, second, winner = 'none', promptTokens }) => {
    requests.inc({ slow, second, winner });
    if (promptTokens !== undefined) tokens.inc(promptTokens);
  });
}
