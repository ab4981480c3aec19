import { TWILIO_PATH } from '../../config/twilio-addresses.js';
import type { CallStatus } from '../../database/calls/call-status.port.js';
import type { KeptTransfer, TransferBook, TransferEnd } from '../../database/transfers/transfer-book.port.js';
import { DialError } from '../dialler.port.js';
import { CONNECTING, UNDECIDED } from './transfer-desk.js';
import type { TransferLegs } from './transfer-legs.js';
import { conference, consult, hangUp } from './transfer-twiml.js';

export interface PersonCallDeps {
  readonly book: TransferBook;
  readonly legs: TransferLegs;
  /** Longest talk, ms. */
  readonly maxCallMs: number;
  readonly log: { warn(line: object): void };
}

/** SIP: the person has pressed the button that refuses the call (RFC 3261, 21.6.2). */
const SIP_DECLINE = '603';

/** Whoever reads a transfer must not make it look abandoned, ms. */
const READ_MS = 5_000;

/** How the person's call may end before he has taken it. */
const END_OF: Partial<Record<CallStatus, TransferEnd>> = {
  busy: 'busy',
  no_answer: 'no_answer',
  canceled: 'no_answer',
  failed: 'trunk_error',
  // He has answered, and put the receiver down.
  completed: 'declined',
};

/**
 * The person's side of a transfer. Whatever is asked is decided by the row alone, which only one of two can move: a caller who
 * hangs up in the same moment in which the person takes the call leaves nobody with nobody.
 */
export class PersonCall {
  constructor(private readonly deps: PersonCallDeps) {}

  /** Somebody, or something, has answered. Resolves with TwiML. */
  async answered(id: string, leg: string, answeredBy: string): Promise<string> {
    const { book } = this.deps;
    if (answeredBy.startsWith('machine') || answeredBy === 'fax') {
      await book.move(id, UNDECIDED, { to: 'ended', outcome: 'voicemail', leg });
      return hangUp();
    }
    const asked = await book.move(id, ['dialing', 'ringing', 'consulting'], { to: 'consulting', leg });
    if (asked?.words == null) return this.late(id);
    const { announcement, language } = asked.words;
    if (announcement === null) return this.take(id);
    return consult(announcement, language, `${TWILIO_PATH}/transfer/key?id=${id}`);
  }

  /** 1 takes the call; without a key nobody is there. Resolves with TwiML. */
  async pressed(id: string, digits: string): Promise<string> {
    if (digits === '1') return this.take(id);
    await this.deps.book.move(id, UNDECIDED, { to: 'ended', outcome: digits === '' ? 'no_answer' : 'declined' });
    return hangUp();
  }

  async became(
    id: string,
    { leg, status, sip }: { readonly leg: string; readonly status: CallStatus; readonly sip: string | undefined },
  ): Promise<void> {
    const { book } = this.deps;
    if (status === 'ringing') return this.rings(id, leg);
    const end = sip === SIP_DECLINE ? 'declined' : END_OF[status];
    if (end === undefined) return;
    const isOurs =
      (await book.move(id, UNDECIDED, { to: 'ended', outcome: end, leg })) !== undefined ||
      // Whoever connects the caller with him brings the caller back.
      (await book.move(id, ['accepted'], { to: 'person_left' })) !== undefined;
    if (!isOurs) await this.endTalk(id);
    // His call is over: nobody needs to end it.
    await book.settle(id);
  }

  /** Of a talk that is over the caller's call is too; one who sits in the conference alone would sit there for good. */
  private async endTalk(id: string): Promise<void> {
    const { book, legs, log } = this.deps;
    const over = await book.watch(id, READ_MS);
    if (over?.outcome !== 'answered') return;
    await legs
      .end(over.callerLeg)
      .catch((error: unknown) =>
        log.warn({ msg: 'the call of a caller who was put through may go on', transfer: id, err: error }),
      );
  }

  private async rings(id: string, leg: string): Promise<void> {
    const { book, legs, log } = this.deps;
    if ((await book.move(id, ['dialing'], { to: 'ringing', leg })) !== undefined) return;
    const seen = await book.watch(id, READ_MS);
    if (seen?.state !== 'ended' || seen.outcome === 'answered') return;
    // The request came to Twilio after the transfer had been given up.
    try {
      await legs.end(leg);
    } catch (error) {
      log.warn({ msg: 'a person is called for nobody', transfer: id, err: error });
      return;
    }
    await book.settle(id);
  }

  /**
   * The person takes the call: the caller is taken to him, and only then is it said so. As long as it is not, somebody else
   * brings the caller back, if this process ends.
   */
  private async take(id: string): Promise<string> {
    const { book, maxCallMs } = this.deps;
    const accepted = await book.move(id, ['consulting'], { to: 'accepted' });
    if (accepted?.words == null) return this.late(id);
    const outcome = await this.connect(accepted);
    if (outcome !== 'answered') {
      await book.move(id, CONNECTING, { to: 'ended', outcome });
      return hangUp(accepted.words);
    }
    // The person may put the receiver down at any moment: his webhook says so to the row, unless it gets lost.
    const isMet =
      (await this.isThere(accepted)) && (await book.move(id, ['accepted'], { to: 'ended', outcome })) !== undefined;
    if (isMet) return conference(id, maxCallMs);
    await this.bringBack(accepted);
    return hangUp();
  }

  private async isThere({ leg }: KeptTransfer): Promise<boolean> {
    return leg === null || (await this.deps.legs.isTalking(leg).catch(() => true));
  }

  /** The caller sits in the conference, and nobody comes: the person has left, or it took so long that it was given up. */
  private async bringBack(transfer: KeptTransfer): Promise<void> {
    const { book, legs, log } = this.deps;
    const { id } = transfer;
    try {
      await legs.bringBack(transfer);
    } catch (error) {
      log.warn({ msg: 'a caller may wait for nobody: it is tried again', transfer: id, err: error });
      return;
    }
    await book.move(id, CONNECTING, { to: 'ended', outcome: 'trunk_error' });
    await book.settle(id);
  }

  private async connect(transfer: KeptTransfer): Promise<TransferEnd> {
    const { legs, log } = this.deps;
    try {
      return (await legs.connect(transfer)) ? 'answered' : 'caller_left';
    } catch (error) {
      if (!(error instanceof DialError)) throw error;
      log.warn({
        msg: 'a caller was not connected',
        callSid: transfer.callSid,
        transfer: transfer.id,
        why: error.message,
      });
      return 'trunk_error';
    }
  }

  /** It has ended otherwise; Twilio may also ask a second time, because its first answer got lost. */
  private async late(id: string): Promise<string> {
    const { book, maxCallMs } = this.deps;
    const transfer = await book.watch(id, READ_MS);
    return transfer?.outcome === 'answered' ? conference(id, maxCallMs) : hangUp();
  }
}
