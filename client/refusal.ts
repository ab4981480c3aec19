import type { HttpRefusal } from './errors.js';

/** An HTTP answer to a handshake, as far as it is of interest. `body` is read as JSON if it is any. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  /** The header of that name. */
  readonly retryAfter: string | null | undefined;
  readonly body: string;
}

export function refusalOf({ status, statusText, retryAfter, body }: HttpAnswer): HttpRefusal {
  const { error, message } = fieldsOf(body);
  const seconds = Number(retryAfter ?? Number.NaN);
  return {
    status,
    message: typeof message === 'string' ? message : statusText === '' ? 'no reason given' : statusText,
    body,
    ...(typeof error === 'string' ? { code: error } : {}),
    ...(Number.isFinite(seconds) ? { retryAfter: seconds } : {}),
  };
}

/** The fields of a JSON object; none when the body is something else (a proxy's page). */
function fieldsOf(body: string): { readonly error?: unknown; readonly message?: unknown } {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
