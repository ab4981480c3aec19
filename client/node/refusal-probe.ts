import { randomBytes } from 'node:crypto';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { VoiceClientError, type HttpRefusal } from '../errors.js';
import { refusalOf } from '../refusal.js';

const TIMEOUT_MS = 5000;
const MAX_BODY_BYTES = 4096;

/** What the operating system says when no connection can be made, in words. */
const NETWORK_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing is listening there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be looked up',
  ECONNRESET: 'the connection was cut off',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the host does not answer',
  EPROTO: 'it does not speak TLS there: wss:// needs a server or a proxy with a certificate, try ws://',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there: try ws:// instead of wss://',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS there: try ws:// instead of wss://',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP there: try wss:// instead of ws://, and look at the port',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is signed by nobody known here; NODE_EXTRA_CA_CERTS names a file of those to trust',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is signed by nobody known here; NODE_EXTRA_CA_CERTS names a file of those to trust',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate comes without those that it is signed with',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
};

/**
 * Asks once more, by plain HTTP, why a WebSocket could not be opened: the platform's WebSocket keeps the answer to
 * itself. Resolves with the server's refusal, or undefined when it would have agreed this time. Rejects with a
 * VoiceClientError `unreachable` that says what the network said.
 */
export function probeRefusal(url: string, protocols: readonly string[]): Promise<HttpRefusal | undefined> {
  const target = new URL(url.replace(/^ws/, 'http'));
  const send = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(target, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        'Sec-WebSocket-Protocol': protocols.join(', '),
      },
      timeout: TIMEOUT_MS,
    });
    request.on('upgrade', (_response, socket) => {
      socket.destroy();
      resolve(undefined);
    });
    request.on('response', (response) => {
      readBody(response).then((body) => {
        const { statusCode: status = 0, statusMessage: statusText = '' } = response;
        resolve(refusalOf({ status, statusText, retryAfter: response.headers['retry-after'], body }));
      }, reject);
    });
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })));
    request.on('error', (cause: NodeJS.ErrnoException) => {
      const reason = NETWORK_ERRORS[cause.code ?? ''] ?? cause.message;
      reject(new VoiceClientError('unreachable', `cannot reach ${url}: ${reason}`, { retryable: true, cause }));
    });
    request.end();
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  let body = '';
  response.setEncoding('utf8');
  for await (const chunk of response as AsyncIterable<string>) {
    body += chunk;
    if (body.length >= MAX_BODY_BYTES) break;
  }
  return body.slice(0, MAX_BODY_BYTES);
}
