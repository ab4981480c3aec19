// `prisma generate` asks for a native schema engine that a closed network cannot download; it never runs it for this
// generator, so any existing executable satisfies the check.
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const schema = 'prisma/schema.prisma';
const output = 'src/generated/prisma/client.ts';

export function generatePrisma() {
  if (!existsSync(schema)) return;
  if (existsSync(output) && statSync(output).mtimeMs > statSync(schema).mtimeMs) return;
  execFileSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    // It chats on stderr; when it fails, the error that is thrown holds what it said.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
}
