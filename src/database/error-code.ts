/**
 * Reads a field of whatever was thrown. By shape, not by `instanceof`: errors of Node's own modules are of another realm
 * than the code under Jest, and drivers throw errors of their own copies of a library.
 */
export function textOf(
  error: unknown,
  field: 'code' | 'name' | 'message' | 'originalCode' | 'originalMessage',
): string | undefined {
  if (typeof error !== 'object' || error === null || !(field in error)) return undefined;
  const value: unknown = (error as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : undefined;
}

export function causeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'cause' in error ? error.cause : undefined;
}

/** The SQLSTATE (five letters or digits) of an error or of the first of its causes that has one: the server said it. */
export function sqlStateOf(error: unknown): string | undefined {
  for (let at = error; at !== undefined && at !== null; at = causeOf(at)) {
    for (const field of ['originalCode', 'code'] as const) {
      const code = textOf(at, field);
      // Node's codes (EPIPE) begin with an E, no SQLSTATE does.
      if (code !== undefined && /^[0-9A-DF-Z][0-9A-Z]{4}$/.test(code)) return code;
    }
  }
  return undefined;
}
