// The chain on real adapters: OpenAI's wire breaks, and another server, or the local planner, goes on.
import { llmContract } from '../../../test/contract/llm.contract.js';
import { answerOf } from '../../../test/support/rules-conversation.js';
import { AnthropicSimulator, SIMULATED_ANTHROPIC_KEY } from '../../../test/simulators/anthropic.js';
import { settle } from '../../../test/contract/event-log.js';
import { until } from '../../../test/simulators/until.js';
import type { StreamFaultKind } from '../../../test/simulators/event-stream.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { ChatKnobs, ChatScript, HttpRefusal } from '../../../test/simulators/openai-knobs.js';
import type { ProviderOutcome } from '../../provider/failover.js';
import { ProviderHealth } from '../../provider/health.js';
import { RetryPolicy } from '../../provider/retry.js';
import type { LanguageModel, LlmRequest, ToolSpec } from '../llm.port.js';
import { AnthropicLanguageModel } from '../anthropic/anthropic-llm.js';
import { OpenAiLanguageModel } from '../openai/openai-llm.js';
import { RulesModel } from '../rules/rules-model.js';
import { FallbackModel } from './fallback-model.js';

const lookup: ToolSpec = {
  name: 'lookup',
  description: 'Looks a client up.',
  parameters: { type: 'object', properties: { client_id: { type: 'integer' } }, required: ['client_id'] },
};

/** A model that looks up what it is asked about when it can, repeats what the tool says, and goes on where it is told to. */
const script: ChatScript = ({ messages, tools }) => {
  const said = messages.at(-2);
  if (String(messages.at(-1)?.content).startsWith('<system>') && said?.role === 'assistant') {
    const rest = 'Hello to you and to everyone else.'.slice(String(said.content).length);
    return rest.split(/(?<= )/).map((text) => ({ text }));
  }
  const last = messages.at(-1);
  if (last?.role === 'tool') return [{ text: 'It says: ' }, { text: String(last.content) }];
  const id = /\d+/.exec(String(last?.content))?.[0];
  if (id === undefined || tools === undefined) {
    return ['Hello', ' to', ' you', ' and', ' to', ' everyone', ' else', '.'].map((text) => ({ text }));
  }
  return [{ tool: { name: 'lookup', arguments: JSON.stringify({ client_id: Number(id) }) } }];
};

const simulators: OpenAiSimulator[] = [];
const models: OpenAiLanguageModel[] = [];

/** `impatient`: its deadlines are short. */
async function openAi(chat: ChatKnobs = {}, impatient = false): Promise<OpenAiLanguageModel> {
  const simulator = await OpenAiSimulator.start({ script, chat });
  const baseUrl = simulator.url;
  const deadlines = impatient ? { firstTokenTimeoutMs: 300, tokenTimeoutMs: 300 } : {};
  const model = new OpenAiLanguageModel({ apiKey: SIMULATED_OPENAI_KEY, model: 'gpt-4o-mini', baseUrl, ...deadlines });
  simulators.push(simulator);
  models.push(model);
  return model;
}

async function closeAll(): Promise<void> {
  await Promise.all(models.splice(0).map((model) => model.close()));
  await Promise.all(simulators.splice(0).map((simulator) => simulator.close()));
}

function chainOf(chain: readonly LanguageModel[], outcomes: ProviderOutcome[] = []): FallbackModel {
  return new FallbackModel(chain, {
    health: new ProviderHealth({ failures: 1_000_000 }),
    retry: new RetryPolicy({ baseMs: 5 }),
    continues: (model) => model !== 'rules',
    onOutcome: (outcome) => outcomes.push(outcome),
  });
}

for (const afterChunks of [0, 2, 3]) {
  llmContract(`a chain whose first model breaks off after ${afterChunks} chunks`, async () => ({
    llm: chainOf([await openAi({ fault: { kind: 'destroy', afterChunks } }), await openAi()]),
    small: 'Say hello.',
    toolTurn: { text: 'Who is client 5001?', tool: lookup, arguments: { client_id: 5001 } },
    toolAnswer: { content: '{"ok":true,"data":"Ada"}', spoken: /^It says: .*Ada/ },
    unreachable: async () => {
      const gone = [await openAi(), await openAi()];
      await Promise.all(simulators.splice(-2).map((simulator) => simulator.close()));
      return chainOf(gone);
    },
    close: closeAll,
  }));
}

