// Tokens, signatures, links, forms and documents.
import { createHmac, createSecretKey } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { HttpException } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { Request, Response } from 'express';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { DocumentError } from '../../../src/documents/document-error.js';
import { readDocument } from '../../../src/documents/ingest/read-document.js';
import { fromCursor } from '../../../src/history/cursor.js';
import { mintToken } from '../../../src/identity/mint-token.js';
import { SecretTokenVerifier } from '../../../src/identity/secret.verifier.js';
import { findToken } from '../../../src/identity/token-source.js';
import { AuthError } from '../../../src/identity/token-verifier.port.js';
import { isSignedByTwilio } from '../../../src/identity/twilio-signature.js';
import { ArtifactLinks } from '../../../src/tools/artifact-links.js';
import { TranscriptionError } from '../../../src/transcription/transcription-error.js';
import { readUpload } from '../../../src/transcription/upload.js';
import { entriesOf } from '../../../src/webhooks/elevenlabs/post-call-entries.js';
import { postCallSchema } from '../../../src/webhooks/elevenlabs/post-call.schema.js';
import { SignedBodies } from '../../../src/webhooks/elevenlabs/signed-body.js';
import { transcriptionSchema } from '../../../src/webhooks/elevenlabs/transcription.js';
import { deliveryEventSchema, returnedMail } from '../../../src/webhooks/mail/delivery-event.js';
import { readSignedEvent } from '../../../src/webhooks/mail/signed-event.js';
import { mangledBytes, mangledText, mangledValue } from '../mangled.js';
import { holds, onlyLater, property } from '../target.js';
import type { Target } from '../target.js';

const SECRET = 'a secret for tests, long enough for HS256';
const KEY = createSecretKey(Buffer.from(SECRET));
const verifier = new SecretTokenVerifier(new JwtService({}), KEY, { issuer: undefined });
const TOKEN = mintToken(KEY, { userId: 'demo', ttlSeconds: 1e9, agents: ['julia'], claims: { name: 'Ann' } });

const part = (value: unknown): string => Buffer.from(JSON.stringify(value) ?? '').toString('base64url');
/** With the right key, whatever it says. */
const signed = (header: unknown, claims: unknown): string => {
  const head = `${part(header)}.${part(claims)}`;
  return `${head}.${createHmac('sha256', SECRET).update(head).digest('base64url')}`;
};

const request = (body: Uint8Array, headers: Record<string, string>): IncomingMessage =>
  Object.assign(Readable.from([body], { objectMode: false }), { headers }) as unknown as IncomingMessage;

const HOOK = `whsec_${Buffer.from('a webhook secret of 24 b').toString('base64')}`;
const MAIL = JSON.stringify({
  type: 'email.bounced',
  data: { tags: { parley_mail: 'k' }, bounce: { type: 'Permanent' } },
});

const POST_CALL = [
  {
    type: 'post_call_transcription',
    event_timestamp: 1.7e9,
    data: {
      agent_id: 'a',
      conversation_id: 'c',
      status: 'done',
      transcript: [
        { role: 'user', message: 'hello', time_in_call_secs: 1 },
        { role: 'agent', message: 'Hel', original_message: 'Hello.', time_in_call_secs: 2 },
      ],
      metadata: {
        start_time_unix_secs: 1.7e9,
        call_duration_secs: 3,
        cost: 1,
        phone_call: { type: 'twilio', call_sid: 'CA1' },
      },
      analysis: { call_successful: 'success' },
      conversation_initiation_client_data: { dynamic_variables: { x: 1 } },
    },
  },
  {
    type: 'call_initiation_failure',
    event_timestamp: 1.7e9,
    data: { agent_id: 'a', conversation_id: 'c', failure_reason: 'busy' },
  },
];

