import { leftBehind } from './left-behind.js';
import { activeTimers } from './timers.js';

const look = (resources: Record<string, number>) => ({ resources });

describe('what is left behind', () => {
  it('is what was more at every look', () => {
    const before = look({ sockets: 2, 'timer every 5000 ms: tick': 1 });
    expect(leftBehind(before, [look({ sockets: 3 }), look({ sockets: 5 })])).toEqual(['sockets: 1 more']);
    expect(leftBehind(before, [look({ sockets: 3 }), look({ sockets: 2 }), look({ sockets: 3 })])).toEqual([]);
  });

  it('is not what there was none of at one look', () => {
    expect(leftBehind(look({}), [look({ requests: 1 }), look({})])).toEqual([]);
    expect(leftBehind(look({}), [look({ requests: 1 }), look({ requests: 2 })])).toEqual(['requests: 1 more']);
  });
});

describe('timers by name', () => {
  it('are those that will ring, by time and function', () => {
    const timers = [
      setTimeout(function hangUp() {}, 7_654_321),
      setInterval(function sweep() {}, 6_543_210).unref(),
      setTimeout(() => undefined, 5_432_101),
    ];
    clearTimeout(setTimeout(function given() {}, 4_321_012));
    try {
      const found = activeTimers();
      expect(found.get('timer after 7654321 ms: hangUp')).toBe(1);
      expect(found.get('timer every 6543210 ms: sweep')).toBe(1);
      expect(found.get('timer after 5432101 ms: anonymous')).toBe(1);
      expect([...found.keys()].filter((name) => name.includes('4321012'))).toEqual([]);
    } finally {
      for (const timer of timers) clearTimeout(timer);
    }
  });
});
