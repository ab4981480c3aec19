import { llmContract } from '../../../test/contract/llm.contract.js';
import { TODAY, TOOLS } from '../../../test/support/rules-conversation.js';
import type { ToolSpec } from '../../llm/llm.port.js';
import { RulesModel } from '../../llm/rules/rules-model.js';
import { PAYMENTS_PLANNER } from './planner.js';

const tool = TOOLS.find((one) => one.name === 'query_transactions') as ToolSpec;
const data = {
  client: { id: 5001, name: 'Anna Berg' },
  count: 1,
  total: 54.2,
  currency: 'USD',
  by_category: [],
  transactions: [{ date: '2026-03-03', description: 'Corner Market', category: 'groceries', amount: 54.2 }],
};

llmContract('RulesModel', () =>
  Promise.resolve({
    llm: new RulesModel({ planner: PAYMENTS_PLANNER, now: () => TODAY }),
    small: 'what can you do',
    toolTurn: {
      text: 'show me what client five thousand and one spent in march',
      tool,
      arguments: { client_id: 5001, from: '2026-03-01', to: '2026-03-31' },
    },
    toolAnswer: {
      content: JSON.stringify({ ok: true, data }),
      spoken: /1 transaction in March: Corner Market for \$54\.20 on March 3rd/,
    },
    close: () => Promise.resolve(),
  }),
);
