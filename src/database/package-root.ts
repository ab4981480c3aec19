import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder that holds prisma/, whether this runs from src/ or from dist/src/. Throws when there is none above it (a
 * deployment that copied dist/ alone).
 */
export function packageRoot(): string {
  const start = dirname(fileURLToPath(import.meta.url));
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'prisma', 'migrations'))) return folder;
    if (folder === dirname(folder))
      throw new Error(`No prisma/migrations above ${start}: deploy prisma/ beside dist/.`);
  }
}
