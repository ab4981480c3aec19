// Debian's sipp, a SIP client that nobody here wrote, and its scenarios in test/sipp.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';
import { freePort } from './free-port.js';

export interface SippOptions {
  /** Of the server, on 127.0.0.1. */
  readonly port: number;
  /** File of test/sipp, without .xml. */
  readonly scenario: string;
  readonly transport?: 'udp' | 'tcp';
  /** All at once. */
  readonly calls?: number;
  readonly user?: { readonly name: string; readonly password: string };
}

/** Longest run, s. */
const LIMIT_S = 60;

/** Runs a scenario to its end. Rejects with what sipp wrote unless every call went as the scenario says. */
export async function sipp(options: SippOptions): Promise<void> {
  const { port, scenario, transport = 'udp', calls = 1, user } = options;
  const folder = mkdtempSync(join(tmpdir(), 'parley-sipp-'));
  const errors = join(folder, 'errors.log');
  const own = await freePort();
  const media = await freePort();
  const limits = `-m ${calls} -l ${calls} -r ${calls} -timeout ${LIMIT_S}s -timeout_error`;
  const sockets = `-i 127.0.0.1 -p ${own} -mp ${media - (media % 2)} -t ${transport === 'udp' ? 'u1' : 't1'}`;
  const args = [
    `127.0.0.1:${port}`,
    '-sf',
    join(packageRoot(), 'test', 'sipp', `${scenario}.xml`),
    '-error_file',
    errors,
    // What is left of a call that is over is no part of the next.
    ...`${limits} ${sockets} -nostdin -trace_err -deadcall_wait 0`.split(' '),
    ...(user === undefined ? [] : ['-au', user.name, '-ap', user.password]),
  ];
  try {
    await new Promise<void>((resolve, reject) => {
      execFile('sipp', args, { cwd: folder, timeout: (LIMIT_S + 5) * 1000 }, (error, stdout) => {
        if (error === null) resolve();
        else reject(new Error(`sipp ${scenario}: ${error.message}\n${read(errors)}\n${stdout.slice(-3000)}`));
      });
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').slice(0, 3000);
  } catch {
    return '';
  }
}
