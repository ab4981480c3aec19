// The whole app with Anthropic and OpenAI as a chain of models on their real wires (simulated): who answers a caller when
// all is well, when the first model breaks off, and when it is late.
import { jest } from '@jest/globals';
import { AnthropicSimulator, SIMULATED_ANTHROPIC_KEY } from '../simulators/anthropic.js';
import type { MessageKnobs, MessageScript, SimulatedBlock } from '../simulators/anthropic-knobs.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import type { ChatScript } from '../simulators/openai-knobs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(90_000);
const PATIENCE_MS = 40_000;

const WORDS = 'Ada Park has three refunds, two transfers and one fee.'.split(/(?<=\s)/);

/** Looks the client up that was asked for, and tells what the tool has found; says yes to everything else. */
const anthropicScript: MessageScript = ({ messages }) => {
  const content = messages.at(-1)?.content ?? [];
  const blocks: readonly SimulatedBlock[] = typeof content === 'string' ? [{ type: 'text', text: content }] : content;
  if (blocks.some(({ type }) => type === 'tool_result')) {
    const found = JSON.parse(String(blocks[0]?.content)) as { data: { client: { name: string } } };
    return [{ text: `${found.data.client.name} it is.` }];
  }
  const asked = blocks.at(-1)?.text ?? '';
  if (asked.includes('5001')) return [{ tool: { name: 'query_transactions', arguments: '{"client_id":5001}' } }];
  return asked.includes('refunds') ? WORDS.map((text) => ({ text })) : [{ text: 'Yes.' }];
};

/** Goes on where it is told to, else says what the other would have said. */
const openAiScript: ChatScript = ({ messages }) => {
  const said = messages.findLast(({ role }) => role === 'assistant')?.content;
  const at = typeof said === 'string' ? WORDS.join('').indexOf(said) : -1;
  if (at < 0 || !String(messages.at(-1)?.content).startsWith('<system>')) return [{ text: 'OpenAI says yes.' }];
  return [{ text: WORDS.join('').slice(at + String(said).length) }];
};

describe('a call with Anthropic before OpenAI, hedged', () => {
  let deepgram: DeepgramSimulator;
  let anthropic: AnthropicSimulator;
  let openai: OpenAiSimulator;
  let app: ParleyApp;
  let knobs: MessageKnobs = {};
  const callers: TextCaller[] = [];

  beforeAll(async () => {
    deepgram = await DeepgramSimulator.start();
    anthropic = await AnthropicSimulator.start({ script: anthropicScript, messages: () => knobs });
    openai = await OpenAiSimulator.start({ script: openAiScript, speech: { msPerChar: 5 } });
    app = await ParleyApp.start({
      env: {
        STREAM_STT_PROVIDER: 'deepgram',
        STREAM_LLM_PROVIDER: 'anthropic,openai,rules',
        STREAM_TTS_PROVIDER: 'openai',
        LLM_HEDGE: 'true',
        DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
        DEEPGRAM_BASE_URL: deepgram.url,
        ANTHROPIC_API_KEY: SIMULATED_ANTHROPIC_KEY,
        ANTHROPIC_BASE_URL: anthropic.url,
        OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
        OPENAI_BASE_URL: openai.url,
      },
    });
  });
  beforeEach(() => {
    knobs = {};
  });
  afterEach(async () => {
    for (const caller of callers.splice(0)) caller.client.ws.close(1000);
    await waitFor(async () => (await app.activeSessions()) === 0, PATIENCE_MS);
    // Nothing goes on behind a call that is over.
    await waitFor(() => anthropic.active === 0 && openai.active === 0, PATIENCE_MS);
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([deepgram.close(), anthropic.close(), openai.close()]);
  });

  const call = async (): Promise<TextCaller> => {
    const caller = await TextCaller.call(app);
    callers.push(caller);
    return caller;
  };

  it('is answered by Anthropic, with rows of the real tool', async () => {
    const answer = await (await call()).say('Who is client 5001?');
    expect(answer.tools).toMatchObject([
      { name: 'query_transactions', arguments: { client_id: 5001 }, outcome: { ok: true } },
    ]);
    expect(answer.text).toBe('Ada Park it is.');
    expect(answer.errors).toEqual([]);
    expect(openai.counts.chat).toBe(0);
    // The instructions went apart from the conversation, and the tool's rows in the very next message.
    expect(anthropic.requests.at(-1)?.system).toMatch(/^You are Julia/);
    expect(anthropic.requests.at(-1)?.messages.at(-1)).toMatchObject({
      role: 'user',
      content: [{ type: 'tool_result' }],
    });
  });

  it('is gone on with by OpenAI when Anthropic breaks off: every word is said, and said once', async () => {
    const caller = await call();
    // Two events before the words, and three words.
    knobs = { betweenTokens: { ms: 5 }, fault: { kind: 'error', afterChunks: 5 } };
    const answer = await caller.say('What about the refunds?');
    expect(answer.text).toBe(WORDS.join(''));
    expect(answer.errors).toEqual([]);
    expect(openai.counts.chat).toBe(1);
  });

  it('is answered by OpenAI when Anthropic is late, which costs a request and says so', async () => {
    const caller = await call();
    // As many answers as it takes to know when a first token is late.
    for (let turn = 0; turn < 20; turn += 1) expect((await caller.say('Is that so?')).text).toMatch(/yes\.$/i);
    const before = openai.counts.chat;
    knobs = { hang: true };
    const answer = await caller.say('And is that so?');
    expect(answer.text).toBe('OpenAI says yes.');
    expect(answer.errors).toEqual([]);
    expect(openai.counts.chat).toBe(before + 1);
    // The request that has lost is gone, although it was never answered.
    await waitFor(() => anthropic.active === 0, PATIENCE_MS);
    const metrics = await (await fetch(`http://127.0.0.1:${app.port}/metrics`)).text();
    expect(metrics).toMatch(
      /^parley_llm_hedged_requests_total\{slow="anthropic",second="openai",winner="second"\} [1-9]\d*$/m,
    );
    expect(metrics).toMatch(/^parley_llm_hedge_prompt_tokens_total [1-9]\d*$/m);
    // Being late is no failure.
    expect(metrics).not.toMatch(/parley_provider_failures_total\{[^}]*code="timeout"/);
  });
});
