import { causeOf, textOf } from './error-code.js';
import { isUnreachable } from './postgres/postgres-pool.js';

/** The first code along an error's causes that matches. */
function codeOf(error: unknown, pattern: RegExp): string | undefined {
  for (let at = error; at !== undefined && at !== null; at = causeOf(at)) {
    for (const field of ['originalCode', 'code'] as const) {
      const code = textOf(at, field);
      if (code !== undefined && pattern.test(code)) return code;
    }
  }
  return undefined;
}

function messagesOf(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at !== undefined && at !== null; at = causeOf(at)) {
    messages.push(textOf(at, 'message') ?? '', textOf(at, 'originalMessage') ?? '');
  }
  return messages.join(' ');
}

/** What a server says that cannot be used, and what to do. SQLSTATEs are in the PostgreSQL manual, appendix A. */
const FAULTS: readonly { readonly state: RegExp; readonly text: RegExp; readonly line: string }[] = [
  {
    state: /^$/,
    text: /does not support SSL|no encryption|SSL (connection )?(is )?required|certificate/i,
    line: 'the server and DATABASE_URL do not agree on TLS. Add ?sslmode=verify-full or ?sslmode=disable, or name its certificate with sslrootcert.',
  },
  {
    state: /^28/,
    text: /authentication failed|password must be a string|no password supplied|Tenant or user not found/i,
    line: 'the login was refused. Check the user and the password in DATABASE_URL.',
  },
  {
    state: /^3D000$/,
    text: /database .* does not exist/i,
    line: 'there is no database of that name on the server. Create it, or correct DATABASE_URL.',
  },
  {
    state: /^42501$/,
    text: /permission denied|must be (owner|superuser)/i,
    line: 'its user may not make what Parley needs. Make it the owner of the database and let it create roles (alter role ... createrole), or start once with a DATABASE_URL that may, which migrates it.',
  },
  { state: /^53100$/, text: /No space left on device/i, line: 'the disk of the server is full. Make room there.' },
  { state: /^25006$/, text: /read-only transaction/i, line: 'the server is a read-only replica. Name the primary.' },
];

/** What is wrong with the database server and what to do; undefined when that cannot be told from the error. */
export function databaseFault(error: unknown): string | undefined {
  const state = codeOf(error, /^[0-9A-Z]{5}$/) ?? '';
  const text = messagesOf(error);
  const known = FAULTS.find((fault) => (state !== '' && fault.state.test(state)) || fault.text.test(text));
  if (known !== undefined) return known.line;
  if (!isUnreachable(error) && !/connect|reach/i.test(text)) return undefined;
  const code = codeOf(error, /^E[A-Z_]+$/);
  const why = code === undefined ? '' : ` (${code})`;
  return `the server cannot be reached${why}. Check DATABASE_URL, and that it runs.`;
}
