import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Config } from '../config/config.token.js';
import { readPorts } from '../config/port-range.js';
import { untilAborted } from '../deadline/until-aborted.js';
import { Warning } from './check.js';
import type { Check } from './check.js';

/** How long an answer may take on one's own machine, ms. */
const ANSWER_MS = 2000;
const HERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

type Settings = Pick<Config, 'SIP_PORT' | 'SIP_HOST' | 'SIP_RTP_PORTS' | 'STREAM_MAX_SESSIONS'>;

/** Asks the SIP endpoint on this machine by OPTIONS, as a PBX does, and counts its ports. */
export function sipCheck({
  SIP_PORT: port,
  SIP_HOST: host,
  SIP_RTP_PORTS: range,
  STREAM_MAX_SESSIONS: most,
}: Settings): Check {
  return {
    name: 'SIP',
    run: async (signal) => {
      const address = HERE[host] ?? host;
      const status = await ask(address, port, signal);
      if (status === undefined) {
        return new Warning(
          `nobody answers at ${address}:${port} over UDP. Start the server, or put ${address} into SIP_PEERS to be answered here.`,
        );
      }
      const { first, last } = readPorts(range) ?? { first: 0, last: 0 };
      const calls = Math.floor((last - first + 1) / 2);
      if (calls < Math.min(most, 1000)) {
        return new Warning(
          `SIP_RTP_PORTS has room for ${calls} calls, STREAM_MAX_SESSIONS for ${most}: make it larger.`,
        );
      }
      return `answers ${status} at ${address}:${port}, with room for ${calls} calls`;
    },
  };
}

/** The status that an OPTIONS is answered with; undefined when it is not. */
async function ask(address: string, port: number, signal: AbortSignal): Promise<number | undefined> {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<number | undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ANSWER_MS);
    socket.on('error', () => resolve(undefined));
    socket.on('message', (bytes) => {
      const status = /^SIP\/2\.0 (\d{3}) /.exec(bytes.toString('latin1', 0, 16))?.[1];
      resolve(status === undefined ? undefined : Number(status));
    });
    socket.send(options(address, port), port, address);
  });
  try {
    return await untilAborted(answer, signal);
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

function options(address: string, port: number): string {
  const id = randomBytes(8).toString('hex');
  const host = isIPv6(address) ? `[${address}]` : address;
  return [
    `OPTIONS sip:${host}:${port} SIP/2.0`,
    `Via: SIP/2.0/UDP ${host};branch=z9hG4bK${id};rport`,
    `From: <sip:doctor@${host}>;tag=${id}`,
    `To: <sip:${host}:${port}>`,
    `Call-ID: ${id}`,
    'CSeq: 1 OPTIONS',
    'Max-Forwards: 1',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}
