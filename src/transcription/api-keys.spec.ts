import { ApiKeys } from './api-keys.js';

const [ONE, TWO] = ['1'.repeat(32), '2'.repeat(40)];

describe('ApiKeys', () => {
  it('knows its keys by names that are not parts of them', () => {
    const keys = new ApiKeys([ONE, TWO]);
    const ids = [ONE, TWO].map((key) => keys.idOf(key));
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each(['', ONE.slice(0, -1), `${ONE}1`, ONE.toUpperCase() + ' ', '3'.repeat(32)])('knows no other: %j', (key) => {
    expect(new ApiKeys([ONE, TWO]).idOf(key)).toBeUndefined();
  });

  it('lets nobody in without keys', () => {
    expect(new ApiKeys([]).idOf('')).toBeUndefined();
  });
});
