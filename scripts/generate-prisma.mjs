// `prisma generate` asks for a native schema engine that a closed network cannot download; it never runs it for this
// generator, so any existing executable satisfies the check.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

const schema = 'prisma/schema.prisma';
/** Where the generated client holds the schema that it was made of, with spaces of its own. */
const made = 'src/generated/prisma/internal/class.ts';
const INLINE = /"inlineSchema": ("(?:[^"\\]|\\.)*")/;

export function generatePrisma() {
  if (!existsSync(schema) || isMade()) return;
  execFileSync(process.execPath, ['node_modules/prisma/build/index.js', 'generate'], {
    // It chats on stderr; when it fails, the error that is thrown holds what it said.
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
  });
}

/** Times of files say nothing after a copy or a checkout: a client of an older schema asks for columns that are gone. */
function isMade() {
  if (!existsSync(made)) return false;
  const [, inline = '""'] = INLINE.exec(readFileSync(made, 'utf8')) ?? [];
  return spaced(JSON.parse(inline)) === spaced(readFileSync(schema, 'utf8'));
}

const spaced = (text) => text.replaceAll(/\s+/g, ' ').trim();
