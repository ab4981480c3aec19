import { freePort } from '../../test/support/free-port.js';
import { startGatewayApp } from '../../test/support/gateway-app.js';
import { runChecks } from './check.js';
import { sipCheck } from './sip-check.js';

const lineOf = async (port: number, range = '30000-31999'): Promise<string> => {
  const lines: string[] = [];
  const settings = { SIP_PORT: port, SIP_HOST: '127.0.0.1', SIP_RTP_PORTS: range, STREAM_MAX_SESSIONS: 1000 };
  await runChecks([sipCheck(settings)], { print: (line) => void lines.push(line) });
  return lines.join('\n');
};

describe('the doctor’s look at SIP', () => {
  it('finds who answers, and says what is missing', async () => {
    const port = await freePort();
    expect(await lineOf(port)).toMatch(/^warn SIP: nobody answers at 127\.0\.0\.1:\d+ over UDP\. Start the server/);
    const known = await startGatewayApp({ SIP_PORT: String(port), SIP_HOST: '127.0.0.1', SIP_PEERS: '127.0.0.1' });
    expect(await lineOf(port)).toMatch(/^ok {2}SIP: answers 200 at 127\.0\.0\.1:\d+, with room for 1000 calls/);
    expect(await lineOf(port, '30000-30009')).toMatch(/^warn SIP: SIP_RTP_PORTS has room for 5 calls/);
    await known.close();
    const other = await startGatewayApp({ SIP_PORT: String(port), SIP_HOST: '127.0.0.1', SIP_USERS: 'desk:a secret!' });
    expect(await lineOf(port)).toMatch(/^ok {2}SIP: answers 401 at/);
    await other.close();
    const strangers = await startGatewayApp({ SIP_PORT: String(port), SIP_HOST: '127.0.0.1', SIP_PEERS: '192.0.2.7' });
    expect(await lineOf(port)).toMatch(/^warn SIP: nobody answers .*or put 127\.0\.0\.1 into SIP_PEERS/);
    await strangers.close();
  });
});
