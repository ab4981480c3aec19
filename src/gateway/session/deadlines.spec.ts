import { jest } from '@jest/globals';
import { Deadlines } from './deadlines.js';
import { START_TIMEOUT_MS } from './session-limits.js';

const NEVER = Number.POSITIVE_INFINITY;

describe('Deadlines', () => {
  afterEach(() => jest.restoreAllMocks());

  it('gives the client some time to start', () => {
    const deadlines = new Deadlines(1000, NEVER, 60_000);
    expect(deadlines.check(1000 + START_TIMEOUT_MS - 1, 1000, 0)).toBeUndefined();
    expect(deadlines.check(1000 + START_TIMEOUT_MS, 1000, 0)?.code).toBe('start_timeout');
  });

  it('goes by the age of the call, which may be older than the session', () => {
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

  it('ends with the token, started or not, by the time of the day', () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(19_999);
    const deadlines = new Deadlines(0, 20_000, 60_000);
    expect(deadlines.check(0, 0, 0)).toBeUndefined();
    now.mockReturnValue(20_000);
    expect(deadlines.check(0, 0, 0)?.code).toBe('token_expired');
    deadlines.start(1_000_000);
    expect(deadlines.check(0, 0, 0)?.code).toBe('token_expired');
  });
});
