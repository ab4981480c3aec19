// Calls placed through Twilio, whose API is simulated on its real wire, to our own media stream.
import { randomUUID } from 'node:crypto';
import twilio from 'twilio';
import { SIMULATED_ACCOUNT, TwilioRestSimulator } from '../simulators/twilio-rest.js';
import { FROM, placeCall, PUBLIC_ORIGIN, startOutboundApp } from '../support/outbound-app.js';
import type { OutboundApp } from '../support/outbound-app.js';
import { waitFor } from '../support/wait-for.js';

let next = 0;
/** Another callee each time: a number is called a few times a day only. */
const callee = (): string => `+4930901${String((next += 1)).padStart(3, '0')}`;

describe('calls placed through Twilio', () => {
  let vendor: TwilioRestSimulator;
  let here: OutboundApp;
  let token: string;

  beforeAll(async () => {
    vendor = await TwilioRestSimulator.start();
    here = await startOutboundApp({
      OUTBOUND_PROVIDER: 'twilio',
      OUTBOUND_FROM: FROM,
      OUTBOUND_MAX_CONCURRENT: '8',
      PUBLIC_ORIGIN,
      TWILIO_ACCOUNT_SID: SIMULATED_ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: SIMULATED_ACCOUNT.authToken,
      TWILIO_BASE_URL: vendor.url,
    });
    token = here.token('mia');
  }, 180_000);
  afterAll(async () => {
    await here.close();
    await vendor.close();
  });
  beforeEach(() => {
    vendor.knobs = {};
    vendor.forgetful = false;
    vendor.down = false;
  });

  const place = (to: string, key: string = randomUUID(), more: object = {}) =>
    placeCall(here.http, token, { to, ...more }, key);
  const read = async (callSid: unknown, as = token) => {
    const answer = await fetch(`${here.http}/v1/calls/${String(callSid)}`, {
      headers: { connection: 'close', authorization: `Bearer ${as}` },
    });
    return (await answer.json()) as {
      status: string;
      endReason: string;
      error: { code: string } | null;
      externalIds: { source: string; id: string }[];
      events: { kind: string; data: { to?: string } }[];
    };
  };
  const dialsTo = (to: string) => vendor.calls.filter((call) => call.to === to);
  const becomes = (callSid: unknown, status: string) =>
    waitFor(async () => (await read(callSid)).status === status, 10_000);
  /** So that it takes no place of the others. */
  const hangUp = async (to: string) => {
    for (const call of dialsTo(to)) await vendor.tell(call, 'completed', here.http);
  };

  it('writes the call down, dials once, follows what Twilio tells, and talks as the call that was asked for', async () => {
    const to = callee();
    let before: string | undefined;
    vendor.knobs = {
      beforeAnswer: async () => {
        const [row] = await here.database.prisma.call.findMany({ where: { toParty: `tel:${to}` } });
        before = row?.status;
      },
    };
    const answer = await place(to, randomUUID(), { agent: 'julia', language: 'es-MX' });
    expect(answer.status).toBe(201);
    expect(before).toBe('dialing');
    const { callSid } = answer.body;
    expect(answer.headers.get('location')).toBe(`/v1/calls/${String(callSid)}`);
    const [call] = dialsTo(to);
    if (call === undefined) throw new Error('nobody was dialled');
    expect(Object.fromEntries(call.form)).toMatchObject({
      From: FROM,
      Url: `${PUBLIC_ORIGIN}/v1/twilio/voice?agent=julia&call_sid=${String(callSid)}&language=es-MX`,
      TimeLimit: '3600',
    });
    expect(await read(callSid)).toMatchObject({
      status: 'dialing',
      direction: 'outbound',
      channel: 'phone',
      user: 'mia',
      from: `tel:${FROM}`,
      to: `tel:${to}`,
      externalIds: [{ source: 'twilio', id: call.sid }],
    });
    expect(await vendor.tell(call, 'ringing', here.http)).toBe(204);
    await becomes(callSid, 'ringing');
    const line = await vendor.pickUp(call, here.http);
    await waitFor(() => here.calls.calls.some(({ request }) => request.sessionId === callSid));
    const talk = here.calls.calls.find(({ request }) => request.sessionId === callSid);
    expect(talk?.request).toMatchObject({
      agent: 'julia',
      language: 'es-MX',
      route: { direction: 'outbound', channel: 'phone', from: `tel:${FROM}`, to: `tel:${to}` },
      caller: { userId: `tel:${to}`, claims: { phone_number: to, called_number: FROM } },
    });
    await vendor.tell(call, 'in-progress', here.http);
    await becomes(callSid, 'in_progress');
    line.hangUp();
    await vendor.tell(call, 'completed', here.http, 7);
    await becomes(callSid, 'completed');
    expect(await read(callSid)).toMatchObject({ durationMs: 7000, endReason: 'completed' });
    expect(dialsTo(to)).toHaveLength(1);
  });

  it('answers the same request the same, and dials once: twice at once, again, and long after', async () => {
    const [to, key] = [callee(), randomUUID()];
    vendor.knobs = { delayMs: 300 };
    const answers = await Promise.all([place(to, key), place(to, key), place(to, key)]);
    await hangUp(to);
    answers.push(await place(to, key));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(answers.filter(({ headers }) => headers.get('idempotent-replayed') === 'true')).toHaveLength(3);
    expect(dialsTo(to)).toHaveLength(1);
    const other = await place(callee(), key);
    expect(other).toMatchObject({ status: 422, body: { error: 'key_used', callSid: answers[0]?.body['callSid'] } });
    // Somebody else's key is another one.
    const theirTo = callee();
    const theirs = await placeCall(here.http, here.token('leo'), { to: theirTo }, key);
    expect(theirs.status).toBe(201);
    expect(theirs.body['callSid']).not.toBe(answers[0]?.body['callSid']);
    await hangUp(theirTo);
  });

  it.each([
    ['no token', undefined, { to: '+4930901820' }, 'k', 401, 'token_invalid'],
    ['no key', 'mia', { to: '+4930901820' }, undefined, 400, 'key_missing'],
    ['a key of spaces', 'mia', { to: '+4930901820' }, 'a b', 400, 'key_missing'],
    ['no number', 'mia', {}, 'k', 400, 'bad_request'],
    ['a language that is none', 'mia', { to: '+4930901820', language: 'Spanish' }, 'k', 400, 'bad_request'],
    ['a language without end', 'mia', { to: '+4930901820', language: 'x'.repeat(1e4) }, 'k', 400, 'bad_request'],
    ['no such agent', 'mia', { to: '+4930901820', agent: 'nobody' }, 'k', 422, 'unknown_agent'],
  ])('refuses %s with problem details, and dials nobody', async (_what, user, body, key, status, error) => {
    const dialled = vendor.calls.length;
    const answer = await placeCall(here.http, user === undefined ? 'none' : token, body, key);
    expect(answer).toMatchObject({
      status,
      body: { error, status, title: expect.any(String), detail: expect.any(String) },
    });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(vendor.calls.length).toBe(dialled);
  });

  it('rings nobody for a token that may only talk', async () => {
    const dialled = vendor.calls.length;
    const [talker, admin] = [{ place_calls: false }, { place_calls: false, role: 'admin' }];
    const answer = await placeCall(here.http, here.token('mia', talker), { to: callee() }, randomUUID());
    expect(answer).toMatchObject({
      status: 403,
      body: { error: 'not_allowed', message: expect.stringContaining('"place_calls": true') },
    });
    expect(vendor.calls.length).toBe(dialled);
    const placed = await placeCall(here.http, here.token('mia', admin), { to: callee() }, randomUUID());
    expect(placed.status).toBe(201);
  });

  it('lets a token have its own agents only', async () => {
    const answer = await placeCall(here.http, here.token('mia', { agents: ['other'] }), { to: callee() }, randomUUID());
    expect(answer).toMatchObject({ status: 422, body: { error: 'agent_not_allowed' } });
  });

  it.each([
    ['Twilio refuses the number', { fault: { status: 400, code: 21211 } }, 502, 'provider_refused', 'failed'],
    ['Twilio has too much to do', { fault: { status: 429, code: 20429 } }, 503, 'provider_busy', 'failed'],
  ])('says why there is no call when %s', async (_what, knobs, status, error, became) => {
    vendor.knobs = knobs;
    const to = callee();
    const answer = await place(to);
    expect(answer).toMatchObject({
      status,
      body: { error, message: expect.stringContaining(String(knobs.fault.code)) },
    });
    expect(await read(answer.body['callSid'])).toMatchObject({
      status: became,
      error: { code: error },
      endReason: error,
    });
    expect(JSON.stringify(answer.body)).not.toContain(SIMULATED_ACCOUNT.authToken);
  });

  it('finds the call whose answer got lost, by its number and its time, among others', async () => {
    const to = callee();
    // Of another program, of another number of ours, and of an hour ago.
    vendor.add({ to, from: '+4930111111' });
    vendor.add({ to, from: FROM, created: new Date(Date.now() - 3_600_000), status: 'completed', ended: new Date() });
    vendor.knobs = { reset: 'after' };
    const key = randomUUID();
    const answer = await place(to, key);
    expect(answer).toMatchObject({ status: 202, body: { status: 'dialing' } });
    const { callSid } = answer.body;
    await waitFor(async () => (await read(callSid)).externalIds.length > 0, 10_000);
    const mine = dialsTo(to).at(-1);
    if (mine === undefined) throw new Error('nobody was dialled');
    expect((await read(callSid)).externalIds).toEqual([{ source: 'twilio', id: mine.sid }]);
    // No webhook comes: the API is asked how it went.
    Object.assign(mine, { status: 'busy', ended: new Date() });
    await becomes(callSid, 'busy');
    expect(await place(to, key)).toMatchObject({ status: 202, body: answer.body });
    expect(dialsTo(to)).toHaveLength(3);
  });

  it('gives up a call that Twilio never had, and corrects itself when it turns out that it had', async () => {
    const to = callee();
    vendor.knobs = { reset: 'before' };
    const lost = await place(to);
    expect(lost.status).toBe(202);
    await becomes(lost.body['callSid'], 'abandoned');
    expect(await read(lost.body['callSid'])).toMatchObject({ error: { code: 'outcome_unknown' } });
    expect(dialsTo(to)).toHaveLength(0);

    vendor.knobs = { reset: 'after' };
    vendor.forgetful = true;
    const late = await place(to);
    await becomes(late.body['callSid'], 'abandoned');
    const [call] = dialsTo(to);
    if (call === undefined) throw new Error('nobody was dialled');
    await vendor.tell(call, 'completed', here.http, 3);
    await becomes(late.body['callSid'], 'completed');
    expect(dialsTo(to)).toHaveLength(1);
  });

  it('does not give up what it cannot ask for, for a while, and then says that nobody knows', async () => {
    const to = callee();
    vendor.down = true;
    vendor.knobs = { reset: 'after' };
    const answer = await place(to);
    await becomes(answer.body['callSid'], 'abandoned');
    expect(dialsTo(to)).toHaveLength(1);
  });

  it('takes what Twilio tells before the request that placed the call is answered', async () => {
    const to = callee();
    vendor.knobs = {
      beforeAnswer: async (call) => {
        await vendor.tell(call, 'ringing', here.http);
        await vendor.tell(call, 'busy', here.http);
      },
    };
    const answer = await place(to);
    expect(answer.status).toBe(201);
    await becomes(answer.body['callSid'], 'busy');
    // Again: nothing is told twice.
    const [call] = dialsTo(to);
    // A disk that is busy with other tests answers 503.
    if (call !== undefined) await waitFor(async () => (await vendor.tell(call, 'busy', here.http)) === 204, 10_000);
    // What came by webhook is stored by now, before or after what the API was asked for.
    await waitFor(
      async () => (await read(answer.body['callSid'])).events.some(({ data }) => data.to === 'ringing'),
      10_000,
    );
    const { events, externalIds } = await read(answer.body['callSid']);
    const became = events.filter(({ kind }) => kind === 'status').map(({ data }) => data.to);
    expect(became.filter((status) => status !== 'ringing')).toEqual(['dialing', 'busy']);
    expect(externalIds).toEqual([{ source: 'twilio', id: call?.sid }]);
  });

  it('believes nobody but Twilio', async () => {
    const form = { CallSid: `CA${'0'.repeat(32)}`, CallStatus: 'completed' };
    const send = (headers: Record<string, string>) =>
      fetch(`${here.http}/v1/twilio/status?call_sid=${randomUUID()}`, {
        method: 'POST',
        headers: { connection: 'close', ...headers },
        body: new URLSearchParams(form),
      });
    expect((await send({})).status).toBe(403);
    expect((await send({ 'x-twilio-signature': 'bm9uZQ==' })).status).toBe(403);
  });

  it('refuses by rule, with a row that names it', async () => {
    const admin = here.token('root', { role: 'admin' });
    const listed = callee();
    const list = (method: string, number: string, as = admin) =>
      fetch(`${here.http}/v1/admin/do-not-call/${encodeURIComponent(number)}`, {
        method,
        headers: { connection: 'close', authorization: `Bearer ${as}`, 'content-type': 'application/json' },
        ...(method === 'PUT' ? { body: JSON.stringify({ reason: 'asked so' }) } : {}),
      });
    expect((await list('PUT', listed, token)).status).toBe(403);
    expect((await list('PUT', listed)).status).toBe(204);
    const refused = await place(listed);
    expect(refused).toMatchObject({ status: 403, body: { error: 'call_refused', rule: 'do_not_call' } });
    expect(await read(refused.body['callSid'])).toMatchObject({ status: 'refused', endReason: 'do_not_call' });
    expect((await list('DELETE', listed)).status).toBe(204);
    expect((await list('DELETE', listed)).status).toBe(404);

    const to = callee();
    expect((await place(to)).status).toBe(201);
    expect(await place(to)).toMatchObject({ status: 409, body: { rule: 'callee_busy' } });
    await hangUp(to);
    for (let made = 1; made < 3; made += 1) {
      await waitFor(async () => (await place(to)).status === 201, 10_000);
      await hangUp(to);
    }
    await waitFor(async () => (await place(to)).body['rule'] === 'attempts', 10_000);
    expect((await place(to)).headers.get('retry-after')).toBe('10');
    expect(dialsTo(to)).toHaveLength(3);
  });

  it('lets no more be called at once than may be, however many ask at once', async () => {
    const openCalls = () => here.database.prisma.outboundCall.count({ where: { call: { endedAt: null } } });
    await waitFor(async () => (await openCalls()) === 0, 10_000);
    const numbers = Array.from({ length: 14 }, callee);
    const answers = await Promise.all(numbers.map((to) => place(to)));
    const placed = answers.filter(({ status }) => status === 201);
    expect(placed.length).toBeLessThanOrEqual(8);
    expect(answers.filter(({ body }) => body['rule'] === 'concurrency')).toHaveLength(14 - placed.length);
    // One after the other all places are taken, and no more.
    for (let left = 8 - placed.length; left > 0; left -= 1) {
      const to = callee();
      numbers.push(to);
      expect((await place(to)).status).toBe(201);
    }
    expect((await place(callee())).body['rule']).toBe('concurrency');
    expect(await openCalls()).toBe(8);
    await Promise.all(numbers.map(hangUp));
    await waitFor(async () => (await openCalls()) === 0, 10_000);
  });

  it('is simulated as Twilio’s own library knows it', async () => {
    const to = callee();
    const answer = await place(to);
    const client = twilio(SIMULATED_ACCOUNT.accountSid, SIMULATED_ACCOUNT.authToken);
    const toSimulator = (url: string) => url.replace('https://api.twilio.com', vendor.url);
    const { httpClient } = client;
    const request = httpClient.request.bind(httpClient);
    httpClient.request = (options) => request({ ...options, uri: toSimulator(options.uri) });
    const [call] = await client.calls.list({ to, limit: 1 });
    expect(call).toMatchObject({ to, from: FROM, status: 'queued', direction: 'outbound-api' });
    expect(call?.dateCreated).toBeInstanceOf(Date);
    expect((await read(answer.body['callSid'])).externalIds).toEqual([{ source: 'twilio', id: call?.sid }]);
    await expect(client.calls.create({ to: 'nobody', from: FROM, url: 'https://x.test' })).rejects.toMatchObject({
      code: 21211,
    });
    await hangUp(to);
  });
});
