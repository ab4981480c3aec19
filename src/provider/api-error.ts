// What the errors of the OpenAI and Anthropic SDKs (made by the same generator) have in common, read by shape: their
// classes are loaded lazily. The SDKs' own messages and causes are left behind: a 401 quotes a part of the key, a 400 may
// quote the request.

export interface ApiErrorShape {
  /** Absent when the error came within a stream, or when there was no answer at all. */
  readonly status: number | undefined;
  readonly type: unknown;
  readonly headers: unknown;
}

export const isApiError = (error: unknown): error is Error & ApiErrorShape =>
  error instanceof Error && 'status' in error && 'headers' in error && 'type' in error;

function header(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null || !('get' in headers)) return null;
  const { get } = headers;
  const value: unknown = typeof get === 'function' ? Reflect.apply(get, headers, [name]) : null;
  return typeof value === 'string' ? value : null;
}

/** The `Retry-After` of an error's headers, or its finer form `retry-after-ms` in seconds; null when there is none. */
export function retryAfterOf(headers: unknown): string | null {
  const ms = header(headers, 'retry-after-ms');
  return ms === null || Number.isNaN(Number(ms)) ? header(headers, 'retry-after') : String(Number(ms) / 1000);
}
