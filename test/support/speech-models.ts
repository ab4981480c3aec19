// The recogniser's models are made once for a data folder, in three seconds of processor. A test that is about something
// else takes those that were made before it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for a run of the tests (see speech-models.setup.js), or for a program that uses their servers. */
let folder = process.env.PARLEY_TEST_MODELS;

function sharedModels(): string {
  if (folder !== undefined) return folder;
  const own = mkdtempSync(join(tmpdir(), 'parley-models-'));
  process.once('exit', () => rmSync(own, { recursive: true, force: true }));
  return (folder = own);
}

/** Makes a data folder whose models are shared, and returns it. Their files are named by all that they are made of. */
export function withSharedModels(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true });
  symlinkSync(sharedModels(), join(dataDir, 'speech'));
  return dataDir;
}
