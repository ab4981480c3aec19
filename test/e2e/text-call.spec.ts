// Typed calls with the agent that ships, through the real protocol: rules, flite, and the tools on real rows.
import { jest } from '@jest/globals';
import { AgentFiles } from '../../src/agents/agent-files.js';
import { readSeedData } from '../../src/payments/seed/seed-data.js';
import { seedTransactions } from '../../src/payments/seed/seed-transactions.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { SmtpCatcher } from '../support/smtp-catcher.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);

const agentFile = (lines: string): string =>
  `name: Ada\ninstructions: You are {{agent}}, the voice assistant of a bank.\n${lines}\n`;

const AGENTS = {
  welcoming: agentFile('greeting: Welcome {{customer|stranger}} of {{claims.company|nowhere}}.'),
  impatient: agentFile(
    `greeting: Hello.\nphrases: { idlePrompt: Still here?, goodbye: Then goodbye. }\nturn: { idlePromptMs: 200, maxIdlePrompts: 2 }`,
  ),
  changing: agentFile('greeting: This is the first edition.'),
};

/** What a client's transactions of a period add up to, worked out from the seed. */
async function expectedOf(clientId: number, from: string, to: string): Promise<{ count: number; total: string }> {
  const seed = await readSeedData();
  const client = seed.clients.find(({ id }) => id === clientId);
  if (client === undefined) throw new Error(`the seed has no client ${clientId}`);
  const rows = seedTransactions(client, seed.merchants, from, to);
  const total = rows.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0) / 100;
  return { count: rows.length, total: total.toLocaleString('en-US', { style: 'currency', currency: 'USD' }) };
}

