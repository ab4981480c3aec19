/** A session as the rest of the gateway sees it, whatever its wire. */
export interface Session {
  readonly id: string;
  /** Whether a conversation is going on that is worth waiting for. */
  readonly inCall: boolean;
  /** Ends it because the server stops. Idempotent. */
  shutDown(): void;
  /** Cuts the client off. Idempotent. */
  terminate(): void;
  /** Resolves when the connection is closed and nothing of the session is left running. Never rejects. */
  readonly ended: Promise<void>;
}
