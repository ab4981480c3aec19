// Files of settings as editors and containers really write them.
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.js';

export type Settings = Readonly<Record<string, string | undefined>>;

/** What a file says; nothing when there is none. Throws ConfigError for one that cannot be read as text. */
export function readEnvFile(path: string): Settings {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError([`${path}: cannot be read (${code}). Make it a file that this user may read.`]);
  }
  const settings: Settings = parseEnv(decode(bytes));
  const unreadable = Object.keys(settings).filter((key) => /[\uFFFD\0]/.test(`${key}${settings[key] ?? ''}`));
  if (unreadable.length === 0) return settings;
  throw new ConfigError([`${path}: holds characters that are not UTF-8. Save the file as UTF-8.`]);
}

/** Editors of Windows write UTF-16 and byte-order marks. Text in UTF-16 without one has a zero in every other byte. */
function decode(bytes: Buffer): string {
  const [first = 1, second = 1] = bytes;
  const encoding =
    (first === 0xfe && second === 0xff) || (first === 0 && second !== 0)
      ? 'utf-16be'
      : (first === 0xff && second === 0xfe) || (first !== 0 && second === 0)
        ? 'utf-16le'
        : 'utf-8';
  // A TextDecoder leaves the mark out.
  return new TextDecoder(encoding).decode(bytes);
}

/** `docker --env-file` and some process managers keep the quotes that a shell takes away. */
export function withoutQuotes(settings: Settings): Settings {
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, value?.trim().replace(/^(["'])(.*)\1$/s, '$2')]),
  );
}
