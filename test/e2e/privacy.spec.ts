// What calls leave behind, by the privacy of their agents: things are said in a call that stand nowhere else, and looked for
// wherever the server writes.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { jest } from '@jest/globals';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import { filesOf, keysOf, tablesOf } from '../support/left-behind.js';
import { describeWith } from '../support/needs.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { RedisServer } from '../support/redis-server.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';
import { Build, WorkerProcess, workerToken } from '../support/worker-process.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const SAID = {
  card: '4242 4242 4242 4242',
  address: '12 Kestrel Lane',
  mail: 'ottoline@kestrel.example',
  name: 'Ottoline Fernsby',
  phone: '+1 415 555 0132',
};
/** The tool answers with others. */
const FOUND = {
  card: '5555 5555 5555 4444',
  address: '7 Merlin Row',
  mail: 'peregrine@merlin.example',
  name: 'Peregrine Quill',
  phone: '+1 415 555 0178',
};
const told = (things: typeof SAID): string => Object.values(things).join(', ');

const agent = (lines: string): string => `name: Ada
instructions: You are Ada.
greeting: Hello.
clientTools:
  - name: look_up
    description: What the page knows of the caller.
    effect: read
${lines}`;

/** Names and streets have no form of their own: an operator who knows them says them. */
const HIDES = `redact:
  - card
  - email
  - phone
  - { name: person, pattern: '(Ottoline|Peregrine) [A-Z][a-z]+' }
  - { name: street, pattern: '[0-9]+ [A-Z][a-z]+ (Lane|Row)' }
`;

const inAll = describeWith(['redis']) === describe ? describeWithPostgres() : describe.skip;

