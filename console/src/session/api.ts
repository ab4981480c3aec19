// Requests to this server, with the user's token.
import { problemOf } from './problem.js';
import { token, type Role } from './token.js';

export interface Ask {
  readonly as?: Role;
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/** The answer, good. Throws an ApiError with what the server says, or the browser's error where it cannot be reached. */
export async function ask(path: string, { as, method = 'GET', body, signal }: Ask = {}): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: {
      authorization: `Bearer ${await token(as)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw await problemOf(response);
  return response;
}

export const askJson = async <T>(path: string, asked?: Ask): Promise<T> => (await (await ask(path, asked)).json()) as T;
