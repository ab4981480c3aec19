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

/** Which check a token did not pass: for the operator's log, in words that hold nothing of the token. */
export type TokenFault =
  'form' | 'algorithm' | 'signature' | 'no such key' | 'issuer' | 'audience' | 'not valid yet' | 'claims';

/** The token was not accepted. The message is for the client, and never holds any part of the token. */
export class AuthError extends Error {
  constructor(
    readonly code: AuthErrorCode,
    message: string,
    /** `fault` is for the log: who probes a server need not learn how near he came. */
    readonly options: ErrorOptions & { readonly fault?: TokenFault } = {},
  ) {
    super(message, options);
    this.name = 'AuthError';
  }

  /** For the operator's log. */
  get why(): string {
    const { fault, cause } = this.options;
    if (fault === 'claims') return this.message;
    if (fault !== undefined) return fault;
    return cause instanceof Error ? `${this.message} (${cause.name}: ${codeOf(cause)})` : this.message;
  }

  static invalid(fault: TokenFault, options?: ErrorOptions): AuthError {
    return new AuthError('token_invalid', 'The token is not valid for this server.', { ...options, fault });
  }
}

/** What a network says of itself; a message could hold an address with a password in it. */
function codeOf(error: Error & { readonly code?: unknown }): string {
  if (typeof error.code === 'string') return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : 'no code';
}

export interface TokenVerifier {
  /** Rejects with AuthError, within a bounded time. */
  verify(token: string): Promise<VerifiedToken>;
}

/** Nest injection token of the TokenVerifier. */
export const TOKEN_VERIFIER = Symbol('TokenVerifier');
