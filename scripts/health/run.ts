import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge, REMEMBERED_MS, worst, type Look, type Severity } from './judge.js';
import { serverAddress, tokenFault } from '../server-address.js';
import { look } from './look.js';

const USAGE = 'Usage: METRICS_TOKEN=... npm run --silent health -- --url <address of the server> [--state <file>]';

export interface Health {
  readonly severity: Severity;
  /** For whoever reads cron's mail. */
  readonly line: string;
}

/** What was seen before; nothing where that cannot be read. */
function remembered(file: string, now: number): Look[] {
  try {
    const looks: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(looks)) return [];
    return (looks as Look[]).filter(({ at }) => typeof at === 'number' && at <= now && now - at < REMEMBERED_MS);
  } catch {
    return [];
  }
}

/** Looks once, with what was seen before. Never rejects. */
export async function health(args: readonly string[], token: string | undefined): Promise<Health> {
  try {
    return await lookedAt(args, token);
  } catch (error) {
    const message = (error as Error).message.split('\n')[0] ?? '';
    return { severity: 'unknown', line: `UNKNOWN: ${message.startsWith('Usage') ? message : `${message}. ${USAGE}`}` };
  }
}

async function lookedAt(args: readonly string[], token: string | undefined): Promise<Health> {
  const { values } = parseArgs({
    args: [...args],
    options: { url: { type: 'string' }, state: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help === true) return { severity: 'ok', line: USAGE };
  if (values.url === undefined) throw new Error(USAGE);
  const url = serverAddress(values.url);
  const fault = token === undefined ? undefined : tokenFault(token);
  if (fault !== undefined) throw new Error(`METRICS_TOKEN ${fault}`);
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const file = values.state ?? join(tmpdir(), `parley-health-${process.getuid?.() ?? 0}-${name}.json`);
  const seen = await look(url, token);
  const looks = [...remembered(file, seen.at), seen];
  const findings = judge(looks);
  const severity = worst(findings);
  const told = findings.map(({ what }) => what);
  if (told.length === 0) told.push(`${url} answers in ${Math.round(seen.ms)} ms`);
  const forgotten = remember(file, looks);
  const line = told.join('; ');
  // Without a memory nothing is ever critical: whoever asked has to know, and what was seen as well.
  if (forgotten !== undefined) return { severity: 'unknown', line: `UNKNOWN: ${forgotten}; seen now: ${line}` };
  return { severity, line: `${severity.toUpperCase()}: ${line}` };
}

/** Whoever reads it at the same time finds the old one or the new one. Why it could not be done; undefined when it was. */
function remember(file: string, looks: readonly Look[]): string | undefined {
  const fresh = `${file}.${process.pid}.new`;
  try {
    writeFileSync(fresh, JSON.stringify(looks), { mode: 0o600 });
    renameSync(fresh, file);
    return undefined;
  } catch (error) {
    rmSync(fresh, { force: true });
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    return `${file} cannot be written (${code}): name a file that this user may write with --state`;
  }
}
