import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/database/package-root.js';

const FILE = join('docs', 'evaluation.md');

/** Puts text between the page's markers `<!-- name:begin -->` and `<!-- name:end -->`. Throws when they are missing. */
export function writeSection(name: string, text: string): void {
  const file = join(packageRoot(), FILE);
  const page = readFileSync(file, 'utf8');
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const [before, rest] = page.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${FILE} has no ${begin} ... ${end}`);
  writeFileSync(file, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}
