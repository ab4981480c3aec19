import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../../test/support/free-port.js';
import { startGatewayApp } from '../../test/support/gateway-app.js';
import type { GatewayApp } from '../../test/support/gateway-app.js';
import { runChecks } from './check.js';
import { telephoneCheck } from './telephone-check.js';

const AUTH_TOKEN = 'f00d'.repeat(8);

const lineOf = async (origin: string, authToken = AUTH_TOKEN): Promise<string> => {
  const lines: string[] = [];
  await runChecks([telephoneCheck(origin, authToken)], { print: (line) => void lines.push(line) });
  return lines.join('\n');
};

describe('the doctor’s look at the telephone', () => {
  let here: GatewayApp;
  let origin: string;

  beforeAll(async () => {
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    here = await startGatewayApp({
      PUBLIC_ORIGIN: origin,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      STREAM_WS_PORT: String(port),
    });
  });
  afterAll(async () => here.close());

  it('finds both doors open to Twilio', async () => {
    expect(await lineOf(origin)).toMatch(/^ok {2}telephone: Twilio reaches it; .*POST http:.*\/v1\/twilio\/voice/);
  });

  it('says what does not fit, and never the token', async () => {
    const other = 'beef'.repeat(8);
    const line = await lineOf(origin, other);
    expect(line).toMatch(/^BAD telephone: .* answers 403\. The server behind it has another TWILIO_AUTH_TOKEN/);
    expect(line).not.toContain(other);
    const moved = await startGatewayApp({ PUBLIC_ORIGIN: 'https://old.example.test', TWILIO_AUTH_TOKEN: AUTH_TOKEN });
    expect(await lineOf(moved.http)).toMatch(/answers 403/);
    await moved.close();
    const none = await startGatewayApp();
    expect(await lineOf(none.http)).toMatch(/^BAD telephone: .* answers 404\. The server behind it has no TWILIO/);
    await none.close();
    expect(await lineOf('http://127.0.0.1:1')).toMatch(/^warn telephone: nobody answers at http:\/\/127/);
  });

  it('notices a proxy that does not forward WebSockets', async () => {
    const proxy = createServer((request, response) => {
      response.writeHead(request.method === 'POST' ? 400 : 426).end();
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as AddressInfo;
    expect(await lineOf(`http://127.0.0.1:${port}`)).toMatch(
      /^BAD telephone: .*ws:.* is not: it answers 426\. Let the proxy/,
    );
    proxy.close();
  });
});
