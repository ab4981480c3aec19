// Transfers of callers, as all workers of a server see them: the webhooks of the person's telephone may come to any of them.

/** How it ended: src/conversation/transfer.port.ts. */
export type TransferEnd = 'answered' | 'declined' | 'voicemail' | 'busy' | 'no_answer' | 'caller_left' | 'trunk_error';

/**
 * `accepted`: the person has taken the call, and the caller is being connected. `person_left`: he has put the receiver down
 * meanwhile.
 */
export type TransferState = 'dialing' | 'ringing' | 'consulting' | 'accepted' | 'person_left' | 'ended';

/** What the person hears, as plain text. */
export interface PersonWords {
  /** Who calls, and how to take the call; null connects whoever answers at once. */
  readonly announcement: string | null;
  readonly gone: string;
  /** BCP-47. */
  readonly language: string;
}

/** A transfer that is about to begin. */
export interface NewTransfer {
  /** Made by whoever begins it: a UUID. */
  readonly id: string;
  /** Of the caller's call; the agent that he comes from. */
  readonly callSid: string;
  readonly agent: string;
  readonly destination: string;
  readonly provider: string;
  /** The carrier's name of the caller's call. */
  readonly callerLeg: string;
  /** E.164: who is called, and from which number. */
  readonly callee: string;
  readonly calleeSees: string;
  readonly words: PersonWords;
}

export interface KeptTransfer extends Omit<NewTransfer, 'words'> {
  /** The carrier's name of the person's call; null while nobody knows it. */
  readonly leg: string | null;
  readonly state: TransferState;
  /** Null before the end. */
  readonly outcome: TransferEnd | null;
  /** Null after the end. */
  readonly words: PersonWords | null;
  readonly startedAt: Date;
}

/** What a transfer becomes; `leg` is kept when it was not known. */
export type TransferMove =
  | { readonly to: Exclude<TransferState, 'ended'>; readonly leg?: string }
  | { readonly to: 'ended'; readonly outcome: TransferEnd; readonly leg?: string };

/** Every method throws a DataError and nothing else. What has resolved survives the end of any process. */
export interface TransferBook {
  /** Makes the row, before anybody is called. `aliveMs`: somebody else looks after it then, unless `watch` is called before. */
  begin(transfer: NewTransfer, aliveMs: number): Promise<void>;
  /** It has become this, if it still is one of `from`: of two who would move it, one does. Undefined when it is not. */
  move(id: string, from: readonly TransferState[], move: TransferMove): Promise<KeptTransfer | undefined>;
  /**
   * How it stands; its own process says by this that it looks after it for so long, unless nobody has to any more. Undefined
   * when it was erased.
   */
  watch(id: string, aliveMs: number): Promise<KeptTransfer | undefined>;
  /** The carrier's names of persons' calls that are known, of transfers to this number since then. */
  legsTo(callee: string, since: Date): Promise<readonly string[]>;
  /** One that has ended has nobody called any more: nobody looks after it again. One that was `answered` is so from the first. */
  settle(id: string): Promise<void>;
  /**
   * Transfers that nobody looks after, for this asker alone until `againMs` have passed: those that have not ended, and those
   * of the last five minutes that have and are not settled. Older ones are settled by this.
   */
  claim(againMs: number, most: number): Promise<readonly KeptTransfer[]>;
}

/** Nest injection token of the TransferBook. */
export const TRANSFER_BOOK = Symbol('TransferBook');
