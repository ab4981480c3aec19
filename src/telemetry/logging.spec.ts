import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { pinoHttp } from 'pino-http';
import type { Options } from 'pino-http';
import { FaultBoundary } from '../calls/fault-boundary.js';
import { loadConfig } from '../config/load-config.js';
import { CALL_TRACE, loggerParams } from './logging.js';

const config = (env: Record<string, string>) =>
  loadConfig({ env: { JWT_SECRET: 'a secret that is long enough for HS256', ...env }, cwd: '/nowhere' });

/** What is logged for a request to this path. */
async function logOf(path: string, env: Record<string, string>, headers: Record<string, string> = {}): Promise<string> {
  const { pinoHttp: options } = await loggerParams(config(env));
  const stream = new PassThrough();
  let text = '';
  stream.on('data', (data: Buffer) => (text += data.toString()));
  const logger = pinoHttp({ ...(options as Options), stream });
  const server = createServer((request, response) => {
    logger(request, response);
    request.log.warn({ token: 'tok-1', caller: { accessToken: 'tok-2' } }, 'a line of ours');
    request.log.debug({ context: CALL_TRACE }, 'what a call did');
    response.setHeader('set-cookie', 'tok-3').end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, { headers })).text();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return text;
}

describe('the log', () => {
  it('has no token in it, wherever one stands', async () => {
    const text = await logOf(
      '/v1/artifacts/x.svg?token=tok-4',
      { NODE_ENV: 'production', STREAM_DEBUG: 'true', STREAM_CORS_ORIGIN: 'https://a.example' },
      { authorization: 'Bearer tok-5', cookie: 'tok-6', 'sec-websocket-protocol': 'bearer.tok-7' },
    );
    expect(text).toContain('"path":"/v1/artifacts/x.svg"');
    expect(text).toContain('a line of ours');
    expect(text).toContain('request completed');
    expect(text).not.toContain('tok-');
  });

  it('says which call each line belongs to, whoever writes it, and whenever', async () => {
    const { pinoHttp: options } = await loggerParams(config({}));
    const stream = new PassThrough();
    const lines: string[] = [];
    stream.on('data', (data: Buffer) => lines.push(data.toString()));
    const { logger } = pinoHttp({ ...(options as Options), stream });
    const boundary = new FaultBoundary(
      () => undefined,
      () => 'c1',
    );
    // As a vendor's library does, long after it was asked.
    const later = boundary.run('test', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      logger.warn('of a library');
    });
    logger.info('of nobody');
    logger.info({ sessionId: 'c2' }, 'of a session');
    await later;
    expect(lines.map((line) => (JSON.parse(line) as { callSid?: string }).callSid)).toEqual([undefined, 'c2', 'c1']);
  });

  it('tells of single requests only when it is asked to, and never of health checks', async () => {
    expect(await logOf('/v1/artifacts/x.svg', {})).not.toContain('request completed');
    expect(await logOf('/health', { STREAM_DEBUG: 'true' })).not.toContain('request completed');
  });

  it('tells at debug level of calls only, when it is asked for these', async () => {
    const text = await logOf('/v1/artifacts/x.svg', { STREAM_DEBUG: 'calls' });
    expect(text).toContain('a line of ours');
    expect(text).toContain('what a call did');
    expect(text).not.toContain('request completed');
    expect(await logOf('/v1/artifacts/x.svg', {})).not.toContain('what a call did');
  });

  it('is silent in tests', async () => {
    expect(await logOf('/', { NODE_ENV: 'test' })).toBe('');
  });
});
