// What an admin does with documents over HTTP, and what callers are told of them in the next call.
import { jest } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const ZOO =
  '---\nupdated: 2026-05-04\n---\n# Zoo policy\n\nVisitors must not feed the lions.\n\n## Dogs\n\nDogs stay at home.';

describe('the admins’ documents', () => {
  let app: ParleyApp;
  beforeAll(async () => {
    app = await ParleyApp.start({ env: { STREAM_STT_PROVIDER: 'webspeech', STREAM_LLM_PROVIDER: 'rules' } });
  });
  afterAll(() => app.close());

  const admin = () => app.token('ann', { claims: { role: 'admin' } });
  async function request(
    method: string,
    path: string,
    { body, type = 'text/markdown', token = admin() }: { body?: string; type?: string; token?: string } = {},
  ) {
    const response = await fetch(`${app.http}/v1/admin/documents${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  it('are for admins only', async () => {
    for (const [token, status, error] of [
      ['', 401, expect.any(String)],
      ['forged.token.here', 401, expect.any(String)],
      [app.token('demo'), 403, 'admin_required'],
      [app.token('demo', { claims: { user_metadata: { admin: true } } }), 403, 'admin_required'],
    ] as const) {
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['POST', '?name=zoo.md', ZOO],
        ['DELETE', '/refund-policy', undefined],
      ] as const) {
        expect(await request(method, path, { token, ...(body === undefined ? {} : { body }) })).toMatchObject({
          status,
          body: { error },
        });
      }
    }
  });

  it('are added, told to callers with since when they hold, replaced, listed and removed', async () => {
    const added = await request('POST', '?name=zoo.md', { body: ZOO });
    expect(added).toEqual({
      status: 200,
      body: { slug: expect.stringMatching(/^zoo-/), title: 'Zoo policy', chunks: 2, replaced: false },
    });
    const caller = await TextCaller.call(app);
    const answer = await caller.say('What is the policy on lions in the zoo?');
    expect(answer.text).toMatch(/^Our zoo policy, updated in May( \d{4})?, says: Visitors must not feed the lions\./);
    expect(answer.tools).toMatchObject([{ name: 'search_documents' }]);
    expect(answer.tools[0]?.outcome.sources?.[0]).toMatchObject({
      title: 'Zoo policy',
      updated: '2026-05-04',
      spoken: expect.stringMatching(/^our zoo policy, updated in May/),
    });
    await caller.hangUp();
    expect((await request('POST', '?name=zoo.md', { body: '# Zoo\n\nClosed.' })).body).toMatchObject({
      replaced: true,
    });
    const slug = String(added.body['slug']);
    const listed = await request('GET', '');
    expect(listed.body).toContainEqual(expect.objectContaining({ slug, title: 'Zoo', source: 'zoo.md', chunks: 1 }));
    expect(await request('DELETE', `/${slug}`)).toEqual({ status: 200, body: { removed: slug } });
    expect(await request('DELETE', `/${slug}`)).toMatchObject({ status: 404, body: { error: 'unknown_document' } });
  });

  it.each([
    ['a file without a name', '', { body: ZOO }, 400, 'invalid_name'],
    ['a picture', '?name=a.png', { body: '\x89PNG', type: 'image/png' }, 415, 'unsupported'],
    ['a program that says it is a PDF', '?name=a.pdf', { body: 'MZ', type: 'application/pdf' }, 422, 'unreadable'],
    ['an empty file', '?name=a.txt', { body: ' ', type: 'text/plain' }, 422, 'empty'],
    ['too large a file', '?name=a.txt', { body: 'x'.repeat(10_000_001), type: 'text/plain' }, 413, 'too_large'],
    ['another body', '', { body: '{"file":"x"}', type: 'application/json' }, 400, 'invalid_body'],
    ['broken JSON', '', { body: '{', type: 'application/json' }, 400, expect.anything()],
    [
      'the address of a file',
      '',
      { body: '{"url":"file:///etc/passwd"}', type: 'application/json' },
      400,
      'bad_address',
    ],
    [
      'the address of a cloud’s secrets',
      '',
      { body: '{"url":"http://169.254.169.254/latest/meta-data"}', type: 'application/json' },
      400,
      'bad_address',
    ],
  ])('refuse %s in words', async (_, path, given, status, error) => {
    const answer = await request('POST', path, given);
    expect(answer).toMatchObject({ status, body: { error, message: expect.any(String) } });
  });

  it('are not fetched from this machine, however they are named', async () => {
    let asked = 0;
    const inside = createServer((_, response) => {
      asked += 1;
      response.end('secret');
    });
    await new Promise<void>((resolve) => inside.listen(0, resolve));
    const { port } = inside.address() as AddressInfo;
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '2130706433', '0.0.0.0']) {
      const body = JSON.stringify({ url: `http://${host}:${port}/` });
      expect(await request('POST', '', { body, type: 'application/json' })).toMatchObject({
        status: 400,
        body: { error: 'bad_address' },
      });
    }
    expect(asked).toBe(0);
    await new Promise((resolve) => inside.close(resolve));
  });
});
