// A call, and what the API says of it afterwards: to its owner, to an admin, to somebody else.
import { randomUUID } from 'node:crypto';
import { storedLedger } from '../../src/calls/records/row-ledger.js';
import { CALL_STORE } from '../../src/database/calls/call-store.port.js';
import type { CallStore } from '../../src/database/calls/call-store.port.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

interface Page {
  readonly calls: readonly { readonly callSid: string; readonly user: string; readonly status: string }[];
  readonly next: string | null;
}

describe('the history of calls', () => {
  let app: ParleyApp;
  beforeAll(async () => {
    app = await ParleyApp.start({ env: { REST_RATE_LIMIT_MAX: '5000' } });
  }, 180_000);
  afterAll(() => app.close());

  const get = (path: string, token = app.token('ann')) =>
    fetch(`${app.http}/v1/calls${path}`, { headers: { authorization: `Bearer ${token}` } });
  const json = async <T>(path: string, token?: string): Promise<T> => (await (await get(path, token)).json()) as T;
  const admin = () => app.token('root', { claims: { admin: true } });

  it('tells a call that was made, whole, to its owner and to admins alone', async () => {
    const caller = await TextCaller.call(app, { user: 'demo' });
    await caller.say('What transactions does client 5001 have?');
    caller.client.send({ type: 'session.end' });
    const token = app.token('demo');
    await waitFor(async () => (await json<Page>('', token)).calls[0]?.status === 'completed', 20_000);
    const [{ callSid } = { callSid: '' }] = (await json<Page>('', token)).calls;

    const call = await json<Record<string, unknown>>(`/${callSid}`, token);
    expect(call).toMatchObject({
      callSid,
      user: 'demo',
      conversationId: null,
      direction: 'inbound',
      channel: 'web',
      agent: 'julia',
      agentVersion: expect.stringMatching(/^[\da-f]{12}$/),
      serverVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
      endReason: 'client',
      providers: { llm: 'rules' },
      usage: { turns: 1, toolCalls: 1 },
      tools: [{ name: 'query_transactions', arguments: { client_id: 5001 }, ok: true }],
    });
    const said = call['transcript'] as Record<string, string>[];
    expect(said.map(({ speaker }) => speaker)).toEqual(['agent', 'user', 'agent']);
    // What was asked, the answer and the tool that gave it are one turn.
    const [, question, answer] = said;
    const [tool] = call['tools'] as Record<string, string>[];
    expect(question).toMatchObject({ text: 'What transactions does client 5001 have?' });
    expect(answer?.['turnId']).toBe(question?.['turnId']);
    expect(tool).toMatchObject({ turnId: question?.['turnId'], responseId: answer?.['responseId'] });

    const text = await get(`/${callSid}/transcript?format=text`, token);
    expect(text.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await text.text()).toMatch(/\] Caller: What transactions does client 5001 have\?\n\[.*\] Agent: /);
    const vtt = await get(`/${callSid}/transcript?format=vtt`, token);
    expect(vtt.headers.get('content-type')).toMatch(/^text\/vtt/);
    expect(await vtt.text()).toMatch(/^WEBVTT\n\n/);
    expect(await json(`/${callSid}/transcript`, token)).toEqual({ callSid, transcript: said });
    const vcon = await get(`/${callSid}/vcon`, token);
    expect(vcon.headers.get('content-type')).toMatch(/^application\/vcon/);
    expect(vcon.headers.get('cache-control')).toBe('no-store');
    expect(await vcon.json()).toMatchObject({ vcon: '0.3.0', uuid: callSid, dialog: { length: 3 } });

    // What it came to is written a moment later.
    const summaryOf = async () => (await json<{ summary: { status: string } }>(`/${callSid}`, token)).summary;
    await waitFor(async () => (await summaryOf()).status === 'ready', 20_000);
    expect(await summaryOf()).toMatchObject({
      madeBy: 'rules',
      reason: 'no_model',
      text: expect.stringMatching(/^Demo called julia on the web .*query_transactions \(client_id 5001\) was done/),
      outcome: { resolved: null, report_sent: false, client: 5001 },
    });
    const analysed = await json<{ analysis: object[] }>(`/${callSid}/vcon`, token);
    expect(analysed.analysis).toMatchObject([{ type: 'summary', product: 'rules' }, { type: 'outcome' }]);

    for (const path of ['', '/transcript', '/vcon']) expect((await get(`/${callSid}${path}`)).status).toBe(404);
    expect((await json<Page>('')).calls).toEqual([]);
    expect((await json<Page>('?user=demo')).calls).toEqual([]);
    expect((await get(`/${callSid}`, admin())).status).toBe(200);
    expect((await json<Page>('?user=demo', admin())).calls).toMatchObject([{ callSid }]);
  }, 90_000);

  it('has pages, without a gap or a double, whatever begins meanwhile', async () => {
    const store = app.app.get<CallStore>(CALL_STORE, { strict: false });
    const ledger = storedLedger(store);
    const web = { direction: 'inbound', channel: 'web', agent: 'julia' } as const;
    const at = '2026-11-01T10:00:00.000Z';
    const made = Array.from({ length: 25 }, (_, n) => `page-${String(n).padStart(2, '0')}`);
    // All at the same moment: the id decides.
    await store.write(made.map((callSid) => ({ type: 'opened', callSid, at, ownerId: 'ann', ...web })));
    const seen: string[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Page = await json(`?limit=10${next === '' ? '' : `&cursor=${next}`}`);
      seen.push(...page.calls.map(({ callSid }) => callSid));
      await ledger.open({ callSid: randomUUID(), ownerId: 'ann', ...web });
      next = page.next;
    }
    expect(seen).toEqual(made.toReversed());
    const filtered = async (query: string) => (await json<Page>(query)).calls.map(({ callSid }) => callSid);
    expect(await filtered('?to=2026-11-02')).toHaveLength(20);
    expect(await filtered('?to=2026-11-01T10:00:00Z')).toEqual([]);
    expect(await filtered('?from=2026-11-02')).toHaveLength(3);
    expect(await filtered('?status=completed')).toEqual([]);
    expect(await filtered('?channel=phone')).toEqual([]);
    expect(await filtered('?channel=web&agent=julia&direction=inbound&status=created&from=2026-11-02')).toHaveLength(3);
  }, 180_000);

  it('answers what cannot be with problem details', async () => {
    const response = await get('?limit=1000');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      expect.stringMatching(/^application\/problem\+json/),
    ]);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      status: 400,
      detail: expect.stringMatching(/^limit: /),
      error: 'bad_request',
      message: expect.stringMatching(/^limit: /),
    });
    expect(await json('/nobody')).toMatchObject({ status: 404, title: 'Not Found', error: 'not_found' });
    expect((await get(`/${'x'.repeat(2000)}`)).status).toBe(404);
    expect((await get('/x/transcript?format=srt')).status).toBe(400);
    expect((await get('', 'no token')).status).toBe(401);
  });

  it('is asked only so often', async () => {
    const busy = await ParleyApp.start({ env: { REST_RATE_LIMIT_MAX: '5' } });
    try {
      const ask = () => fetch(`${busy.http}/v1/calls`, { headers: { authorization: `Bearer ${busy.token('ann')}` } });
      const statuses: number[] = [];
      for (let n = 0; n < 6; n += 1) statuses.push((await ask()).status);
      expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
      const response = await ask();
      expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(await response.json()).toMatchObject({ status: 429, error: 'too_many_requests' });
    } finally {
      await busy.close();
    }
  }, 180_000);

  it('is summed for admins, by days', async () => {
    const stats = (query = '', token = admin()) =>
      fetch(`${app.http}/v1/stats${query}`, { headers: { authorization: `Bearer ${token}` } });
    const today = new Date().toISOString().slice(0, 10);
    const totals = (await (await stats()).json()) as Record<string, unknown>;
    expect(totals).toMatchObject({ from: today, to: today, agents: expect.any(Array), users: expect.any(Array) });
    expect(totals['calls']).toBeGreaterThan(0);
    expect((await stats('?from=2020-01-01&to=2020-01-31')).status).toBe(200);
    expect((await stats('', app.token('ann'))).status).toBe(403);
    for (const query of [
      '?from=2026-13-01',
      '?from=2026-11-30&to=2026-11-29',
      '?from=2020-01-01',
      '?days=3',
      '?from=9999-12-31&to=9999-12-31',
    ]) {
      expect([query, (await stats(query)).status]).toEqual([query, 400]);
    }
  });
});
