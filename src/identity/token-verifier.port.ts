// Who is calling: turns a JSON Web Token into a caller that the rest of the house can trust.
// Owns tokens and nothing else; what a caller may do is decided where it is done.
import type { Caller } from '../identity/caller.port.js';

export interface VerifiedToken {
  readonly caller: Caller;
  /** When the token runs out, ms since the epoch. */
  readonly expiresAt: number;
  /** Names of the agents that the token allows (claim `agents`); undefined allows all. */
  readonly agents: readonly string[] | undefined;
}

export type AuthErrorCode =
  | 'token_missing'
  | 'token_invalid'
  | 'token_expired'
  /** The keys to check tokens with cannot be fetched: not the caller's fault, and worth another try. */
  | 'auth_unavailable';

/** The token was not accepted. The message is for the client, and never holds any part of the token. */
export class AuthError extends Error {
  constructor(
    readonly code: AuthErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'AuthError';
  }
}

export interface TokenVerifier {
  /** Rejects with AuthError, within a bounded time. */
  verify(token: string): Promise<VerifiedToken>;
}

/** Nest injection token of the TokenVerifier. */
export const TOKEN_VERIFIER = Symbol('TokenVerifier');
