// The two calls of a transfer at Twilio: the person is called, told who calls, and both meet in a conference of their own.
import { TWILIO_PATH, twilioVoiceAddress } from '../../config/twilio-addresses.js';
import type { KeptTransfer, TransferBook } from '../../database/transfers/transfer-book.port.js';
import { DialError } from '../dialler.port.js';
import type { TwilioCall } from '../twilio/twilio-call.js';
import type { TwilioRest } from '../twilio/twilio-rest.js';
import { conference } from './transfer-twiml.js';

export interface TransferLegsOptions {
  readonly rest: TwilioRest;
  readonly book: Pick<TransferBook, 'legsTo'>;
  /** Where Twilio reaches this server, https://host. */
  readonly publicOrigin: string;
  /** Longest talk with the person, ms: ends one at Twilio that nobody ends. */
  readonly maxCallMs: number;
}

/** How long Twilio may listen whether a machine has answered, s: the person hears nothing meanwhile. */
const MACHINE_DETECTION_S = 5;
/** A person and his webhook wait for this, ms: Twilio waits 15 s for a webhook. */
const MOVE_MS = 5_000;
/** A look at a call on the way, while the same two wait, ms. */
const LOOK_MS = 2_000;
/** Twilio tells whole seconds, by its own clock, ms. */
const SKEW_MS = 2_000;
/** A request has arrived by then, if it ever does, ms. */
const ARRIVED_MS = 30_000;
/** No telephone rings so long, ms. */
const OTHERS_MS = 300_000;

export type SoughtLeg = Pick<KeptTransfer, 'callee' | 'calleeSees' | 'startedAt' | 'leg'>;

export class TransferLegs {
  constructor(private readonly options: TransferLegsOptions) {}

  /** Has the person's telephone ring. Resolves with Twilio's name of the call. Throws a DialError, within 15 s. */
  call(
    { id, callee, calleeSees }: Pick<KeptTransfer, 'id' | 'callee' | 'calleeSees'>,
    ringMs: number,
  ): Promise<string> {
    const { rest, maxCallMs } = this.options;
    const form = new URLSearchParams({
      To: callee,
      From: calleeSees,
      Url: this.address('transfer', id),
      Method: 'POST',
      StatusCallback: this.address('transfer/status', id),
      StatusCallbackMethod: 'POST',
      Timeout: String(Math.ceil(ringMs / 1000)),
      TimeLimit: String(Math.ceil(maxCallMs / 1000)),
      MachineDetection: 'Enable',
      MachineDetectionTimeout: String(MACHINE_DETECTION_S),
    });
    for (const event of ['ringing', 'completed']) form.append('StatusCallbackEvent', event);
    return rest.create(form);
  }

  /**
   * Takes the caller's call from our stream into the conference. False when the caller is gone. Again, when Twilio does not
   * say: it does the same. Throws a DialError when it still does not.
   */
  async connect({ id, callerLeg }: Pick<KeptTransfer, 'id' | 'callerLeg'>): Promise<boolean> {
    const form = () => new URLSearchParams({ Twiml: conference(id, this.options.maxCallMs) });
    const move = () => this.options.rest.update(callerLeg, form(), MOVE_MS);
    try {
      await move().catch((error: unknown) => (isOver(error) ? Promise.reject(error) : move()));
      return true;
    } catch (error) {
      if (isOver(error)) return false;
      throw error;
    }
  }

  /**
   * Ends the person's call, ringing or not; one whose name got lost is looked for, among those that are no other transfer's.
   * False when there is none yet, and the request for it may still be on its way: whoever asks asks again. Throws a DialError,
   * or a DataError.
   */
  async hangUp(sought: SoughtLeg): Promise<boolean> {
    const { leg, startedAt } = sought;
    const mayStillCome = Date.now() <= startedAt.getTime() + ARRIVED_MS;
    const legs = leg === null ? await this.find(sought) : [leg];
    for (const sid of legs) await this.end(sid);
    return legs.length > 0 || !mayStillCome;
  }

  /** Ends a call; one that is over is none. */
  async end(sid: string): Promise<void> {
    try {
      await this.options.rest.update(sid, new URLSearchParams({ Status: 'completed' }), MOVE_MS);
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  }

  /** A caller who sits in a conference alone talks to the agent again, if he is still there. Throws a DialError. */
  async bringBack({ callerLeg, agent }: Pick<KeptTransfer, 'callerLeg' | 'agent'>): Promise<void> {
    const query = new URLSearchParams({ agent });
    const url = `${twilioVoiceAddress(this.options.publicOrigin)}?${query.toString()}`;
    try {
      await this.options.rest.update(callerLeg, new URLSearchParams({ Url: url, Method: 'POST' }), MOVE_MS);
    } catch (error) {
      if (!isOver(error)) throw error;
    }
  }

  /** Whether a call goes on, with whomever. Throws a DialError, within 2 s. */
  async isTalking(sid: string): Promise<boolean> {
    return (await this.options.rest.read(sid, LOOK_MS))?.status === 'in_progress';
  }

  /** Calls that may be the person's: the number was called from ours, since the transfer began, and still is. */
  private async find({ callee, calleeSees, startedAt }: SoughtLeg): Promise<readonly string[]> {
    const since = startedAt.getTime() - SKEW_MS;
    const isOurs = ({ from, direction, status, date_created: at }: TwilioCall): boolean =>
      from === calleeSees &&
      direction === 'outbound-api' &&
      (status === 'dialing' || status === 'ringing') &&
      at !== null &&
      at.getTime() >= since &&
      at.getTime() <= since + ARRIVED_MS;
    const calls = (await this.options.rest.callsTo(callee)).filter(isOurs);
    const others = new Set(
      calls.length === 0 ? [] : await this.options.book.legsTo(callee, new Date(since - OTHERS_MS)),
    );
    return calls.map(({ sid }) => sid).filter((sid) => !others.has(sid));
  }

  private address(path: string, id: string): string {
    return `${this.options.publicOrigin}${TWILIO_PATH}/${path}?id=${id}`;
  }
}

/** Of an update: the call does not go on (twilio.com/docs/api/errors/21220). */
const CALL_IS_OVER = '21220';

/** Twilio says that the call does not go on, or that there is none. Whatever else it refuses says nothing of the call. */
const isOver = (error: unknown): boolean =>
  error instanceof DialError && (error.status === 404 || (error.status === 400 && error.code === CALL_IS_OVER));
