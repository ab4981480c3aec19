/** What a request came to, for whoever reads it. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status = 0,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** What a refusal says: problem details (RFC 9457), or the status alone. */
export async function problemOf(response: Response): Promise<ApiError> {
  const told = (await response.json().catch(() => ({}))) as { detail?: unknown; message?: unknown };
  const said = told.detail ?? told.message;
  return new ApiError(
    typeof said === 'string' ? said : `The server answered HTTP ${response.status}.`,
    response.status,
  );
}
