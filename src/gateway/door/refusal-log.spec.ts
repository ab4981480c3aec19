import { Logger } from '@nestjs/common';
import { jest } from '@jest/globals';
import { RefusalLog, withoutQuery } from './refusal-log.js';

describe('RefusalLog', () => {
  const lines: unknown[] = [];
  const refused = { code: 'token_invalid', status: 401, address: '192.0.2.1', path: '/v1/stream', why: 'signature' };

  beforeEach(() => {
    jest.useFakeTimers();
    lines.length = 0;
    Logger.overrideLogger({
      log: () => undefined,
      error: () => undefined,
      warn: (line: unknown) => void lines.push(line),
    });
  });
  afterEach(() => {
    Logger.overrideLogger(false);
    jest.useRealTimers();
  });

  it('writes a line for each, counts what is too much, and tells the count', () => {
    const log = new RefusalLog();
    for (let index = 0; index < 1000; index += 1) log.refused(refused);
    log.refused({ ...refused, code: 'server_full' });
    expect(lines).toHaveLength(20);
    expect(lines[0]).toEqual({ msg: 'refused', ...refused });
    jest.advanceTimersByTime(10_000);
    expect(lines.at(-1)).toEqual({ msg: 'more were refused', seconds: 10, token_invalid: 980, server_full: 1 });
    log.refused(refused);
    expect(lines).toHaveLength(22);
    jest.advanceTimersByTime(20_000);
    expect(lines).toHaveLength(22);
  });

  it('writes what the client made up on one line, and not all of it', () => {
    new RefusalLog().refused({ ...refused, path: '/a\r\nFORGED', why: 'x'.repeat(500) });
    expect(lines).toMatchObject([{ path: '/a??FORGED', why: 'x'.repeat(200) }]);
  });

  it('leaves the query out of a path', () => expect(withoutQuery('/v1/stream?token=secret')).toBe('/v1/stream'));
});
