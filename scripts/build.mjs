// Builds dist/: the Prisma client, then every TypeScript file with swc through Nest's CLI (types are `npm run check`'s
// business), then the short entry point that operators know, dist/main.js.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { generatePrisma } from './generate-prisma.mjs';

generatePrisma();
try {
  execFileSync(process.execPath, ['node_modules/@nestjs/cli/bin/nest.js', 'build'], { stdio: 'pipe' });
} catch (error) {
  process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}\nBuild failed.\n`);
  process.exit(1);
}
mkdirSync('dist', { recursive: true });
writeFileSync('dist/main.js', "import './scripts/own-node.js';\nawait import('./src/main.js');\n");
