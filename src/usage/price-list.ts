// The operator's list of prices: what a second of audio, a character or a token of which model costs, and since when.
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.js';
import { faultsOf, readYaml, YamlFault } from '../config/yaml-file.js';
import type { Yaml } from '../config/yaml-file.js';
import { packageRoot } from '../database/package-root.js';
import type { ProviderUsage, UsageUnit } from '../provider/usage.port.js';

/** How many units a price is for. */
const PER = {
  minute: ['audioSeconds', 60],
  millionCharacters: ['characters', 1e6],
  millionInputTokens: ['inputTokens', 1e6],
  millionCachedInputTokens: ['cachedInputTokens', 1e6],
  millionOutputTokens: ['outputTokens', 1e6],
} as const satisfies Record<string, readonly [UsageUnit, number]>;

const amount = z.number().min(0).max(1e6).optional();
const priceSchema = z
  .strictObject({
    kind: z.enum(['stt', 'llm', 'tts']),
    provider: z.string().min(1),
    /** The beginning of the model's name; every model of the provider when absent. */
    model: z.string().default(''),
    /** From this day on, UTC. */
    since: z.iso.date({ error: 'must be a day such as 2026-11-30' }),
    minute: amount,
    millionCharacters: amount,
    millionInputTokens: amount,
    /** As other input when absent. */
    millionCachedInputTokens: amount,
    millionOutputTokens: amount,
  })
  .refine((price) => Object.keys(PER).some((per) => price[per as keyof typeof PER] !== undefined), {
    error: `has no amount: one of ${Object.keys(PER).join(', ')}`,
  });
const listSchema = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'must be three capital letters such as USD' }),
  prices: z.array(priceSchema),
});

type Price = z.output<typeof priceSchema>;

/** The list is missing or not as it should be: a sentence for each fault, with the file where it was read from one. */
export class PriceListError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
    this.name = 'PriceListError';
  }
}

export class PriceList {
  private constructor(
    /** ISO 4217. */
    readonly currency: string,
    private readonly prices: readonly Price[],
  ) {}

  /** Reads a YAML file. Throws PriceListError. */
  static read(file: string): PriceList {
    try {
      return PriceList.of(readYaml(file));
    } catch (error) {
      const faults = error instanceof YamlFault || error instanceof PriceListError ? error.faults : undefined;
      throw faults === undefined ? error : new PriceListError(faults.map((fault) => `${file}: ${fault}`));
    }
  }

  /** Throws PriceListError. */
  static of(yaml: Yaml): PriceList {
    const parsed = listSchema.safeParse(yaml.value);
    if (parsed.success) return new PriceList(parsed.data.currency, parsed.data.prices);
    throw new PriceListError(faultsOf(parsed.error.issues, yaml));
  }

  /**
   * What this cost at `epoch` (ms since 1970), in the list's currency; undefined when the list has no price for all of it. Of
   * several prices the one with the longest name of the model counts, and of these the latest that has begun.
   */
  costOf({ kind, provider, model, amounts }: ProviderUsage, epoch: number): number | undefined {
    const day = new Date(epoch).toISOString().slice(0, 10);
    const [price] = this.prices
      .filter(
        (one) => one.kind === kind && one.provider === provider && model.startsWith(one.model) && one.since <= day,
      )
      .sort((a, b) => b.model.length - a.model.length || (a.since < b.since ? 1 : -1));
    if (price === undefined) return undefined;
    const { millionCachedInputTokens = price.millionInputTokens } = price;
    const all = { ...price, millionCachedInputTokens };
    let cost = 0;
    for (const [unit, used = 0] of Object.entries(amounts)) {
      const priced = Object.entries(PER).find(
        ([per, [of]]) => of === unit && all[per as keyof typeof PER] !== undefined,
      );
      if (priced === undefined) {
        if (used > 0) return undefined;
        continue;
      }
      const [per, [, units]] = priced;
      cost += (used * (all[per as keyof typeof PER] ?? 0)) / units;
    }
    return cost;
  }
}

/** The list of `PRICES_FILE`, or the one that ships. Throws ConfigError. */
export function pricesIn(file: string | undefined): PriceList {
  try {
    return PriceList.read(file ?? join(packageRoot(), 'deploy', 'prices.yaml'));
  } catch (error) {
    throw error instanceof PriceListError ? new ConfigError(error.faults) : error;
  }
}
