import { llmFaultMatrix } from '../../../test/contract/llm-faults.contract.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../../test/simulators/openai.js';
import { OpenAiLanguageModel } from './openai-llm.js';

llmFaultMatrix<OpenAiSimulator>({
  adapter: 'openai chat',
  simulate: (chat) => OpenAiSimulator.start({ replyWords: 5, chat }),
  urlOf: ({ url }) => url,
  urlOfPort: (port) => `http://127.0.0.1:${port}/v1`,
  requestsOf: ({ counts }) => counts.chat,
  connect: (baseUrl, deadlines) =>
    new OpenAiLanguageModel({ apiKey: SIMULATED_OPENAI_KEY, model: 'gpt-4o-mini', baseUrl, ...deadlines }),
  // A role chunk, then the words.
  chunks: { midway: 3, end: 6 },
});
