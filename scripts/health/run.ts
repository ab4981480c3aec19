import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge, REMEMBERED_MS, worst, type Look, type Severity } from './judge.js';
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
    const { message } = error as Error;
    return { severity: 'unknown', line: `UNKNOWN: ${message.startsWith('Usage') ? message : `${message}. ${USAGE}`}` };
  }
}

async function lookedAt(args: readonly string[], token: string | undefined): Promise<Health> {
  const { values } = parseArgs({ args: [...args], options: { url: { type: 'string' }, state: { type: 'string' } } });
  const { url } = values;
  if (url === undefined || !/^https?:$/.test(new URL(url).protocol)) throw new Error(USAGE);
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const file = values.state ?? join(tmpdir(), `parley-health-${process.getuid?.() ?? 0}-${name}.json`);
  const seen = await look(url, token);
  const looks = [...remembered(file, seen.at), seen];
  // Whoever reads it at the same time finds the old one or the new one.
  writeFileSync(`${file}.new`, JSON.stringify(looks), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  const findings = judge(looks);
  const severity = worst(findings);
  const told = findings.map(({ what }) => what);
  if (told.length === 0) told.push(`${url} answers in ${Math.round(seen.ms)} ms`);
  return { severity, line: `${severity.toUpperCase()}: ${told.join('; ')}` };
}