describeWith(['pocketsphinx'])('a typed call', () => {
  let app: ParleyApp;
  let smtp: SmtpCatcher;
  const callers: TextCaller[] = [];

  const call = async (
    ...options: Parameters<typeof TextCaller.call> extends [unknown, ...infer Rest] ? Rest : never
  ) => {
    const caller = await TextCaller.call(app, ...options);
    callers.push(caller);
    return caller;
  };

  beforeAll(async () => {
    smtp = await SmtpCatcher.start();
    app = await ParleyApp.start({ env: { SMTP_URL: smtp.url() }, agents: AGENTS });
  });
  afterEach(() => {
    for (const caller of callers.splice(0)) caller.client.ws.close(1000);
    smtp.mails.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await smtp.close();
  });

  it('is the conversation of the demo, spoken back', async () => {
    const julia = await call();
    expect(julia.all('response.completed')[0]?.text).toBe('Hello, this is Julia. How can I help you?');

    const transactions = await julia.say('What transactions does client 5001 have?');
    expect(transactions.tools).toMatchObject([
      { name: 'query_transactions', arguments: { client_id: 5001 }, outcome: { ok: true } },
    ]);
    expect(transactions.text).toMatch(/^Client 5001, Ada Park, has \d+ transactions, \$[\d,.]+ in total/);
    // At least a second of speech at 16 kHz.
    expect(transactions.audioBytes).toBeGreaterThan(32_000);

    const asked = await julia.say('Send those transactions to john@example.com');
    expect(asked.tools).toMatchObject([
      {
        name: 'send_email_report',
        arguments: { client_id: 5001, recipient: 'john@example.com' },
        outcome: { ok: false, code: 'confirmation_required' },
      },
    ]);
    expect(asked.text).toMatch(/5001.*john@example\.com.*\?$/s);
    expect(smtp.mails).toHaveLength(0);

    const sent = await julia.say('Yes, please.');
    expect(sent.tools).toMatchObject([
      { name: 'send_email_report', arguments: { client_id: 5001 }, outcome: { ok: true } },
    ]);
    expect(smtp.mails).toMatchObject([{ recipients: ['john@example.com'], raw: expect.stringContaining('5001') }]);

    const refund = await julia.say('What is our refund policy?');
    expect(refund.tools.map(({ name }) => name)).toEqual(['search_documents']);
    expect(refund.text).toMatch(/refund/i);

    const weather = await julia.say('What is the weather in San Francisco?');
    expect(weather.tools.map(({ name, outcome }) => [name, outcome.ok, outcome.code])).toEqual([
      ['search_documents', true, undefined],
      ['web_search', false, 'unavailable'],
    ]);
    expect(weather.text).not.toMatch(/\d/);

    const chart = await julia.say('Generate a chart for client 5001');
    expect(chart.tools).toMatchObject([
      { name: 'generate_transaction_chart', arguments: { client_id: 5001 }, outcome: { ok: true } },
    ]);
    expect(julia.all('error')).toEqual([]);
    expect(await julia.hangUp()).toMatchObject({ reason: 'client' });
    expect(julia.client.closed?.code).toBe(1000);
  });

  it('holds with other wordings and other clients', async () => {
    const caller = await call();
    const spent = await caller.say('show me what client five thousand and two spent in March');
    const [query] = spent.tools;
    expect(query).toMatchObject({ name: 'query_transactions', arguments: { client_id: 5002 }, outcome: { ok: true } });
    const { from, to } = (query?.arguments ?? {}) as { from: string; to: string };
    expect([from, to]).toEqual([expect.stringMatching(/^\d{4}-03-01$/), expect.stringMatching(/^\d{4}-03-31$/)]);
    const march = await expectedOf(5002, from, to);
    expect(spent.text).toContain(march.total);
    expect(spent.text).toContain(`${march.count} transaction`);

    const mail = await caller.say('email that to maria at example dot org');
    expect(mail.tools).toMatchObject([
      {
        name: 'send_email_report',
        arguments: { client_id: 5002, recipient: 'maria@example.org', from, to },
        outcome: { code: 'confirmation_required' },
      },
    ]);
    await caller.say('yes');
    expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([['maria@example.org']]);

    const refunds = await caller.say('how do refunds work');
    // Read out, or told as what comes nearest: how sure a search by words alone may be, docs/evaluation.md says.
    expect(refunds.tools[0]).toMatchObject({ name: 'search_documents', outcome: { ok: true } });
    expect(refunds.text).toMatch(/refund/i);

    const chart = await caller.say('draw me a chart of spending for fifty oh one');
    expect(chart.tools).toMatchObject([
      { name: 'generate_transaction_chart', arguments: { client_id: 5001 }, outcome: { ok: true } },
    ]);
  });

  it('sends nothing after a no, nor after a change of mind', async () => {
    const caller = await call();
    await caller.say('send the transactions of client 5003 to ann@example.com');
    const refused = await caller.say('no');
    expect(refused.tools).toEqual([]);
    expect(refused.text).toMatch(/not/);

    const asked = await caller.say('send the transactions of client 5003 to ann@example.com');
    expect(asked.tools).toMatchObject([{ outcome: { code: 'confirmation_required' } }]);
    const changed = await caller.say('no, send them to bob@example.com');
    expect(changed.tools).toMatchObject([
      { arguments: { client_id: 5003, recipient: 'bob@example.com' }, outcome: { code: 'confirmation_required' } },
    ]);
    expect(smtp.mails).toHaveLength(0);
    await caller.say('yes please');
    expect(smtp.mails.map(({ recipients }) => recipients)).toEqual([['bob@example.com']]);
    await caller.say('yes');
    expect(smtp.mails).toHaveLength(1);
  });

  it('tells a user nothing about the clients of another', async () => {
    const demo = await call();
    const other = await call({ user: 'other' });
    const [hidden, missing, own] = [
      await demo.say('What transactions does client 5019 have?'),
      await demo.say('What transactions does client 7777 have?'),
      await other.say('What transactions does client 5019 have?'),
    ];
    // Somebody else's client and one that does not exist sound alike.
    expect(hidden.tools).toMatchObject([{ arguments: { client_id: 5019 }, outcome: { ok: false, code: 'not_found' } }]);
    expect(hidden.text.replaceAll('5019', 'N')).toBe(missing.text.replaceAll('7777', 'N'));
    expect(own.tools).toMatchObject([{ outcome: { ok: true } }]);
    const name = /^Client 5019, ([^,]+), has/.exec(own.text)?.[1];
    expect(name).toBeDefined();
    expect(JSON.stringify(demo.received)).not.toContain(name);

    for (const wish of ['draw a chart for client 5019', 'email the transactions of client 5019 to me@example.com']) {
      const { tools } = await demo.say(wish);
      expect(tools.every(({ outcome }) => !outcome.ok)).toBe(true);
    }
    await demo.say('yes');
    expect(smtp.mails).toHaveLength(0);
    expect(JSON.stringify(demo.received)).not.toContain(name);
  });

  it('gives a chart to its owner, to whoever has its link, and to nobody else', async () => {
    const caller = await call();
    const { tools } = await caller.say('draw a chart of what client 5004 spent');
    const artifacts = tools[0]?.outcome.artifacts ?? [];
    expect(artifacts.map(({ mediaType }) => mediaType).toSorted()).toEqual([
      'application/json',
      'image/png',
      'image/svg+xml',
    ]);
    for (const { url = '', mediaType } of artifacts) {
      const get = (token: string) => fetch(app.http + url, { headers: { authorization: `Bearer ${token}` } });
      const owned = await get(app.token('demo'));
      expect([owned.status, owned.headers.get('content-type')]).toEqual([200, expect.stringContaining(mediaType)]);
      const bytes = Buffer.from(await owned.arrayBuffer());
      if (mediaType === 'image/png') expect(bytes.subarray(1, 4).toString()).toBe('PNG');
      else if (mediaType === 'application/json') expect(JSON.parse(bytes.toString())).toMatchObject({ by: 'month' });
      else expect(bytes.toString()).toMatch(/<svg[\s\S]*<path[\s\S]*<\/svg>/);
      expect((await get(app.token('other'))).status).toBe(404);
      // The link alone opens it for a while, and holds no token; without its proof it opens nothing.
      expect(url).toMatch(/^\/v1\/artifacts\/[\w-]{22}\.\w+\?expires=\d+&signature=[\w-]{43}$/);
      expect((await fetch(app.http + url)).status).toBe(200);
      const forged = url.replace(/signature=(.)/, (_, first) => `signature=${first === 'A' ? 'B' : 'A'}`);
      expect((await fetch(app.http + forged)).status).toBe(403);
      expect((await fetch(app.http + url.split('?')[0])).status).toBe(401);
    }
  });

  it('is refused for an agent that does not exist, or that the token does not allow', async () => {
    const unknown = await TextCaller.call(app, { start: { agent: 'nobody' } }).catch((error: Error) => error.message);
    expect(unknown).toMatch(/closed with 1008 .*error unknown_agent \(.*julia/);
    const token = app.token('demo', { agents: ['welcoming'] });
    const barred = await TextCaller.call(app, { token, start: { agent: 'julia' } }).catch(
      (error: Error) => error.message,
    );
    expect(barred).toMatch(/closed with 1008 .*error agent_not_allowed/);
    const allowed = await call({ token, start: { agent: 'welcoming' } });
    expect(allowed.all('session.started')[0]?.agent).toBe('welcoming');
  });

  it("fills an agent's words from the session and the token", async () => {
    const token = app.token('demo', { claims: { company: 'Initech' } });
    const caller = await call({ token, start: { agent: 'welcoming', variables: { customer: 'Milton' } } });
    const nobody = await call({ start: { agent: 'welcoming' } });
    const greetingOf = (one: TextCaller) => one.all('response.completed')[0]?.text;
    expect(greetingOf(caller)).toBe('Welcome Milton of Initech.');
    expect(greetingOf(nobody)).toBe('Welcome stranger of nowhere.');
  });

  describe('talked over', () => {
    /** Asks something whose answer is long, and hears its beginning. */
    const hearTheBeginning = async (caller: TextCaller) => {
      caller.listening = false;
      const from = caller.received.length;
      const { responseId } = await caller.begin('What transactions does client 5001 have?');
      await waitFor(() => caller.audioOf(responseId, from) > 3 * 32_000, 40_000);
      caller.client.send({ type: 'playback.position', responseId, playedMs: 2500 });
      return { responseId, from };
    };

    const endOf = async (caller: TextCaller, responseId: string, from: number) => {
      const { heardText } = await caller.until('response.interrupted', from, (one) => one.responseId === responseId);
      const { text } = caller.answer(responseId, from);
      expect(text.startsWith(heardText)).toBe(true);
      expect(heardText.length).toBeGreaterThan(0);
      expect(heardText.length).toBeLessThan(text.length);
      return { heardText, text };
    };

    /** Nothing may be heard between the end of one reply and the beginning of the next. */
    const silentBetweenReplies = (caller: TextCaller): boolean => {
      let speaking = false;
      return caller.received.every((item) => {
        if (item.type === 'response.started') speaking = true;
        if (item.type === 'response.interrupted' || item.type === 'response.audio_done') speaking = false;
        return item.type !== 'audio' || speaking;
      });
    };

    it('by another message, it stops, and remembers what was heard', async () => {
      const caller = await call();
      const { responseId, from } = await hearTheBeginning(caller);
      caller.listening = true;
      const again = await caller.say('repeat that');
      const { heardText } = await endOf(caller, responseId, from);
      expect(again.text.startsWith(heardText)).toBe(true);
      expect(again.tools).toEqual([]);
      const next = await caller.say('draw a chart of that');
      expect(next.tools).toMatchObject([{ arguments: { client_id: 5001 }, outcome: { ok: true } }]);
      expect(silentBetweenReplies(caller)).toBe(true);
    });

    it('by response.cancel, it stops and waits', async () => {
      const caller = await call();
      const { responseId, from } = await hearTheBeginning(caller);
      caller.client.send({ type: 'response.cancel' });
      const { heardText } = await endOf(caller, responseId, from);
      // A pong after it proves that nothing else was under way.
      caller.client.send({ type: 'ping', id: 'after' });
      await caller.until('pong');
      const after = caller.received.slice(caller.received.findIndex(({ type }) => type === 'response.interrupted') + 1);
      expect(after.map(({ type }) => type)).toEqual(['pong']);

      caller.listening = true;
      expect((await caller.say('repeat that')).text.startsWith(heardText)).toBe(true);
      expect(silentBetweenReplies(caller)).toBe(true);
    });
  });

  it('asks a silent caller twice, says goodbye and hangs up', async () => {
    const caller = await call({ start: { agent: 'impatient' } });
    expect(await caller.until('session.ended')).toMatchObject({ reason: 'idle' });
    expect(caller.all('response.completed').map(({ text }) => text)).toEqual([
      'Hello.',
      'Still here?',
      'Still here?',
      'Then goodbye.',
    ]);
    expect((await caller.client.closing()).code).toBe(1000);
  });

  it('keeps the agent that it began with when the file changes', async () => {
    const greetingOf = (one: TextCaller) => one.all('response.completed')[0]?.text;
    const before = await call({ start: { agent: 'changing' } });
    const agents = app.app.get(AgentFiles);
    app.writeAgent('changing', agentFile('greeting: This is the second edition.').replace('name: Ada', 'name: Bea'));
    await waitFor(() => agents.get('changing')?.name === 'Bea', 20_000);

    const after = await call({ start: { agent: 'changing' } });
    expect(greetingOf(after)).toBe('This is the second edition.');
    expect((await after.say('what is your name')).text).toMatch(/\bBea\b/);
    expect((await before.say('what is your name')).text).toMatch(/\bAda\b/);

    // A file with a fault changes nothing, also not for the next call.
    app.writeAgent('newcomer', agentFile('greeting: I am too early.').replace('name: Ada', 'name: 7'));
    app.writeAgent('changing', agentFile('greeting: This is the third edition.'));
    expect(() => agents.reload()).toThrow(/^newcomer\.yaml: name: /);
    expect(greetingOf(await call({ start: { agent: 'changing' } }))).toBe('This is the second edition.');
  });
});
