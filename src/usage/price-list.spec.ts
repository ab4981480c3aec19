import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../database/package-root.js';
import type { ProviderUsage } from '../provider/usage.port.js';
import { ListedPrices } from './listed-prices.js';
import { explainBoot } from '../boot-fault.js';
import { PriceList, PriceListError, pricesIn } from './price-list.js';

const NOW = Date.parse('2026-11-29T12:00:00Z');

const listFrom = (value: unknown): PriceList => PriceList.of({ value, lineOf: () => 1 });
const listOf = (...prices: object[]): PriceList => listFrom({ currency: 'USD', prices });
const spoken = (characters: number, model = ''): ProviderUsage => ({
  kind: 'tts',
  provider: 'voice',
  model,
  amounts: { characters },
});

describe('a list of prices', () => {
  it('prices seconds, characters and tokens, cached ones apart', () => {
    const list = listOf(
      { kind: 'stt', provider: 'ear', since: '2026-01-01', minute: 0.6 },
      { kind: 'tts', provider: 'voice', since: '2026-01-01', millionCharacters: 50 },
      {
        kind: 'llm',
        provider: 'brain',
        since: '2026-01-01',
        millionInputTokens: 1,
        millionCachedInputTokens: 0.1,
        millionOutputTokens: 5,
      },
    );
    expect(list.costOf({ kind: 'stt', provider: 'ear', model: 'm', amounts: { audioSeconds: 90 } }, NOW)).toBeCloseTo(
      0.9,
    );
    expect(list.costOf(spoken(20_000), NOW)).toBeCloseTo(1);
    const amounts = { inputTokens: 1000, cachedInputTokens: 9000, outputTokens: 100 };
    expect(list.costOf({ kind: 'llm', provider: 'brain', model: 'm', amounts }, NOW)).toBeCloseTo(
      0.001 + 0.0009 + 0.0005,
    );
  });

  it('takes cached input for input where it has no price of its own', () => {
    const list = listOf({
      kind: 'llm',
      provider: 'b',
      since: '2026-01-01',
      millionInputTokens: 2,
      millionOutputTokens: 2,
    });
    expect(list.costOf({ kind: 'llm', provider: 'b', model: '', amounts: { cachedInputTokens: 1e6 } }, NOW)).toBe(2);
  });

  it('goes by the longest name of the model, and then by the latest day that has begun', () => {
    const price = (model: string, since: string, millionCharacters: number) => ({
      kind: 'tts',
      provider: 'voice',
      model,
      since,
      millionCharacters,
    });
    const list = listOf(
      price('', '2026-01-01', 1),
      price('fast', '2026-01-01', 2),
      price('fast-2', '2026-01-01', 3),
      price('fast-2', '2026-11-29', 4),
      price('fast-2', '2026-11-30', 5),
    );
    const of = (model: string, epoch = NOW) => list.costOf(spoken(1e6, model), epoch);
    expect(['slow', 'fast', 'fast-2-2026-05'].map((model) => of(model))).toEqual([1, 2, 4]);
    expect(of('fast-2', Date.parse('2026-11-28T23:59:59Z'))).toBe(3);
    expect(of('fast-2', Date.parse('2026-11-30T00:00:00Z'))).toBe(5);
    expect(of('fast-2', Date.parse('2025-01-01T00:00:00Z'))).toBeUndefined();
  });

  it('says nothing where it does not know all of it', () => {
    const list = listOf({ kind: 'llm', provider: 'brain', since: '2026-01-01', millionInputTokens: 1 });
    const used = (amounts: ProviderUsage['amounts']) =>
      list.costOf({ kind: 'llm', provider: 'brain', model: '', amounts }, NOW);
    expect(used({ inputTokens: 10, outputTokens: 1 })).toBeUndefined();
    expect(used({ inputTokens: 0, outputTokens: 0 })).toBe(0);
    expect(list.costOf(spoken(10), NOW)).toBeUndefined();
  });

  it.each([
    [{ currency: 'dollars', prices: [] }, /currency/],
    [{ currency: 'USD', prices: [{ kind: 'tts', provider: 'v', since: '2026-01-01' }] }, /prices\.0: has no amount/],
    [
      { currency: 'USD', prices: [{ kind: 'tts', provider: 'v', since: 'May', millionCharacters: 1 }] },
      /prices\.0\.since/,
    ],
    [
      { currency: 'USD', prices: [{ kind: 'tts', provider: 'v', since: '2026-01-01', minute: -1 }] },
      /prices\.0\.minute/,
    ],
    [{ currency: 'USD', prices: [{ kind: 'tts', provider: 'v', since: '2026-01-01', perMinute: 1 }] }, /perMinute/],
    ['free for all', /^file: must be lines of the form .*, not "free for all"/],
    [
      { currency: 'USD', prices: [{ kind: 'tts', provider: 'v', since: '2026-01-01', minute: '1€' }] },
      /minute: must be a number without a unit, not "1€"/,
    ],
  ])('refuses %j and says where', (content, fault) => {
    expect(() => listFrom(content)).toThrow(PriceListError);
    expect(() => listFrom(content)).toThrow(fault);
  });

  it('is read from a file, which its faults name', () => {
    const folder = mkdtempSync(join(tmpdir(), 'prices-'));
    const file = join(folder, 'mine.yaml');
    writeFileSync(
      file,
      'currency: EUR\nprices: [{ kind: tts, provider: voice, since: 2026-01-01, millionCharacters: 3 }]\n',
    );
    expect(PriceList.read(file)).toMatchObject({ currency: 'EUR' });
    writeFileSync(file, 'currency: EUR\nprices: [oops\n');
    expect(() => PriceList.read(file)).toThrow(/mine\.yaml: /);
    expect(() => PriceList.read(join(folder, 'none.yaml'))).toThrow(
      /none\.yaml: cannot be read: there is no such file/,
    );
    // What stops a boot says so in lines of the configuration, and shows no stack.
    writeFileSync(file, 'currency: euro\nprices:\n  - { kind: tts, provider: voice, millionCharacters: 3 }\n');
    const reportOf = (from: string): string => {
      try {
        return pricesIn(from).currency;
      } catch (error) {
        return explainBoot(error);
      }
    };
    expect(reportOf(file)).toBe(
      [
        'The configuration has 2 faults.',
        `  ${file}: currency: must be three capital letters such as USD (line 1)`,
        `  ${file}: prices.0.since: must be a day such as 2026-11-30 (line 3)`,
      ].join('\n'),
    );
    for (const bad of [join(folder, 'none.yaml'), folder])
      expect(reportOf(bad)).toMatch(/^The configuration has a fault\.\n.*\S$/);
    rmSync(folder, { recursive: true });
  });

  it('ships with a price for every provider of this server as it is set up by default', () => {
    const list = PriceList.read(join(packageRoot(), 'deploy', 'prices.yaml'));
    const cost = (kind: ProviderUsage['kind'], provider: string, model: string, amounts: ProviderUsage['amounts']) =>
      list.costOf({ kind, provider, model, amounts }, NOW);
    const audio = { audioSeconds: 60 };
    const text = { characters: 1000 };
    const tokens = { inputTokens: 1000, cachedInputTokens: 1000, outputTokens: 100 };
    expect(cost('stt', 'pocketsphinx', '', audio)).toBe(0);
    expect(cost('tts', 'flite', '', text)).toBe(0);
    for (const known of [
      cost('stt', 'deepgram', 'nova-3', audio),
      cost('stt', 'deepgram', 'flux-general-en', audio),
      cost('stt', 'openai', 'gpt-4o-mini-transcribe', audio),
      cost('llm', 'openai', 'gpt-4o-mini', tokens),
      cost('llm', 'anthropic', 'claude-haiku-4-5', tokens),
      cost('tts', 'deepgram', 'aura-2-thalia-en', text),
      cost('tts', 'cartesia', 'sonic-3', text),
      cost('tts', 'elevenlabs', 'eleven_flash_v2_5', text),
      cost('tts', 'polly', 'neural', text),
    ])
      expect(known).toBeGreaterThan(0);
  });
});

describe('prices of a list', () => {
  it('tell once what has none', () => {
    const warnings: string[] = [];
    const prices = new ListedPrices(
      listOf({ kind: 'tts', provider: 'voice', since: '2026-01-01', millionCharacters: 1 }),
      (message) => warnings.push(message),
      () => NOW,
    );
    expect(prices.costOf(spoken(1e6))).toEqual({ currency: 'USD', amount: 1 });
    const unknown: ProviderUsage = { kind: 'llm', provider: 'brain', model: 'b-1', amounts: { inputTokens: 5 } };
    expect(prices.costOf(unknown)).toBeUndefined();
    expect(prices.costOf(unknown)).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/^llm: brain b-1 has no price.*PRICES_FILE/)]);
  });
});
