import { once } from 'node:events';
import { connect } from 'node:net';
import { waitFor } from '../../../../test/support/wait-for.js';
import type { Flow } from './flow.js';
import { SipSockets } from './sockets.js';

describe('the sockets of SIP', () => {
  let sockets: SipSockets;
  let flows: Flow[];
  beforeEach(async () => {
    flows = [];
    sockets = await SipSockets.bind({
      host: '127.0.0.1',
      port: 0,
      allows: () => true,
      onMessage: (_bytes, flow) => void flows.push(flow),
      log: { warn: () => undefined },
      idleMs: 100,
    });
  });
  afterEach(() => sockets.close());

  it('closes a silent connection over which no call goes on, and keeps one that is needed for a BYE', async () => {
    const [held, idle] = [connect(sockets.port, '127.0.0.1'), connect(sockets.port, '127.0.0.1')];
    const isIdleClosed = once(idle.resume(), 'close');
    let heard = '';
    held.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    held.write('OPTIONS sip:a SIP/2.0\r\nContent-Length: 0\r\n\r\n');
    await waitFor(() => flows.length === 1);
    const release = flows[0]?.hold();
    await isIdleClosed;
    // By now the other one has been silent for as long, too.
    flows[0]?.send('BYE');
    await waitFor(() => heard === 'BYE');
    release?.();
    await once(held, 'close');
  });
});
