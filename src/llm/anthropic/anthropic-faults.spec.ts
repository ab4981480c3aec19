import { llmFaultMatrix } from '../../../test/contract/llm-faults.contract.js';
import { AnthropicSimulator, SIMULATED_ANTHROPIC_KEY } from '../../../test/simulators/anthropic.js';
import { AnthropicLanguageModel } from './anthropic-llm.js';

llmFaultMatrix<AnthropicSimulator>({
  adapter: 'anthropic',
  simulate: (messages) => AnthropicSimulator.start({ replyWords: 5, messages }),
  urlOf: ({ url }) => url,
  urlOfPort: (port) => `http://127.0.0.1:${port}`,
  requestsOf: ({ counts }) => counts.messages,
  connect: (baseUrl, deadlines) =>
    new AnthropicLanguageModel({ apiKey: SIMULATED_ANTHROPIC_KEY, model: 'claude-haiku-4-5', baseUrl, ...deadlines }),
  // message_start and content_block_start, then the words, then content_block_stop.
  chunks: { midway: 4, end: 8 },
});
