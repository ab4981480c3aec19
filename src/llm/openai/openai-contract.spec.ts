import { llmContract } from '../../../test/contract/llm.contract.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import type { ChatKnobs, ChatScript } from '../../../test/simulators/openai-knobs.js';
import type { ToolSpec } from '../llm.port.js';
import { OpenAiLanguageModel } from './openai-llm.js';

const lookup: ToolSpec = {
  name: 'lookup',
  description: 'Looks a client up.',
  parameters: { type: 'object', properties: { client_id: { type: 'integer' } }, required: ['client_id'] },
};

/** A model that looks up what it is asked about when it can, and repeats what the tool says. */
const script: ChatScript = ({ messages, tools }) => {
  const last = messages.at(-1);
  if (last?.role === 'tool') return [{ text: 'It says: ' }, { text: String(last.content) }];
  const id = /\d+/.exec(String(last?.content))?.[0];
  if (id === undefined || tools === undefined) return [{ text: 'Hello' }, { text: ' to' }, { text: ' you.' }];
  return [{ tool: { name: 'lookup', arguments: JSON.stringify({ client_id: Number(id) }) } }];
};

const dialects: [string, ChatKnobs][] = [
  ['openai', {}],
  ['openai, token by token', { firstToken: { ms: 5, jitterMs: 5 }, betweenTokens: { ms: 1 }, endOfBody: { ms: 2 } }],
  [
    'a compatible server that leaves out what it can',
    { withoutUsage: true, withoutToolIds: true, withoutToolIndexes: true, withoutDone: true, finishReason: 'stop' },
  ],
  [
    'a compatible server that adds what it can',
    {
      wholeToolCalls: true,
      nullContent: true,
      comments: true,
      extraFields: { x_groq: { id: 'req_1' }, service_tier: null, timings: { predicted_ms: 1.5 } },
    },
  ],
];

for (const [name, chat] of dialects) {
  llmContract(name, async () => {
    const simulator = await OpenAiSimulator.start({ script, chat });
    const gone = await OpenAiSimulator.start();
    const goneUrl = gone.url;
    await gone.close();
    const adapter = (baseUrl: string) =>
      new OpenAiLanguageModel({ apiKey: SIMULATED_OPENAI_KEY, model: 'gpt-4o-mini', baseUrl });
    const llm = adapter(simulator.url);
    return {
      llm,
      small: 'Say hello.',
      toolTurn: { text: 'Who is client 5001?', tool: lookup, arguments: { client_id: 5001 } },
      toolAnswer: { content: '{"ok":true,"data":"Ada"}', spoken: /Ada/ },
      unreachable: () => adapter(goneUrl),
      close: async () => {
        await llm.close();
        await simulator.close();
      },
    };
  });
}
