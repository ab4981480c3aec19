// Putting the caller through to a person, as a conversation asks for it. Whoever carries the telephone call does it.

/**
 * How a transfer ended. `answered`: a person has the caller now. `declined`: somebody answered and did not take the call.
 * `voicemail`: a machine answered. `caller_left`: the caller hung up before anybody took the call. `trunk_error`: the carrier
 * or this server could not do it.
 */
export const TRANSFER_OUTCOMES = [
  'answered',
  'declined',
  'voicemail',
  'busy',
  'no_answer',
  'caller_left',
  'trunk_error',
] as const;
export type TransferOutcome = (typeof TRANSFER_OUTCOMES)[number];

/** On its way: the person is being called; his telephone rings; he is told who calls, and asked whether he takes the call. */
export type TransferStep = 'dialing' | 'ringing' | 'consulting';

/** Where callers of an agent can be put through to; the number stays with whoever dials it. */
export interface TransferDestination {
  /** The model's word for it. */
  readonly name: string;
  /** In a sentence to the caller: "our billing department". */
  readonly called: string;
}

export interface WantedTransfer {
  /** A name of `destinations`. */
  readonly destination: string;
  /** What the caller wants, for the person who takes the call. */
  readonly about?: string;
  /** What the person hears, in the language of the agent, beside what the agent's file says. */
  readonly words: {
    /** How to take the call: "Press 1 to ...". */
    readonly press: string;
    /** When the caller is gone. */
    readonly gone: string;
  };
  /** BCP-47. */
  readonly language: string;
}

/** Of one call, over a line whose carrier can put it through. */
export interface CallTransfer {
  readonly destinations: readonly TransferDestination[];
  /** Whether the person may be told what the caller has said: not when the caller does not agree, or nothing may be kept. */
  readonly mayTell: boolean;
  /**
   * Calls the person and connects him with the caller. Settles within two minutes, and never rejects. `left` aborts when the
   * caller is gone: the person is not called any longer. After `answered` the line is no longer ours.
   */
  start(wanted: WantedTransfer, at: (step: TransferStep) => void, left: AbortSignal): Promise<TransferOutcome>;
}
