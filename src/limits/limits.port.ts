// How much of the server one caller may use: handshakes in a window, sessions at once.
// Owns counting; what to answer to someone over a limit is the gateway's business.

/** A place for one session. */
export interface SessionSlot {
  /** Gives the place back. Only the first call counts, so every path that ends a session may call it. */
  release(): void;
}

/** `server_busy`: there are places left, and no time to serve another call. */
export type RoomRefusal = 'server_full' | 'server_busy';
export type SlotRefusal = RoomRefusal | 'user_full';

/** How much work this process has. */
export interface Load {
  /** Whether there is no room for another call at the moment. */
  readonly busy: boolean;
  /** Takes the room of one call; false when there is none. */
  take(): boolean;
}

export interface SessionSlots {
  /** Open sessions of this process. */
  readonly active: number;
  /** Why nobody who is new is let in at the moment, if so. */
  readonly closed: RoomRefusal | undefined;
  /**
   * Takes a place, or says why there is none. Checking and taking are one step: a crowd never gets more than the cap. A user
   * who is `returning` to a call, which has its place already, may have a second one for each until they have met: for him
   * the caps are twice as high.
   */
  acquire(userId: string, returning: boolean): Promise<SessionSlot | SlotRefusal>;
}

export type HandshakeKind = 'address' | 'user';

export interface HandshakeLimiter {
  /** Counts a handshake. Resolves to undefined when it is allowed, else to how long to wait, s (1 or more). */
  hit(kind: HandshakeKind, key: string): Promise<number | undefined>;
}

/** Nest injection token of the SessionSlots. */
export const SESSION_SLOTS = Symbol('SessionSlots');
/** Nest injection token of the HandshakeLimiter. */
export const HANDSHAKE_LIMITER = Symbol('HandshakeLimiter');
/** Nest injection token of the ThrottlerStorage of @nestjs/throttler that counts handshakes and requests; in memory by default. */
export const HANDSHAKE_COUNTS = Symbol('HandshakeCounts');
