import type { z } from 'zod';

/** Who may ask. `token`, `admin` and `placer` are checked by RestGuard, the others by the route itself. */
export const PROTECTIONS = {
  none: 'anybody',
  token: 'a JWT: as bearer, or as ?token=',
  admin: 'a JWT with the claim "role": "admin" or "admin": true',
  placer: 'a JWT with the claim "place_calls": true, or an admin’s',
  link: 'a signed link that has not expired, or a JWT of the owner',
  key: 'an API key in X-API-Key, or a JWT',
  signature: 'a signature of the sender over the request',
  metrics: 'METRICS_TOKEN as bearer; without that variable anybody, and in production nobody',
} as const;

/** How often. */
export const LIMITS = {
  address: 'REST_RATE_LIMIT_MAX of an address in STREAM_RATE_LIMIT_WINDOW_MS',
  user: 'REST_RATE_LIMIT_MAX of a user, and of an address, in STREAM_RATE_LIMIT_WINDOW_MS',
  second: 'WEBHOOK_RATE_LIMIT_MAX of an address in a second: webhooks and probes',
  caller:
    'TRANSCRIBE_RATE_LIMIT_MAX of a caller in STREAM_RATE_LIMIT_WINDOW_MS; without a key or a token, REST_RATE_LIMIT_MAX of an address',
} as const;

/** What a route is to those who ask, and to those who read /docs. */
export interface RestInfo {
  readonly summary: string;
  readonly protection: keyof typeof PROTECTIONS;
  readonly limit: keyof typeof LIMITS;
  /** What the query is parsed with: an object. */
  readonly query?: z.ZodType;
  /** What the body is parsed with, and its media type (JSON). */
  readonly body?: z.ZodType;
  readonly bodyType?: string;
  /** Media type of a good answer (JSON), its status (200), and the shape of JSON where one is written down. */
  readonly answerType?: string;
  readonly status?: number;
  readonly answer?: z.ZodType;
}

/** Where a route's RestInfo is kept. */
export const REST_INFO = 'parley:rest';