describe('a chain of models on the wire', () => {
  afterEach(closeAll);

  const request: LlmRequest = { messages: [{ role: 'user', text: 'Say hello.' }], tools: [] };
  const ask = async (chain: FallbackModel) => await answerOf(chain.stream(request, new AbortController().signal));

  it.each<StreamFaultKind>(['end', 'destroy', 'stall', 'garbage', 'malformed', 'error'])(
    'says the whole answer once when the first model fails in it (%s)',
    async (kind) => {
      const outcomes: ProviderOutcome[] = [];
      const first = await openAi({ betweenTokens: { ms: 5 }, fault: { kind, afterChunks: 4 } }, kind === 'stall');
      const { text, reason } = await ask(chainOf([first, await openAi()], outcomes));
      expect(text).toBe('Hello to you and to everyone else.');
      expect(reason).toBe('stop');
      expect(outcomes).toMatchObject([{ provider: 'openai', next: 'openai', midway: true, gaveUp: false }]);
    },
  );

  it.each<[string, ChatKnobs | { refusal: HttpRefusal }, number]>([
    ['does not answer', { hang: true }, 1],
    ['is overloaded', { refusal: { status: 503 } }, 2],
    ['refuses the key', { refusal: { status: 401 } }, 1],
    ['refuses the request', { refusal: { status: 400 } }, 1],
    ['has had enough requests', { refusal: { status: 429, headers: { 'retry-after': '20' } } }, 1],
  ])('lets the next model answer when the first %s', async (_name, knobs, tries) => {
    const outcomes: ProviderOutcome[] = [];
    const { text } = await ask(chainOf([await openAi(knobs, 'hang' in knobs), await openAi()], outcomes));
    expect(text).toBe('Hello to you and to everyone else.');
    expect(outcomes).toHaveLength(tries);
    expect(simulators[0]?.counts.chat).toBe(tries);
  });

  it('asks again when the server has closed the connection of the answer before', async () => {
    const outcomes: ProviderOutcome[] = [];
    const chain = chainOf([await openAi()], outcomes);
    await ask(chain);
    await until('the body has ended', () => simulators[0]?.active === 0);
    await settle(20); // and the pool has its connection back
    simulators[0]?.closeIdleAtRequest();
    expect((await ask(chain)).text).toBe('Hello to you and to everyone else.');
    expect(outcomes).toMatchObject([{ provider: 'openai', code: 'unavailable', gaveUp: false }]);
  });

  it('lets a model of another vendor go on, in a form that it takes', async () => {
    const first = await openAi({ betweenTokens: { ms: 5 }, fault: { kind: 'destroy', afterChunks: 4 } });
    const other = await AnthropicSimulator.start({
      script: () => [{ text: 'you and to' }, { text: ' everyone else.' }],
    });
    const second = new AnthropicLanguageModel({
      apiKey: SIMULATED_ANTHROPIC_KEY,
      model: 'claude-haiku-4-5',
      baseUrl: other.url,
    });
    try {
      expect((await ask(chainOf([first, second]))).text).toBe('Hello to you and to everyone else.');
      expect(other.counts.refused).toBe(0);
      expect(other.requests[0]?.messages).toEqual([
        { role: 'user', content: [{ type: 'text', text: 'Say hello.' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Hello to' }] },
        { role: 'user', content: [{ type: 'text', text: expect.stringMatching(/^<system>.*cut off.*<\/system>$/s) }] },
      ]);
    } finally {
      await second.close();
      await other.close();
    }
  });

  it('lets the local planner answer, as a sentence of its own', async () => {
    const first = await openAi({ betweenTokens: { ms: 5 }, fault: { kind: 'destroy', afterChunks: 4 } });
    const { text } = await ask(chainOf([first, new RulesModel()]));
    const alone = await answerOf(new RulesModel().stream(request, new AbortController().signal));
    expect(text).toBe(`Hello to … ${alone.text}`);
  });
});
