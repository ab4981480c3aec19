import { Deadlines } from './deadlines.js';
import { START_TIMEOUT_MS } from './session-limits.js';

const NEVER = Number.POSITIVE_INFINITY;

describe('Deadlines', () => {
  it('gives the client some time to start', () => {
    const deadlines = new Deadlines(1000, NEVER, 60_000);
    expect(deadlines.check(1000 + START_TIMEOUT_MS - 1, 1000, 0)).toBeUndefined();
    expect(deadlines.check(1000 + START_TIMEOUT_MS, 1000, 0)?.code).toBe('start_timeout');
  });

  it('ends the call at its time, however long the session has had it', () => {
    const deadlines = new Deadlines(0, NEVER, 60_000);
    deadlines.start(5000);
    expect(deadlines.check(10, 0, 4999)).toBeUndefined();
    expect(deadlines.check(20, 0, 5000)?.code).toBe('call_too_long');
  });

  it('measures idleness from the last frame of the client', () => {
    const deadlines = new Deadlines(0, NEVER, 60_000);
    deadlines.start(1_000_000);
    expect(deadlines.check(159_999, 100_000, 0)).toBeUndefined();
    expect(deadlines.check(160_000, 100_000, 0)?.code).toBe('idle_timeout');
  });

  it('ends with the token, started or not', () => {
    const deadlines = new Deadlines(0, 20_000, 60_000);
    expect(deadlines.check(0, 0, 19_999)).toBeUndefined();
    expect(deadlines.check(0, 0, 20_000)?.code).toBe('token_expired');
    deadlines.start(1_000_000);
    expect(deadlines.check(0, 0, 20_000)?.code).toBe('token_expired');
  });
});