const BOUNDARY = 'xyz';
const FORM = [
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="audio"; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\nRIFF....WAVE\r\n`,
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="language"\r\n\r\nen\r\n`,
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="words[0][a]"\r\n\r\nx\r\n--${BOUNDARY}--\r\n`,
].join('');

const form = (body: Buffer, type: string): Request =>
  Object.assign(request(body, { 'content-type': type, 'content-length': String(body.length) }), {
    is: () => 'multipart/form-data',
  }) as unknown as Request;

const DOCUMENTS = [
  [
    'markdown',
    '---\ntitle: Fees\nquestions: [How much?]\nupdated: 2026-05-04\n---\n# Fees\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nText.',
  ],
  [
    'html',
    '<html><head><title>T</title><meta charset=utf-8></head><body><h1>Fees</h1><p>Text <b>bold</b><table><tr><td>1<td>2</table>',
  ],
  ['text', 'Fees\n\nThere are none.'],
  [
    'pdf',
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj 3 0 obj<</Type/Page/Parent 2 0 R>>endobj trailer<</Root 1 0 R>>',
  ],
  ['docx', 'PK\u0003\u0004\u0014\0\0\0\0\0'],
] as const;

export const REQUEST_TARGETS: readonly Target[] = [
  {
    name: 'where a token may stand',
    share: 6,
    property: property(
      fc.tuple(
        mangledText([`Bearer ${TOKEN.slice(0, 60)}`]),
        mangledText([`parley.v1, bearer.${TOKEN.slice(0, 60)}`]),
        mangledText([`/v1/stream?token=${TOKEN.slice(0, 60)}&agent=julia`]),
      ),
      ([authorization, protocols, url]) => {
        const token = findToken({ headers: { authorization, 'sec-websocket-protocol': protocols }, url });
        holds(token === undefined || token.length <= 8192, 'a token of bounded length');
      },
    ),
  },
  {
    name: 'a token that was changed',
    share: 3,
    property: property(mangledText([TOKEN]), (token) =>
      onlyLater([AuthError], async () => {
        // Whatever stands for the same bytes in base64url is the same signature.
        const { caller } = await verifier.verify(token);
        holds(caller.userId === 'demo', 'nobody else');
      }),
    ),
  },
  {
    name: 'a token of ours that says anything',
    share: 3,
    property: property(
      fc.tuple(
        mangledValue([{ alg: 'HS256', typ: 'JWT' }]),
        mangledValue([{ sub: 'demo', exp: 2e9, iat: 1, agents: ['julia'], role: 'admin', aud: 'x', nbf: 1 }]),
      ),
      ([header, claims]) =>
        onlyLater([AuthError], async () => {
          const { caller, agents = [] } = await verifier.verify(signed(header, claims));
          holds(typeof caller.userId === 'string' && caller.userId !== '', 'a user');
          holds(
            agents.every((agent) => typeof agent === 'string'),
            'names of agents',
          );
        }),
    ),
  },
  {
    name: "an event signed as ElevenLabs'",
    share: 3,
    property: property(
      fc.tuple(
        mangledText([`t=${Math.floor(Date.now() / 1000)},v0=${'0'.repeat(64)}`]),
        mangledBytes([JSON.stringify(POST_CALL[0])]),
      ),
      ([header, body]) =>
        onlyLater([HttpException], async () => {
          await new SignedBodies('secret').read(request(body, { 'elevenlabs-signature': header }));
          throw new Error('a signature was guessed');
        }),
    ),
  },
  {
    name: "what ElevenLabs' events say",
    share: 5,
    property: property(
      fc.tuple(
        mangledValue(POST_CALL),
        mangledValue([{ call_sid: 'c', speaker: 'user', message: 'm', timestamp: 1.7e9 }]),
      ),
      ([event, said]) => {
        transcriptionSchema.safeParse(said);
        const parsed = postCallSchema.safeParse(event);
        if (!parsed.success || parsed.data.type !== 'post_call_transcription') return;
        for (const { text, startedAt } of entriesOf(parsed.data.data, [{ speaker: 'user', text: 'hello' }])) {
          holds(text.length <= 10_000 && !Number.isNaN(startedAt.getTime()), 'an entry that can be kept');
        }
      },
    ),
  },
  {
    name: "a mail service's event",
    share: 3,
    property: property(
      fc.tuple(mangledBytes([MAIL]), mangledText(['v1,AAAA v1a,BBBB']), mangledValue([JSON.parse(MAIL)]), fc.boolean()),
      ([body, signature, said, isSigned]) => {
        const event = deliveryEventSchema.safeParse(said);
        if (event.success) holds((returnedMail(event.data)?.reason.length ?? 0) <= 60, 'a short reason');
        const now = new Date();
        const right = isSigned ? new Webhook(HOOK).sign('m', now, body.toString('utf8')) : signature;
        const headers = {
          'webhook-id': 'm',
          'webhook-timestamp': `${Math.floor(now.getTime() / 1000)}`,
          'webhook-signature': right,
        };
        return onlyLater([HttpException], async () => {
          const read = await readSignedEvent(request(body, headers), HOOK);
          holds(isSigned && read === body.toString('utf8'), 'what was signed');
        });
      },
    ),
  },
  {
    name: 'signatures of links and of Twilio, cursors',
    share: 4,
    property: property(
      fc.tuple(
        mangledText(['/v1/artifacts/a.png']),
        mangledText(['1700000000']),
        mangledText(['c2lnbmF0dXJl']),
        mangledText([Buffer.from('["2026-01-01T00:00:00.000Z","c"]').toString('base64url')]),
      ),
      ([path, expires, signature, cursor]) => {
        holds(links.check(path, { expires, signature }) === 'invalid', 'no signature is guessed');
        holds(
          !isSignedByTwilio(SECRET, signature, `https://x${path}`, { a: expires, b: [signature, ''] }),
          'no signature is guessed',
        );
        const after = fromCursor(cursor);
        holds(after === undefined || !Number.isNaN(after.startedAt.getTime()), 'a place');
      },
    ),
  },
  {
    name: 'a form with a file',
    share: 0.5,
    property: property(
      fc.tuple(mangledBytes([FORM]), mangledText([`multipart/form-data; boundary=${BOUNDARY}`])),
      ([body, type]) =>
        onlyLater([TranscriptionError], async () => {
          const { file } = await readUpload(form(body, type), {} as Response, 1000);
          holds(file.length <= 1000, 'a file within its bound');
        }),
    ),
  },
  {
    // Each in a thread of its own, which takes a third of a second.
    name: 'a document',
    share: 0.005,
    property: property(
      fc
        .constantFrom(...DOCUMENTS)
        .chain(([kind, text]) => fc.tuple(fc.constant(kind), mangledBytes([Buffer.from(text, 'latin1')]))),
      ([kind, bytes]) => readOrRefused(kind, bytes),
    ),
  },
];

async function readOrRefused(kind: Parameters<typeof readDocument>[0]['kind'], bytes: Buffer): Promise<void> {
  try {
    const { sections } = await readDocument({ bytes: Uint8Array.from(bytes), kind, name: 'it' }, 20_000);
    holds(JSON.stringify(sections).length < 4_000_000, 'a document within its bound');
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
  }
}

const links = new ArtifactLinks({ secret: KEY, ttlMs: 60_000 });
