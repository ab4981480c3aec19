import { llmContract } from '../../../test/contract/llm.contract.js';
import { AnthropicSimulator, SIMULATED_ANTHROPIC_KEY } from '../../../test/simulators/anthropic.js';
import type { MessageKnobs, MessageScript, SimulatedBlock } from '../../../test/simulators/anthropic-knobs.js';
import type { ToolSpec } from '../llm.port.js';
import { AnthropicLanguageModel } from './anthropic-llm.js';

const lookup: ToolSpec = {
  name: 'lookup',
  description: 'Looks a client up.',
  parameters: { type: 'object', properties: { client_id: { type: 'integer' } }, required: ['client_id'] },
};

/** A model that looks up what it is asked about when it can, and repeats what the tool says. */
const script: MessageScript = ({ messages, tools }) => {
  const content = messages.at(-1)?.content ?? [];
  const last: SimulatedBlock | undefined =
    typeof content === 'string' ? { type: 'text', text: content } : content.at(-1);
  if (last?.type === 'tool_result') return [{ text: 'It says: ' }, { text: String(last.content) }];
  const id = /\d+/.exec(last?.text ?? '')?.[0];
  if (id === undefined || tools === undefined) return [{ text: 'Hello' }, { text: ' to' }, { text: ' you.' }];
  return [{ tool: { name: 'lookup', arguments: JSON.stringify({ client_id: Number(id) }) } }];
};

const dialects: [string, MessageKnobs][] = [
  ['anthropic', {}],
  [
    'anthropic, token by token, with pings and with events that are not known yet',
    {
      firstToken: { ms: 5, jitterMs: 5 },
      betweenTokens: { ms: 1 },
      endOfBody: { ms: 2 },
      pings: true,
      novelties: true,
    },
  ],
];

for (const [name, messages] of dialects) {
  llmContract(name, async () => {
    const simulator = await AnthropicSimulator.start({ script, messages });
    const gone = await AnthropicSimulator.start();
    const goneUrl = gone.url;
    await gone.close();
    const adapter = (baseUrl: string) =>
      new AnthropicLanguageModel({ apiKey: SIMULATED_ANTHROPIC_KEY, model: 'claude-haiku-4-5', baseUrl });
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
