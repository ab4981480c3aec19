import { Deadlines } from './deadlines.js';
import { START_TIMEOUT_MS } from './session-limits.js';

const NEVER = Number.POSITIVE_INFINITY;

describe('Deadlines', () => {
  it('gives the client some time to start', () => {
    const deadlines = new Deadlines(1000, NEVER, 60_000);
    expect(deadlines.check(1000 + START_TIMEOUT_MS - 1, 1000)).toBeUndefined();
    expect(deadlines.check(1000 + START_TIMEOUT_MS, 1000)?.code).toBe('start_timeout');
  });

  it('counts the length of the call from its start', () => {
    const deadlines = new Deadlines(0, NEVER, 60_000);
    deadlines.start(9000, 5000);
    expect(deadlines.check(13_999, 13_000)).toBeUndefined();
    expect(deadlines.check(14_000, 13_000)?.code).toBe('call_too_long');
  });

  it('measures idleness from the last frame of the client', () => {
    const deadlines = new Deadlines(0, NEVER, 60_000);
    deadlines.start(0, 1_000_000);
    expect(deadlines.check(159_999, 100_000)).toBeUndefined();
    expect(deadlines.check(160_000, 100_000)?.code).toBe('idle_timeout');
  });

  it('ends with the token, started or not', () => {
    expect(new Deadlines(0, 500, 60_000).check(500, 0)?.code).toBe('token_expired');
    const deadlines = new Deadlines(0, 20_000, 60_000);
    deadlines.start(0, 1_000_000);
    expect(deadlines.check(19_999, 19_000)).toBeUndefined();
    expect(deadlines.check(20_000, 19_000)?.code).toBe('token_expired');
  });
});
