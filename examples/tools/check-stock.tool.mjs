// A tool of one's own, whole: TOOLS_DIR=./examples/tools, and `check_stock` in the tools of an agent's file.
// docs/your-own-tool.md explains it.

/** What the shop's own system would be asked for. */
const STOCK = new Map([
  ['umbrella', 12],
  ['tent', 0],
]);

const ITEMS = [...STOCK.keys()];

/** For the keyless planner: which words of the caller name the article. */
const item = {
  name: 'item',
  read: (words) =>
    words.flatMap((word, at) => {
      const value = ITEMS.find((known) => word === known || word === `${known}s`);
      return value === undefined ? [] : [{ value, start: at, end: at + 1 }];
    }),
};

export default ({ z, failure }) => ({
  name: 'check_stock',
  description:
    'How many pieces of an article the shop has. Use it whenever a caller asks whether something is in stock.',
  schema: z.object({
    item: z.string({ error: 'Which article do you mean?' }).describe('the article, singular, as the shop calls it'),
  }),
  effect: 'read',
  timeoutMs: 3000,
  lateMessage: 'Our stock is slow to answer. Please ask me again in a minute.',
  run({ item: article }) {
    const pieces = STOCK.get(article);
    const outcome =
      pieces === undefined
        ? failure('not_found', `We do not sell ${article}. We have umbrellas and tents.`)
        : { ok: true, data: { item: article, pieces } };
    return Promise.resolve(outcome);
  },

  plan: {
    ability: 'check our stock',
    unable: 'check our stock',
    cues: [[6, 'in stock', 'stock of', 'do you have|sell #item', 'how many #item']],
    slots: [item],
    ask: { item: ['Which article would you like to know about?', 'Is it umbrellas or tents?'] },
    say: ({ item: article, pieces }) =>
      pieces === 0 ? `We are out of ${article}s.` : `We have ${pieces} ${article}s in stock.`,
  },
});
