import { waitFor } from '../../../test/support/wait-for.js';
import { CallRetention } from './call-retention.js';

describe('CallRetention', () => {
  const retention = (expireCalls: (before: Date, most: number) => Promise<number>, days = 30) => {
    const lines: string[] = [];
    const log = { log: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
    const made = new CallRetention({ expireCalls }, { days, firstMs: 1, everyMs: 1, log });
    return { made, lines };
  };

  it('erases until nothing old is left, and looks again', async () => {
    const old = [200, 200, 7, 0, 0];
    const befores: number[] = [];
    const { made, lines } = retention(async (before) => {
      befores.push(Date.now() - before.getTime());
      return old.shift() ?? 0;
    });
    made.start();
    await waitFor(() => befores.length >= 5);
    await made.close();
    expect(Math.round((befores[0] ?? 0) / 86_400_000)).toBe(30);
    expect(lines).toEqual([expect.stringMatching(/^407 calls from before .* were erased\.$/)]);
  });

  it('goes on after the database was away, and says so', async () => {
    let asked = 0;
    const { made, lines } = retention(async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return 0;
    });
    made.start();
    await waitFor(() => asked >= 3);
    await made.close();
    expect(lines).toEqual([expect.stringMatching(/not erased; they are tried again \(away\)/)]);
  });

  it('keeps everything where it is not asked to erase', async () => {
    let asked = 0;
    const { made } = retention(async () => (asked += 1), 0);
    made.start();
    await new Promise((resolve) => setImmediate(resolve));
    await made.close();
    expect(asked).toBe(0);
  });
});
