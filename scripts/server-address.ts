// A running server, as programs of the command line ask it: its address, what it answers, and why it does not.

/** RFC 9110 section 5.5: what a header carries everywhere. */
const TOKEN = /^[\x20-\x7e]+$/;
/** More than this is nobody's answer, bytes. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * The address without a slash at its end; its path stays, because a server may be behind one. Throws an Error that says how to
 * write it, and repeats no password.
 */
export function serverAddress(written: string): string {
  const address = URL.canParse(written) ? new URL(written) : undefined;
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    const shown = written.includes('@') ? 'This' : `"${written}"`;
    throw new Error(
      `${shown} is no address of a server: write it as http://localhost:3001 or https://voice.example.com`,
    );
  }
  if (address.username !== '' || address.password !== '') {
    throw new Error('The address has a user or a password in it, which this server has no use for: leave them out');
  }
  if (address.search !== '' || address.hash !== '') {
    throw new Error('The address ends with ? or #: leave out what begins there');
  }
  return `${address.origin}${address.pathname.replace(/\/+$/, '')}`;
}

/** Whether a header carries it; undefined where it does, else why not, in a sentence that does not repeat it. */
export const tokenFault = (token: string): string | undefined =>
  TOKEN.test(token) ? undefined : 'has characters that no token has (a line break, an umlaut): copy it anew';

/** In a word or two: what the system or the wire said. */
export function whyUnanswered(error: unknown, withinMs: number): string {
  const { name, message, cause } = error as Error & { readonly cause?: Partial<NodeJS.ErrnoException> };
  if (name === 'TimeoutError') return `nothing within ${withinMs / 1000} s`;
  // Ports that browsers refuse too ("bad port") have no code.
  return cause?.code ?? cause?.message ?? message;
}

/** Rejects with what the body broke off with, and with an Error for a body that is no answer any more. */
export async function answerText(response: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > MOST_BYTES) throw new Error(`more than ${MOST_BYTES / 1024 / 1024} MB`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** What is no JSON, or no object, is an empty one. */
export async function answerObject(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const text = await answerText(response);
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? { ...answer } : {};
  } catch {
    return {};
  }
}
