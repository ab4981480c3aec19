import fc from 'fast-check';
import { entryName, largest, parseShares } from './shares.js';

const NAMES = ['deepgram', 'whisper', 'openai', 'browser'];
const faults = (text: string): readonly string[] => parseShares(text, NAMES).faults;

describe('parseShares', () => {
  it('reads providers and chains with their percent', () => {
    expect(parseShares('whisper:10, deepgram > whisper : 89.5 ,openai:0.5%', NAMES)).toEqual({
      entries: [
        { providers: ['whisper'], share: 10 },
        { providers: ['deepgram', 'whisper'], share: 89.5 },
        { providers: ['openai'], share: 0.5 },
      ],
      faults: [],
    });
  });

  it('allows an entry without callers, which is what a canary begins as', () => {
    expect(parseShares('whisper:0,deepgram:100', NAMES).faults).toEqual([]);
  });

  it.each([
    [' , ', /^there is no entry/],
    ['deepgram:90', /^the shares add up to 90, not to 100$/],
    ['deepgram:60,whisper:60', /^the shares add up to 120, not to 100$/],
    ['deepgram', /^entry 1 must be a provider and its percent/],
    ['deepgram:ten', /^entry 1 must be a provider and its percent/],
    ['deepgram:-10,whisper:110', /^entry 1 must be a provider and its percent/],
    ['deepgram:33.333,whisper:66.667', /^entry 1 needs a share from 0 to 100 with at most two decimals$/],
    ['deepgram:50,parakeet:50', /^entry 2 must name providers of deepgram, whisper, openai, browser$/],
    ['deepgram>:100', /^entry 1 must name providers of/],
    ['deepgram>deepgram:100', /^entry 1 names a provider twice$/],
    ['browser>openai:100', /^entry 1 has a chain with browser or webspeech, which can only stand alone$/],
    ['deepgram>whisper:50,deepgram:50', /^two entries begin with the same provider/],
  ])('says what is wrong with "%s"', (text, fault) => {
    const found = parseShares(text, NAMES);
    expect(found.faults[0]).toMatch(fault);
    expect(found.entries).toEqual([]);
  });

  it('names every fault at once, and repeats nothing that was written', () => {
    const found = faults('p@ssw0rd:50,deepgram:40,openai>openai:20.123');
    expect(found).toHaveLength(4);
    expect(found.join()).not.toMatch(/p@ssw0rd|40|20\.123/);
  });

  it('reads whatever was written down from shares that add up', () => {
    const shares = fc.tuple(
      fc.integer({ min: 0, max: 10_000 }),
      fc.shuffledSubarray(NAMES.slice(0, 3), { minLength: 2 }),
    );
    fc.assert(
      fc.property(shares, ([units, [first = '', second = '', third]]) => {
        const one = units / 100;
        const other = (10_000 - units) / 100;
        const chain = third === undefined ? second : `${second}>${third}`;
        const { entries } = parseShares(`${first}:${one},${chain}:${other}`, NAMES);
        expect(entries.map((entry) => [entryName(entry), entry.share])).toEqual([
          [first, one],
          [chain, other],
        ]);
      }),
    );
  });

  it('takes any text without throwing', () => {
    const characters = fc.constantFrom('deepgram', 'whisper', '>', ':', ',', ' ', '.', '%', '-', '0', '1', '5', '90');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: characters })), (text) => {
        const { entries, faults: found } = parseShares(text, NAMES);
        expect(entries.length > 0).toBe(found.length === 0);
      }),
    );
  });
});

describe('largest', () => {
  const baseline = (text: string): string => largest(parseShares(text, NAMES).entries);

  it('is the entry with the largest share, of equal ones the first', () => {
    expect(baseline('whisper:10,deepgram:90')).toBe('deepgram');
    expect(baseline('whisper:50,deepgram:50')).toBe('whisper');
  });
});
