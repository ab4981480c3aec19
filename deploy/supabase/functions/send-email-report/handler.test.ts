// Run by `deno test`, which test/e2e/mail-function.spec.ts does; the whole way from the server is tested there.
import { handlerOf } from './handler.ts';

const SECRET = 'a secret of the function, long enough';
const MAIL = {
  key: 'key-1',
  from: 'Julia <julia@parley.example>',
  to: 'ann@example.com',
  subject: 'Report',
  text: 'Hello',
  html: '<p>Hello</p>',
  attachments: [
    { filename: 'chart.png', mediaType: 'image/png', base64: 'AAAA', contentId: 'chart@report' },
    { filename: 'rows.csv', mediaType: 'text/csv', base64: 'BBBB' },
  ],
};

interface Seen {
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

/** Resend, as far as its answer: what was asked of it is in `seen`. */
async function withResend(
  answer: () => Response,
  use: (handler: ReturnType<typeof handlerOf>, seen: Seen[]) => Promise<void>,
) {
  const seen: Seen[] = [];
  const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: () => undefined }, async (request) => {
    seen.push({ headers: request.headers, body: await request.json() });
    return answer();
  });
  const baseUrl = `http://127.0.0.1:${(server.addr as Deno.NetAddr).port}`;
  try {
    await use(handlerOf({ secret: SECRET, apiKey: 're_key', baseUrl, timeoutMs: 500 }), seen);
  } finally {
    await server.shutdown();
  }
}

const ask = (body: unknown, authorization = `Bearer ${SECRET}`) =>
  new Request('http://localhost/', {
    method: 'POST',
    headers: { authorization },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

const equal = (actual: unknown, wanted: unknown): void => {
  const [a, b] = [actual, wanted].map((value) => JSON.stringify(value));
  if (a !== b) throw new Error(`${a} is not ${b}`);
};

const answered = async (response: Response) => [response.status, await response.json()];

Deno.test('a mail goes to Resend with its key, its picture and its file', () =>
  withResend(
    () => Response.json({ id: 'r1' }),
    async (handler, seen) => {
      equal(await answered(await handler(ask(MAIL))), [200, { id: 'r1' }]);
      equal(seen.length, 1);
      equal(seen[0]?.headers.get('idempotency-key'), 'key-1');
      equal(seen[0]?.headers.get('authorization'), 'Bearer re_key');
      equal(seen[0]?.body, {
        from: MAIL.from,
        to: ['ann@example.com'],
        subject: 'Report',
        text: 'Hello',
        html: '<p>Hello</p>',
        attachments: [
          { filename: 'chart.png', content: 'AAAA', content_type: 'image/png', content_id: 'chart@report' },
          { filename: 'rows.csv', content: 'BBBB', content_type: 'text/csv' },
        ],
        tags: [{ name: 'parley_mail', value: 'key-1' }],
      });
    },
  ),
);

Deno.test('strangers, and what is no mail, get no further', () =>
  withResend(
    () => Response.json({ id: 'r1' }),
    async (handler, seen) => {
      equal(await answered(await handler(ask(MAIL, ''))), [401, { error: 'login' }]);
      equal(await answered(await handler(ask(MAIL, `Bearer ${SECRET}x`))), [401, { error: 'login' }]);
      for (const body of [
        '',
        '{',
        '[]',
        { ...MAIL, to: 'ann' },
        { ...MAIL, to: ['a@example.com'] },
        { ...MAIL, key: '' },
      ]) {
        equal(await answered(await handler(ask(body))), [400, { error: 'refused' }]);
      }
      const get = new Request('http://localhost/', { headers: { authorization: `Bearer ${SECRET}` } });
      equal((await handler(get)).status, 405);
      const huge = JSON.stringify({ ...MAIL, text: 'x'.repeat(25 * 1024 * 1024) });
      equal(await answered(await handler(ask(huge))), [413, { error: 'refused' }]);
      equal(seen.length, 0);
    },
  ),
);

const ANSWERS: readonly (readonly [string, number, Record<string, string>, string])[] = [
  ['its key is refused', 401, { name: 'missing_api_key', message: 'Missing API Key' }, 'login'],
  ['the domain is not ours', 403, { name: 'validation_error', message: 'The domain is not verified' }, 'login'],
  ['too many requests', 429, { name: 'rate_limit_exceeded', message: 'Too many requests' }, 'later'],
  ['the same mail is on its way', 409, { name: 'concurrent_idempotent_requests', message: 'In progress' }, 'later'],
  ['the key had another mail', 409, { name: 'invalid_idempotent_request', message: 'Different' }, 'refused'],
  ['an address that it does not take', 422, { name: 'validation_error', message: 'Invalid `to` field.' }, 'recipient'],
  ['a mail that it does not take', 422, { name: 'validation_error', message: 'Invalid `attachments`.' }, 'refused'],
  ['a fault of its own', 500, { name: 'application_error', message: 'Unexpected' }, 'later'],
];
for (const [what, status, body, error] of ANSWERS) {
  Deno.test(`Resend says: ${what}`, () =>
    withResend(
      () => Response.json(body, { status }),
      async (handler) => equal(await answered(await handler(ask(MAIL))), [502, { error }]),
    ),
  );
}

Deno.test('a Resend that is not there', async () => {
  const handler = handlerOf({ secret: SECRET, apiKey: 're_key', baseUrl: 'http://127.0.0.1:9', timeoutMs: 500 });
  equal(await answered(await handler(ask(MAIL))), [502, { error: 'later' }]);
});
