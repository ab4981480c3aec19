import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import type { ProviderKind } from '../provider/provider.port.js';
import type { Hold } from './rollout.port.js';
import type { EntryView, RolloutView } from './rollout-view.js';

const LABELS = ['kind', 'provider'] as const;

/** Shares, holds and measurements, read when the metrics are. */
export class RolloutMetrics {
  private readonly holds;

  constructor(registry: Registry) {
    this.holds = new Counter({
      name: 'parley_rollout_holds_total',
      help: 'Shares that the guard of this process moved back to the baseline, by cause',
      labelNames: [...LABELS, 'cause'],
      registers: [registry],
    });
  }

  held(kind: ProviderKind, { provider, cause }: Hold): void {
    this.holds.inc({ kind, provider, cause });
  }
}

/** Gauges of what `view` says. */
export function watchRollouts(registry: Registry, view: () => RolloutView): void {
  const gauge = (name: string, help: string, value: (entry: EntryView) => number | null): void => {
    registry.registerMetric(
      new Gauge({
        name,
        help,
        labelNames: LABELS,
        registers: [],
        collect() {
          this.reset();
          for (const [kind, { entries }] of Object.entries(view().kinds)) {
            for (const entry of entries) {
              const current = value(entry);
              if (current !== null) this.set({ kind, provider: entry.provider }, current);
            }
          }
        },
      }),
    );
  };
  gauge('parley_rollout_share', 'Percent of the callers that an entry is meant to serve', ({ share }) => share);
  gauge('parley_rollout_serving', 'Percent of the callers that an entry serves', ({ serving }) => serving);
  gauge('parley_rollout_held', '1 while an entry is held back', ({ hold }) => (hold === null ? 0 : 1));
  gauge('parley_rollout_investigate', '1 while an entry is over a bound and stays in use', ({ investigate }) =>
    investigate === null ? 0 : 1,
  );
  gauge(
    'parley_rollout_errors_percent',
    'Percent of the uses within the window of the guard that failed',
    ({ measured }) => measured.errorPercent,
  );
  gauge(
    'parley_rollout_p95_seconds',
    '95th percentile of the latency within the window of the guard',
    ({ measured }) => (measured.p95Ms === null ? null : measured.p95Ms / 1000),
  );
}
