// The operator's list of prices: what a second of audio, a character or a token of which model costs, and since when.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
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
    since: z.iso.date(),
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
const listSchema = z.strictObject({ currency: z.string().regex(/^[A-Z]{3}$/), prices: z.array(priceSchema) });

type Price = z.output<typeof priceSchema>;

/** The list is missing or not as it should be; `message` names the file, and has a line for each fault. */
export class PriceListError extends Error {}

export class PriceList {
  private constructor(
    /** ISO 4217. */
    readonly currency: string,
    private readonly prices: readonly Price[],
  ) {}

  /** Reads a YAML file. Throws PriceListError. */
  static read(file: string): PriceList {
    let content: unknown;
    try {
      content = parse(readFileSync(file, 'utf8'));
    } catch (error) {
      throw new PriceListError(`${file}: ${(error as Error).message}`);
    }
    return PriceList.of(content, file);
  }

  /** Throws PriceListError. */
  static of(content: unknown, name = 'prices'): PriceList {
    const parsed = listSchema.safeParse(content);
    if (parsed.success) return new PriceList(parsed.data.currency, parsed.data.prices);
    const faults = parsed.error.issues.map(({ path, message }) => `${name}: ${path.join('.')}: ${message}`);
    throw new PriceListError(faults.join('\n'));
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