inAll('what a call leaves behind', () => {
  let build: Build;
  let postgres: PostgresServer;
  let redis: RedisServer;
  let openai: OpenAiSimulator;
  let worker: WorkerProcess;
  let folder: string;
  const hooks: string[] = [];
  /** What the model was sent. */
  const asked: string[] = [];
  const receiver = createServer((request, response) => {
    void buffer(request).then((body) => {
      hooks.push(body.toString());
      response.writeHead(204).end();
    });
  });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-privacy-'));
    mkdirSync(join(folder, 'agents'));
    const agents = {
      julia: agent(''),
      standard: agent(''),
      minimal: agent('privacy: minimal\n'),
      agreed: agent('consent: { needed: true }\n'),
      hidden: agent(HIDES),
      zero: agent('privacy: zero\ndisclosure: { recorded: true }\n'),
    };
    for (const [name, text] of Object.entries(agents)) writeFileSync(join(folder, 'agents', `${name}.yaml`), text);
    await once(receiver.listen(0, '127.0.0.1'), 'listening');
    [build, postgres, redis] = [Build.make(), await PostgresServer.create(), await RedisServer.start()];
    openai = await OpenAiSimulator.start({
      // It looks up what it is told, and says all that it knows by then.
      script: (request) => {
        asked.push(JSON.stringify(request));
        const { messages } = request;
        const last = messages.at(-1);
        const said = String(messages.findLast(({ role }) => role === 'user')?.content);
        if (last?.role !== 'tool') return [{ tool: { name: 'look_up', arguments: JSON.stringify({ who: said }) } }];
        return [{ text: `You said: ${said} ` }, { text: `And I see ${String(last.content)}.` }];
      },
      speech: { msPerChar: 1 },
    });
    worker = await WorkerProcess.start(build, {
      DATABASE_URL: postgres.url(),
      REDIS_URL: redis.url,
      AGENTS_DIR: join(folder, 'agents'),
      PARLEY_DATA_DIR: join(folder, 'data'),
      STREAM_DEBUG: 'calls',
      STREAM_STT_PROVIDER: 'webspeech',
      STREAM_LLM_PROVIDER: 'openai',
      STREAM_TTS_PROVIDER: 'openai',
      OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
      OPENAI_BASE_URL: openai.url,
      WEBHOOK_URLS: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`,
      WEBHOOK_SECRETS: `whsec_${Buffer.from('a secret that the receiver knows').toString('base64')}`,
    });
  }, 180_000);
  afterAll(async () => {
    await worker.end();
    await Promise.all([postgres.destroy(), redis.destroy(), openai.close()]);
    receiver.close();
    build.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 180_000);

  const words = [...Object.values(SAID), ...Object.values(FOUND)];
  const foundIn = (text: string): readonly string[] => words.filter((word) => text.includes(word));

  const statusOf = async (callSid: string): Promise<unknown> =>
    (await postgres.query(`select status from calls where call_sid = '${callSid}'`)).rows[0]?.['status'];

  /** One turn, with its tool, heard to its end. */
  const talk = async (caller: TextCaller, text: string): Promise<void> => {
    const from = caller.received.length;
    const { responseId } = await caller.begin(text);
    const { callId } = await caller.until('tool.call', from);
    caller.client.send({ type: 'tool.answer', callId, ok: true, data: { found: FOUND } });
    await caller.until('response.completed', from, (message) => message.responseId === responseId);
  };

  /** A whole call; `during` is what Redis knows while it goes on. */
  const call = async (name: string, user: string) => {
    const caller = await TextCaller.call(
      { stream: worker.stream, token: () => workerToken(user) },
      { user, start: { agent: name } },
    );
    await talk(caller, `I am ${told(SAID)}.`);
    const { sessionId } = await caller.until('session.started');
    let during = '';
    await waitFor(async () => {
      during = await keysOf(redis.url);
      return name === 'zero' || during.includes(FOUND.name);
    }, 5_000);
    await caller.hangUp();
    await waitFor(async () => (await statusOf(sessionId)) === 'completed', 20_000);
    const ended = (body: string): boolean => body.includes('call.ended') && body.includes(sessionId);
    await waitFor(() => hooks.some(ended), 20_000);
    // The call's fence stays for a while, so that nobody writes a call again that is over.
    await waitFor(async () => foundIn(await keysOf(redis.url)).length === 0, 20_000);
    return { during, sessionId, caller };
  };

  const leftBehind = async () => ({
    tables: await tablesOf(postgres),
    files: filesOf(join(folder, 'data')),
    log: worker.output,
    keys: await keysOf(redis.url),
    hooks: hooks.join('\n'),
  });
  // The strictest first: whatever is found later cannot be of its call.
  it('is nothing of what was said, or by whom, with zero', async () => {
    const user = 'user-of-zero';
    const { during, sessionId } = await call('zero', user);
    expect(during).not.toContain(sessionId);
    const left = await leftBehind();
    for (const text of [during, ...Object.values(left)]) {
      expect(foundIn(text)).toEqual([]);
      expect(text).not.toContain(user);
    }
    expect(left.log).toContain(sessionId); // it was really looked at
    expect(left.tables).toContain(sessionId);
    expect(left.hooks).toContain(sessionId);
  });

  it('is the disclosure, heard to its end by a caller who types', async () => {
    const { rows } = await postgres.query("select data from call_events where kind = 'disclosure.told'");
    const text = 'You are talking to an AI. This call is recorded.';
    expect(rows).toEqual([{ data: { text, language: 'en-US', heardText: text, whole: true, confirmed: true } }]);
  });

  it('is that it was, when, and what ran, with minimal', async () => {
    const { during, sessionId } = await call('minimal', 'user-of-minimal');
    expect(foundIn(during)).not.toEqual([]); // so that it can go on in another process; gone with its end
    const left = await leftBehind();
    for (const text of Object.values(left)) expect(foundIn(text)).toEqual([]);
    const { rows } = await postgres.query(
      `select owner_id, (select count(*)::int from call_events e where e.call_sid = c.call_sid and kind = 'turn.ended') as turns,
       (select json_agg(t.name) from call_tools t where t.call_sid = c.call_sid) as tools
       from calls c where call_sid = '${sessionId}'`,
    );
    expect(rows).toEqual([{ owner_id: 'user-of-minimal', turns: 1, tools: ['look_up'] }]);
  });

  it('is tokens where values are hidden, from the model on, while tools get the values', async () => {
    asked.length = 0;
    const { caller } = await call('hidden', 'user-of-hidden');
    const { tables, files, log, keys, hooks: sent } = await leftBehind();
    const plain = [...words, '4242424242424242', '5555555555554444', '+14155550132', '+14155550178'];
    for (const text of [...asked, tables, files, log, keys, sent]) {
      expect(plain.filter((word) => text.includes(word))).toEqual([]);
    }
    // The call's summary may have been asked for by now, or not: it has tokens, too, as above.
    const inCall = asked.filter((body) => !body.includes('call_summary'));
    expect(inCall).toHaveLength(2);
    expect(inCall.at(-1)).toContain('I am [card_1], [street_1], [email_1], [person_1], [phone_1].');
    expect(tables).toContain('I am [card_1], [street_1], [email_1], [person_1], [phone_1].');
    const [tool] = caller.all('tool.call');
    const given = '4242424242424242, 12 Kestrel Lane, ottoline@kestrel.example, Ottoline Fernsby, +14155550132';
    expect(tool?.arguments).toEqual({ who: `I am ${given}.` });
    const answer = caller.all('response.completed').at(-1)?.text ?? '';
    expect(answer).toContain(
      'You said: I am your card ending in 4242, what you gave me, your address at kestrel.example,',
    );
    expect(answer).toContain('your card ending in 4444');
  });

  it('is what was said while the caller agreed, where that is needed, and with which words he stopped', async () => {
    const user = 'user-of-agreed';
    const server = { stream: worker.stream, token: () => workerToken(user) };
    const caller = await TextCaller.call(server, { user, start: { agent: 'agreed' } });
    const { sessionId } = await caller.until('session.started');
    const decide = async (who: string, body: object): Promise<number> => {
      const { status } = await fetch(`http://127.0.0.1:${worker.port}/v1/calls/${sessionId}/consent`, {
        method: 'POST',
        headers: { authorization: `Bearer ${workerToken(who)}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return status;
    };
    await talk(caller, 'My dog is called Brisket.');
    expect(await decide('somebody else', { state: 'given' })).toBe(404);
    expect(await decide(user, { state: 'perhaps' })).toBe(400);
    expect(await decide(user, { state: 'given', words: 'I signed the form.' })).toBe(204);
    await talk(caller, 'My cat is called Pickle.');
    const from = caller.received.length;
    caller.client.send({ type: 'consent.set', state: 'refused', words: 'I pressed stop.' });
    await caller.until('consent.changed', from);
    await talk(caller, 'My horse is called Thunder.');
    await caller.hangUp();
    await waitFor(async () => (await statusOf(sessionId)) === 'completed', 20_000);
    expect(await decide(user, { state: 'given' })).toBe(404); // it is over
    const tables = await tablesOf(postgres);
    expect(['Brisket', 'Pickle', 'Thunder'].filter((name) => tables.includes(name))).toEqual(['Pickle']);
    const { rows } = await postgres.query(
      `select data from call_events where call_sid = '${sessionId}' and kind = 'consent.changed' order by seq`,
    );
    expect(rows.map(({ data }) => data)).toEqual([
      { state: 'given', by: 'operator', words: 'I signed the form.' },
      { state: 'refused', by: 'client', words: 'I pressed stop.' },
    ]);
  });

  it('is all that was said with standard, and none of it in logs, webhooks or, afterwards, Redis', async () => {
    await call('standard', 'user-of-standard');
    const { tables, log, keys, hooks: sent } = await leftBehind();
    expect(foundIn(tables)).toEqual(words);
    // A summary may be written, and told, by now or not: it has what was written of the call (docs/webhooks.md).
    const told = sent.split('\n').filter((body) => !body.includes('summary.ready'));
    expect({ log: foundIn(log), keys: foundIn(keys), told: foundIn(told.join('\n')) }).toEqual({
      log: [],
      keys: [],
      told: [],
    });
  });
});
