import { STATUS_CODES } from 'node:http';

/** The media type of problem details. */
export const PROBLEM_TYPE = 'application/problem+json';

/** Why a request was refused: `error` is a word for programs, `message` a sentence for people. */
export interface Refused {
  readonly error: string;
  readonly message: string;
}

/**
 * Problem details (RFC 9457), with `error`, `message` and whatever else is said as members of ours. `about:blank`: there is
 * nothing to read about it but the status and what stands here.
 */
export const problemOf = <Said extends Refused>(status: number, said: Said) => ({
  type: 'about:blank',
  title: STATUS_CODES[status] ?? 'Error',
  status,
  detail: said.message,
  ...said,
});
