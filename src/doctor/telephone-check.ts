import { WebSocket } from 'ws';
import { twilioStreamAddress, twilioVoiceAddress } from '../config/twilio-addresses.js';
import { textOf } from '../database/error-code.js';
import { untilAborted } from '../deadline/until-aborted.js';
import { SIGNATURE_HEADER, twilioSignature } from '../identity/twilio-signature.js';
import { Fault, Warning } from './check.js';
import type { Check } from './check.js';

/** Knocks at both doors of the telephone from outside, as Twilio would, with nothing to say. */
export function telephoneCheck(origin: string, authToken: string): Check {
  return {
    name: 'telephone',
    run: async (signal) => {
      const voice = twilioVoiceAddress(origin);
      const status = await askVoice(voice, authToken, signal);
      if (status === undefined) {
        return new Warning(
          `nobody answers at ${voice}. Start the server, or check PUBLIC_ORIGIN and the proxy behind it.`,
        );
      }
      // Signed well, and no call: that is what it should say.
      if (status !== 400) throw new Fault(`${voice} answers ${status}. ${ADVICE[status] ?? ELSEWHERE}`);
      const stream = twilioStreamAddress(origin);
      const problem = await openStream(stream, authToken, signal);
      if (problem !== undefined) {
        throw new Fault(
          `the webhook is right, but ${stream} is not: ${problem}. Let the proxy forward WebSockets there.`,
        );
      }
      return `Twilio reaches it; the number's webhook is POST ${voice}`;
    },
  };
}

const ELSEWHERE = 'Check that PUBLIC_ORIGIN leads to this server.';
const ADVICE: Readonly<Record<number, string>> = {
  403: 'The server behind it has another TWILIO_AUTH_TOKEN or another PUBLIC_ORIGIN: restart it with these.',
  404: 'The server behind it has no TWILIO_AUTH_TOKEN, or is another: restart it, or check PUBLIC_ORIGIN.',
};

/** The status of the answer; undefined when there is none. */
async function askVoice(url: string, authToken: string, signal: AbortSignal): Promise<number | undefined> {
  try {
    const headers = { [SIGNATURE_HEADER]: twilioSignature(authToken, url) };
    const response = await fetch(url, { method: 'POST', headers, redirect: 'manual', signal });
    await response.body?.cancel();
    return response.status;
  } catch (error) {
    signal.throwIfAborted();
    if (textOf((error as Error).cause, 'code')?.includes('CERT') === true) {
      throw new Fault(`the certificate of ${url} is not trusted, and Twilio will not trust it either.`);
    }
    return undefined;
  }
}

/** Why no stream can be opened there, if none can. */
function openStream(url: string, authToken: string, signal: AbortSignal): Promise<string | undefined> {
  const ws = new WebSocket(url, { headers: { [SIGNATURE_HEADER]: twilioSignature(authToken, url) } });
  const outcome = new Promise<string | undefined>((resolve) => {
    ws.on('open', () => resolve(undefined));
    ws.on('unexpected-response', (_request, { statusCode }) => resolve(`it answers ${statusCode ?? 'nothing'}`));
    ws.on('error', (error) => resolve(textOf(error, 'code') ?? 'no connection'));
  });
  return untilAborted(outcome, signal).finally(() => ws.terminate());
}
