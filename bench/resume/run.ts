// What a caller notices when the worker of his call is killed: real workers, a real Redis and PostgreSQL, the client SDK.
// And what callers notice when a real PM2 replaces all workers under them.
//   npm run bench -- resume --reload 50
//   npm run bench -- resume [--kills 100] [--calls 3] [--workers 3] [--minutes 12]
import { parseArgs } from 'node:util';
import { reloadUnder } from '../../test/support/reloaded-calls.js';
import { quantile } from '../lib/statistics.js';
import { runKills } from './kills.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function row(what: string, values: readonly number[]): string {
  const at = (part: number): string => `${Math.round(quantile(values, part))} ms`;
  return `${what}: p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} (${values.length})`;
}

function conclude(faults: readonly string[]): void {
  for (const fault of faults) say(`FAULT: ${fault}`);
  say(faults.length === 0 ? 'no turn lost, doubled or out of its context' : `${faults.length} faults`);
  if (faults.length > 0) process.exitCode = 1;
}

export async function runResume(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '100' },
      calls: { type: 'string', default: '3' },
      workers: { type: 'string', default: '3' },
      reload: { type: 'string' },
      minutes: { type: 'string', default: '12' },
    },
  });
  if (values.reload !== undefined) {
    const { before, gaps, faults } = await reloadUnder(Number(values.reload), { vendorsVoice: true });
    say(`pm2 reload of ${before.length} workers under ${values.reload} calls`);
    say(row('without a connection, each time', gaps));
    conclude(faults);
    return;
  }
  const { kills, resumedMs, noticedMs, connectedMs, turns, faults } = await runKills(
    {
      kills: Number(values.kills),
      calls: Number(values.calls),
      workers: Number(values.workers),
      withinMs: Number(values.minutes) * 60_000,
    },
    say,
  );
  say(`${kills} kills of a worker, ${resumedMs.length} calls resumed, ${turns} turns`);
  say(row('from the kill to session.resumed', resumedMs));
  say(row('of which until the SDK had noticed', noticedMs));
  say(row('of which until it had another connection', connectedMs));
  conclude(kills < Number(values.kills) ? [...faults, `only ${kills} kills in the time`] : faults);
}
