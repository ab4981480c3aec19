// The queue of mail: what was accepted to be sent, to whom, and what became of it. A mail is stored before anybody is told
// that it is accepted, and is sent by whichever worker takes it; the rows are in the server's own database, for all of them.

/** One message to one or more people, each of whom gets a copy and sees no other's address. */
export interface AcceptedMail {
  /** Whose limit it counts against: the `sub` of the caller's token. */
  readonly ownerId: string;
  /** Names the message: the same key is accepted once. */
  readonly key: string;
  readonly callId: string;
  readonly subject: string;
  readonly clientId?: number;
  /** Addresses. */
  readonly recipients: readonly string[];
  /** What is sent, as its sender reads it; at most 16 MiB. */
  readonly content: string;
}

/** How many mails an owner may send in 24 hours. */
export interface MailAllowance {
  readonly allowed: boolean;
  /** Of the last 24 hours. */
  readonly used: number;
  /** When it will be allowed; undefined when it is now, or never will be because it is more than the limit by itself. */
  readonly freeAt: Date | undefined;
}

/**
 * `bounced`: the recipient's server does not take it. `failed`: it was not sent and will not be. `unknown`: nobody can say
 * whether it went, and so it is not sent again.
 */
export type MailStatus = 'queued' | 'sending' | 'sent' | 'bounced' | 'failed' | 'unknown';

/** One recipient's copy. */
export interface Delivery {
  readonly key: string;
  readonly recipient: string;
  readonly status: MailStatus;
  /** How often it was tried. */
  readonly attempts: number;
  /** What went wrong last, a word; undefined when nothing did. */
  readonly fault: string | undefined;
}

/** A copy that a worker has taken, to send it now. */
export interface ClaimedMail {
  readonly ownerId: string;
  /** Names this copy everywhere and for good. */
  readonly key: string;
  readonly recipient: string;
  readonly subject: string;
  readonly content: string;
  /** This try included. */
  readonly attempts: number;
  /** Since it was accepted, ms. */
  readonly ageMs: number;
}

export interface Claim {
  /** Undefined when nothing is due. */
  readonly mail: ClaimedMail | undefined;
  /** Keys of copies that a worker may have sent before it was gone: they are `unknown` from now on. */
  readonly lost: readonly string[];
}

export interface ClaimOptions {
  /** Names the worker's hold on the copy; new for each claim. */
  readonly lease: string;
  /** How long it has before others may take it, ms. */
  readonly leaseMs: number;
  /** Copies that may have been sent are taken again: whoever sends them knows a key that it has seen. */
  readonly again: boolean;
  /** This copy and no other. */
  readonly key?: string | undefined;
}

export type Settlement =
  | { readonly status: 'sent' }
  | { readonly status: 'bounced' | 'failed' | 'unknown'; readonly fault: string }
  /** Another try. */
  | { readonly status: 'queued'; readonly fault: string; readonly waitMs: number };

/** A claimed copy and the hold on it. */
export type Held = Pick<ClaimedMail, 'ownerId' | 'key'> & { readonly lease: string };

/** A copy that came back after it had been taken. */
export interface Bounce {
  readonly callId: string;
  readonly recipient: string;
  /** Which tool had sent it; null when that is not known any more. */
  readonly tool: string | null;
}

/** Every method throws a DataError and nothing else. */
export interface MailQueue {
  /** Stores it, once for each key, unless its owner would send more than `most` in 24 hours: then why not. */
  accept(mail: AcceptedMail, most: number): Promise<MailAllowance | undefined>;
  /** Whether `wanted` more would be accepted now. */
  allowance(ownerId: string, wanted: number, most: number): Promise<MailAllowance>;
  /** The copies of a message in the order of its recipients; none when it was not accepted. */
  standing(ownerId: string, key: string): Promise<readonly Delivery[]>;
  /** How the owner's latest mail to each of these addresses went, by address in lower case; those that had none are missing. */
  record(ownerId: string, recipients: readonly string[]): Promise<ReadonlyMap<string, 'sent' | 'bounced'>>;
  claim(options: ClaimOptions): Promise<Claim>;
  /** Notes that the copy may be out from now on; false when the hold is lost, and it must not be sent. */
  handOver(held: Held): Promise<boolean>;
  /** Says how it went; false when the hold is lost. */
  settle(held: Held, result: Settlement): Promise<boolean>;
  /**
   * A copy came back after it had been taken; `reason` is a word. `known`: that was told before. In the trail of its call,
   * and told to whoever hears of calls.
   */
  bounce(key: string, reason: string): Promise<'bounced' | 'known' | 'unknown'>;
  /** What came back of what these calls have mailed, each once. */
  claimBounces(callIds: readonly string[]): Promise<readonly Bounce[]>;
}
