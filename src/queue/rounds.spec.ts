import { waitFor } from '../../test/support/wait-for.js';
import { Rounds } from './rounds.js';

describe('Rounds', () => {
  it('has one round under way at a time, and none after it was closed', async () => {
    let under = 0;
    let most = 0;
    let rounds = 0;
    const made = new Rounds({
      go: async () => {
        most = Math.max(most, (under += 1));
        await new Promise((resolve) => setTimeout(resolve, 3));
        under -= 1;
        rounds += 1;
      },
      everyMs: 1,
      onFailed: (error) => {
        throw error;
      },
    });
    made.start(0);
    await waitFor(() => rounds >= 3 && under === 1);
    await made.close();
    expect(under).toBe(0);
    const before = rounds;
    made.start(0);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(rounds).toBe(before);
    expect(most).toBe(1);
  });

  it('tells of a failure once, until a round has ended well again', async () => {
    const answers = ['away', 'away', 'back', 'away', 'back'];
    const told: unknown[] = [];
    const made = new Rounds({
      go: () => {
        const answer = answers.shift();
        return answer === 'away' ? Promise.reject(new Error(`${answers.length} left`)) : Promise.resolve();
      },
      everyMs: 1,
      onFailed: (error) => told.push(error),
    });
    made.start(0);
    await waitFor(() => answers.length === 0);
    await made.close();
    expect(told).toEqual([new Error('4 left'), new Error('1 left')]);
  });
});
