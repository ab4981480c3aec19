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
