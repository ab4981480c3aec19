// The harness of `npm run eval -- --fresh`: three typed requests to the whole app, on a day that is not today.
import { jest } from '@jest/globals';
import { freshTable } from '../../eval/fresh/report.js';
import { runFresh } from '../../eval/fresh/run.js';
import { describeWith } from '../support/needs.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const MAY = { from: '2026-05-01', to: '2026-05-31' };
const scope = { clients: [5001], periods: [MAY], categories: [] };

describeWith(['pocketsphinx'])('fresh requests', () => {
  it('are asked as of their day, and judged by the rows of the seed', async () => {
    const results = await runFresh({
      today: '2026-06-15',
      requests: [
        {
          id: 'count',
          kind: 'typed',
          turns: ['How many transactions did client 5001 have last month?'],
          want: { type: 'transactions', ...scope, measure: 'count' },
        },
        {
          id: 'mail',
          kind: 'typed',
          turns: ['What transactions does client 5001 have in May?', 'Send them to ann@example.com'],
          want: { type: 'mail', ...scope, to: ['ann@example.com'] },
        },
        {
          id: 'other',
          kind: 'typed',
          turns: ['What is our refund policy?'],
          want: { type: 'document', slug: 'fees' },
        },
      ],
    });
    expect(results.map(({ request, verdict, why }) => [request.id, verdict, why])).toEqual([
      ['count', 'right', ''],
      ['mail', 'right', ''],
      ['other', 'wrong', 'the answer is in fees; it answers from refund-policy'],
    ]);
    expect(freshTable(results)).toMatch(/typed +\| \*\*all\*\* +\| +3 \| +2 \| +0 \| +0 \| +0 \| +1 \|/);
    // The clock is set back: the next suite has its own day.
    expect(Math.abs(Date.now() - performance.timeOrigin - performance.now())).toBeLessThan(60_000);
  });
});
