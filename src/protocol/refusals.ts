/** Why a handshake was answered with plain HTTP instead of a WebSocket. The body is `{"error": <code>, "message": <text>}`. */
export interface RefusalDefinition {
  readonly status: number;
  readonly meaning: string;
}

const define = (status: number, meaning: string): RefusalDefinition => ({ status, meaning });

export const REFUSALS = {
  bad_request: define(400, 'The request is not valid HTTP.'),
  bad_upgrade: define(400, 'The request is not a WebSocket handshake (RFC 6455 section 4.1).'),
  token_missing: define(401, 'There is no token.'),
  token_invalid: define(401, 'The token is not valid for this server.'),
  token_expired: define(401, 'The token has expired.'),
  origin_not_allowed: define(403, 'Pages of this origin may not connect (STREAM_CORS_ORIGIN).'),
  agent_not_allowed: define(403, 'The token does not allow the agent in `?agent=`.'),
  not_found: define(404, 'There is nothing at this path.'),
  request_timeout: define(408, 'The request, an upload perhaps, came too slowly.'),
  upgrade_required: define(426, 'The path is a WebSocket; it was asked for without an upgrade, or in another version.'),
  too_many_handshakes: define(429, 'Too many handshakes of this user or address; see Retry-After.'),
  too_many_sessions: define(429, 'The user has too many open sessions; see Retry-After.'),
  server_full: define(503, 'The server has no room; see Retry-After.'),
  server_busy: define(503, 'The server is busy with the calls that it has; see Retry-After.'),
  shutting_down: define(503, 'The server is stopping; see Retry-After.'),
  auth_unavailable: define(503, 'Tokens cannot be checked at the moment; see Retry-After.'),
  handshake_timeout: define(503, 'The handshake took too long; see Retry-After.'),
  internal: define(500, 'The server failed.'),
} as const satisfies Record<string, RefusalDefinition>;

export type RefusalCode = keyof typeof REFUSALS;
