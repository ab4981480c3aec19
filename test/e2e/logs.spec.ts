// All that a server prints, at its most talkative, while everything goes wrong: no secret, no token and no word of a caller is in
// it, also where a vendor's error repeats the key that it was sent.
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';
import { WireClient } from '../support/wire-client.js';
import { Build, WorkerProcess, workerToken } from '../support/worker-process.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const PLANTED = {
  deepgram: 'planted-deepgram-key',
  openai: 'sk-planted-openai-key-000000',
  cartesia: 'planted-cartesia-key',
  redis: 'planted-redis-password',
  smtp: 'planted-smtp-password',
  metrics: 'planted-metrics-token',
  hook: `whsec_${Buffer.from('planted-webhook-secret-of-24-bytes').toString('base64')}`,
  jwt: 'a secret for tests, long enough for HS256',
};
const WORDS = ['Zanzibar', 'quokka', 'rumpelstiltskin@example.org', '4111 1111 1111 1111'];

/** A vendor that refuses everybody, in a handshake too, and repeats all that it was sent. */
async function echoingVendor(): Promise<Server> {
  const server = createServer((request, response) => {
    const sent = JSON.stringify(request.headers);
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json', 'dg-error': sent.slice(0, 500) });
    response.end(
      JSON.stringify({ error: { message: `Incorrect API key provided: ${sent}`, code: 'invalid_api_key' } }),
    );
  });
  server.on('upgrade', (request, socket) => {
    const sent = JSON.stringify(request.headers);
    socket.end(
      `HTTP/1.1 401 Unauthorized (${request.headers.authorization ?? ''})\r\ndg-error: ${sent}\r\n\r\n${sent}`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

describe('what a server prints', () => {
  let build: Build;
  let vendor: Server;
  let worker: WorkerProcess;
  const addressOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(async () => {
    build = Build.make();
    vendor = await echoingVendor();
    const url = addressOf(vendor);
    worker = await WorkerProcess.start(build, {
      STREAM_DEBUG: 'all',
      STREAM_STT_PROVIDER: 'deepgram',
      DEEPGRAM_API_KEY: PLANTED.deepgram,
      DEEPGRAM_BASE_URL: url,
      STREAM_LLM_PROVIDER: 'openai,rules',
      OPENAI_API_KEY: PLANTED.openai,
      OPENAI_BASE_URL: `${url}/v1`,
      STREAM_TTS_PROVIDER: 'cartesia,flite',
      CARTESIA_API_KEY: PLANTED.cartesia,
      CARTESIA_BASE_URL: url,
      // Nobody is there.
      REDIS_URL: `redis://parley:${PLANTED.redis}@127.0.0.1:9`,
      SMTP_URL: `smtp://parley:${PLANTED.smtp}@127.0.0.1:9`,
      METRICS_TOKEN: PLANTED.metrics,
      WEBHOOK_URLS: `${url}/hooks`,
      WEBHOOK_SECRETS: PLANTED.hook,
    });
  }, 180_000);
  afterAll(async () => {
    await worker?.end();
    vendor?.close();
    build?.remove();
  });

  it('has no secret, no token and no word of anybody in it, and the call on each line of a call', async () => {
    const token = workerToken();
    const http = `http://127.0.0.1:${worker.port}`;
    // A call whose ears, model and voice are refused.
    const caller = await TextCaller.call({ stream: worker.stream, token: () => token }, { greeted: false });
    const { sessionId } = caller.all('session.started')[0] ?? { sessionId: '' };
    caller.client.ws.send(Buffer.alloc(3200, 1));
    for (const words of WORDS) await caller.say(`What do you know of ${words}?`);
    await caller.hangUp();
    // Those who are not let in.
    const bad = `${token.slice(0, -6)}planted`;
    await WireClient.connect(`${worker.stream}?token=${bad}`).catch(() => undefined);
    await fetch(`${http}/v1/calls?token=${bad}&user=${encodeURIComponent(WORDS[1] ?? '')}`, {
      headers: { authorization: `Bearer ${bad}` },
    });
    await fetch(`${http}/metrics`, { headers: { authorization: `Bearer ${PLANTED.metrics}` } });
    await waitFor(
      () => /"msg":"session closed"/.test(worker.output) && /wait|retr|provider/.test(worker.output),
      20_000,
    );

    const printed = worker.output;
    // It was really looked at: the refusals are told.
    expect(printed).toContain(sessionId);
    for (const what of ['deepgram', 'openai', 'cartesia']) expect(printed).toContain(what);
    const signature = token.split('.')[2] ?? '';
    for (const secret of [
      ...Object.values(PLANTED),
      token,
      signature,
      bad,
      Buffer.from(PLANTED.redis).toString('base64'),
    ]) {
      expect([secret, printed.includes(secret)]).toEqual([secret, false]);
    }
    for (const words of WORDS) expect([words, printed.includes(words)]).toEqual([words, false]);
    const lines = printed.split('\n').filter((line) => line.startsWith('{'));
    const ofCall = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const calls = ofCall.filter(({ context }) =>
      ['CallTrace', 'Session', 'Call', 'Provider'].includes(String(context)),
    );
    expect(calls.length).toBeGreaterThan(10);
    expect(calls.filter(({ callSid }) => callSid !== sessionId).map(({ msg }) => msg)).toEqual([]);
  });
});
