// Whole calls with tools that an operator has added: those of a real MCP server, one of a file, and one of the client. The model is scripted on
// its real wire; agent file, settings and server are as an operator has them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { jest } from '@jest/globals';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import type { ChatPart } from '../simulators/openai-knobs.js';
import { CrmServer } from '../support/mcp-server.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const AGENT = `name: Ada
instructions: You are Ada.
greeting: Hello.
tools: [check_stock, crm_find_customer, crm_add_note]
reads: [crm_find_customer, crm_add_note]
clientTools:
  - name: look_in_cart
    description: What is in the caller's cart.
    effect: read
`;

describe('tools that an operator has added', () => {
  let folder: string;
  let crm: CrmServer;
  let openai: OpenAiSimulator;
  let app: ParleyApp;
  let caller: TextCaller;
  /** What the model does in its next rounds, and what it was told last. */
  let rounds: ChatPart[][] = [];
  let told = '';
  let heard: (messages: readonly unknown[]) => void = () => undefined;

  const calls = (name: string, args: object): ChatPart[] => [{ tool: { name, arguments: JSON.stringify(args) } }];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-added-'));
    crm = await CrmServer.start();
    openai = await OpenAiSimulator.start({
      script: ({ messages }) => {
        heard(messages);
        const last = messages.at(-1);
        if (last?.role === 'tool') told = String(last.content);
        return rounds.shift() ?? [{ text: 'There you are.' }];
      },
      speech: { msPerChar: 1 },
    });
    const server = { url: crm.url, headers: { authorization: 'Bearer ${CRM_TOKEN}' } };
    writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { crm: server } }));
    app = await ParleyApp.start({
      env: {
        STREAM_STT_PROVIDER: 'webspeech',
        STREAM_LLM_PROVIDER: 'openai',
        STREAM_TTS_PROVIDER: 'openai',
        OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
        OPENAI_BASE_URL: openai.url,
        MCP_SERVERS_FILE: join(folder, 'mcp.json'),
        CRM_TOKEN: 'hunter2',
        TOOLS_DIR: resolve('examples/tools'),
      },
      agents: { ada: AGENT },
    });
    caller = await TextCaller.call(app, { start: { agent: 'ada' } });
  });
  afterAll(async () => {
    caller.client.ws.close(1000);
    await app.close();
    await Promise.all([openai.close(), crm.close()]);
    rmSync(folder, { recursive: true });
  });

  it('reads at once what its server and the agent call reading', async () => {
    rounds = [calls('crm_find_customer', { name: 'Ada' })];
    const { text, tools } = await caller.say('Who is Ada?');
    expect(text).toBe('There you are.');
    expect(tools.map(({ name, outcome }) => [name, outcome.ok])).toEqual([['crm_find_customer', true]]);
    expect(told).toMatch(/^\{"ok":true,"warning":".*strangers.*"data":\{"text":"Ada Park, gold since 2019"\}\}$/);
    expect(crm.keys).toContain('Bearer hunter2');
  });

  it('asks before what changes something, whatever the agent file says, and does it once', async () => {
    rounds = [calls('crm_add_note', { name: 'Ada', note: 'wants a call' }), [{ text: 'It is noted.' }]];
    const { text } = await caller.say('Note that she wants a call.');
    expect(text).toMatch(/I will use add note with name Ada, note wants a call\. Shall I do that\?$/);
    expect(crm.notes).toEqual([]);
    await caller.say('Yes, please.');
    expect(crm.notes).toEqual(['Ada: wants a call']);
  });

  it('has the client run what is the client’s, and takes its answer', async () => {
    rounds = [calls('look_in_cart', { only: 'tents' })];
    const from = caller.received.length;
    const { responseId } = await caller.begin('What is in my cart?');
    const { callId, name, arguments: args } = await caller.until('tool.call', from);
    expect([name, args]).toEqual(['look_in_cart', { only: 'tents' }]);
    caller.client.send({ type: 'tool.answer', callId, ok: true, data: { tents: 2 }, surplus: 1 });
    await caller.until('error', from, ({ code }) => code === 'bad_message');
    caller.client.send({ type: 'tool.answer', callId, ok: true, data: { tents: 2 } });
    await caller.until('response.completed', from, (message) => message.responseId === responseId);
    expect(JSON.parse(told)).toMatchObject({ ok: true, data: { tents: 2 } });
  });

  it('tells the model what has happened at the client, with its next reply', async () => {
    let asked = '';
    rounds = [];
    caller.client.send({ type: 'client.message', name: 'cart.updated', data: { tents: 7 }, clientSeq: 1 });
    caller.client.send({ type: 'client.message', name: 'cart.updated', data: { tents: 8 }, clientSeq: 1 });
    heard = (messages) => (asked = JSON.stringify(messages));
    await caller.say('Look at that.');
    expect(asked).toMatch(/"name":"client_message"/);
    expect(asked).toContain(String.raw`\"tents\":7`);
    expect(asked).not.toContain(String.raw`\"tents\":8`);
  });

  it('runs the tool of a file', async () => {
    rounds = [calls('check_stock', { item: 'tent' })];
    await caller.say('Any tents?');
    expect(JSON.parse(told)).toEqual({ ok: true, data: { item: 'tent', pieces: 0 } });
  });
});
