import type { IncomingMessage } from 'node:http';
import { Webhook, WebhookVerificationError } from 'standardwebhooks';
import { refusal } from '../../rest/refusal.js';

/** An event is some hundred bytes. */
const MOST_BYTES = 65_536;
/** Under `webhook-` by the Standard Webhooks specification, and under `svix-` by Svix, which Resend sends with. */
const HEADERS = ['id', 'timestamp', 'signature'] as const;

/**
 * The body of a request, as it came, when it is signed with the secret and not older or newer than five minutes. Throws
 * HttpException: 403 for what is not signed well, 413, and 400 for a body that breaks off.
 */
export async function readSignedEvent(request: IncomingMessage, secret: string): Promise<string> {
  const { headers } = request;
  const signed = HEADERS.map((name) => [
    `webhook-${name}`,
    [headers[`webhook-${name}`] ?? headers[`svix-${name}`]].flat()[0],
  ]);
  // Nothing is read of what cannot be signed.
  if (signed.some(([, value]) => value === undefined)) {
    throw refusal(403, 'signature_missing', 'The event has to have webhook-id, -timestamp and -signature, or svix-...');
  }
  const body = await bodyOf(request);
  try {
    new Webhook(secret).verify(body, Object.fromEntries(signed) as Record<string, string>, { jsonParse: false });
    return body;
  } catch (error) {
    if (!(error instanceof WebhookVerificationError)) throw error;
    const message = 'The event was not signed with the secret that this server has, or not in the last five minutes.';
    throw refusal(403, 'signature_invalid', message);
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    // The rest of what is refused is left alone, so that the answer still arrives.
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > MOST_BYTES) throw refusal(413, 'body_too_large', `An event may have ${MOST_BYTES / 1024} KiB.`);
      pieces.push(piece);
    }
  } catch (error) {
    if (request.errored === null) throw error;
    throw refusal(400, 'body_broken', 'The request ended before its body did.');
  }
  return Buffer.concat(pieces).toString('utf8');
}
