import { describeWith } from '../support/needs.js';
import { reloadUnder } from '../support/reloaded-calls.js';

describeWith(['postgres', 'redis'])('pm2 reload', () => {
  it('replaces every worker, and each call goes on with its context, nothing lost and nothing said twice', async () => {
    const calls = 6;
    const { before, after, gaps, faults } = await reloadUnder(calls);
    expect(faults).toEqual([]);
    expect(before).toHaveLength(2);
    expect(after).toHaveLength(2);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    expect(gaps.length).toBeGreaterThanOrEqual(calls);
  }, 240_000);
});
