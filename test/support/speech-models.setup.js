import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Before all tests of a run, and of each project: where they share the recogniser's models; see speech-models.ts. */
export default function setup() {
  if (process.env.PARLEY_TEST_MODELS !== undefined) return;
  const folder = mkdtempSync(join(tmpdir(), 'parley-models-'));
  process.env.PARLEY_TEST_MODELS = folder;
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
