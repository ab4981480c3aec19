// The command `npm run eval -- --fresh FILE`.
import { writeFileSync } from 'node:fs';
import { CALLER_VOICES, type CallerVoice } from '../../scripts/synthetic-caller.js';
import { conditions } from '../report/conditions.js';
import { writeSection } from '../report/write-docs.js';
import { freshTable, resultLines } from './report.js';
import { readRequests, RequestsError } from './request.schema.js';
import { type FreshResult, runFresh } from './run.js';

export interface FreshFlags {
  readonly typed: boolean;
  readonly spoken: boolean;
  readonly voices?: string | undefined;
  readonly only?: string | undefined;
  readonly json?: string | undefined;
  readonly write: boolean;
  readonly story: boolean;
}

/** Resolves with the program's exit code. Throws RequestsError for a file or a flag that is not as it should be. */
export async function fresh(path: string, flags: FreshFlags): Promise<number> {
  const { typed, spoken, voices, only, json, write, story } = flags;
  const file = readRequests(path);
  const kinds = typed === spoken ? ['typed', 'spoken'] : [typed ? 'typed' : 'spoken'];
  const ids = only?.split(',');
  const requests = file.requests.filter(({ kind, id }) => kinds.includes(kind) && (ids?.includes(id) ?? true));
  if (requests.length === 0) throw new RequestsError(`${path} has no such requests`);
  const done = (result: FreshResult): void => {
    if (story || result.verdict !== 'right') process.stdout.write(`${resultLines(result)}\n`);
  };
  const results = await runFresh(
    { ...file, requests },
    { done, ...(voices === undefined ? {} : { voices: voicesOf(voices) }) },
  );
  const table = freshTable(results);
  process.stdout.write(`\n${table}\n`);
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, undefined, 2)}\n`);
  if (write) writeSection('fresh', `${conditions()}\n\n${table}`);
  return results.every(({ verdict }) => verdict === 'right') ? 0 : 1;
}

function voicesOf(names: string): CallerVoice[] {
  return names.split(',').map((name) => {
    const voice = CALLER_VOICES.find((one) => one === name);
    if (voice === undefined)
      throw new RequestsError(`there is no voice ${name}; there are ${CALLER_VOICES.join(', ')}`);
    return voice;
  });
}
