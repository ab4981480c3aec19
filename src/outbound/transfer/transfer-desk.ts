import { randomUUID } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import type { TransferLines, TransferOrder } from '../../calls/transfer-lines.port.js';
import type { CallTransfer, TransferOutcome, TransferStep, WantedTransfer } from '../../conversation/transfer.port.js';
import type {
  KeptTransfer,
  NewTransfer,
  TransferBook,
  TransferState,
} from '../../database/transfers/transfer-book.port.js';
import { DataError } from '../../database/data.port.js';
import { DialError } from '../dialler.port.js';
import { TWILIO } from '../twilio/twilio-call.js';
import type { SoughtLeg, TransferLegs } from './transfer-legs.js';
import { KEY_S } from './transfer-twiml.js';

export interface TransferDeskDeps {
  readonly book: TransferBook;
  readonly legs: TransferLegs;
  /** E.164: what persons see; the number that the caller has called when absent. */
  readonly from: string | undefined;
  readonly log: { warn(line: object): void };
  readonly timing?: TransferTiming;
}

export interface TransferTiming {
  /** Between two looks how a transfer stands, ms. */
  readonly pollMs: number;
  /** Its process is gone when it has not looked for so long, ms. */
  readonly aliveMs: number;
  /** A caller that was to be connected and was not by then is not, ms. */
  readonly acceptedMs: number;
  /** Between two looks for transfers whose process is gone, ms. */
  readonly lookMs: number;
}

export const TRANSFER_TIMING: TransferTiming = { pollMs: 200, aliveMs: 5_000, acceptedMs: 15_000, lookMs: 2_000 };

/** The person listens, and thinks, ms: on top of the time that his telephone rings. */
const CONSULT_MS = 30_000 + KEY_S * 1000;
/** Not yet connected, and nobody about to be. */
export const UNDECIDED: readonly TransferState[] = ['dialing', 'ringing', 'consulting'];
/** The caller may sit in the conference, alone. */
export const CONNECTING: readonly TransferState[] = ['accepted', 'person_left'];

const E164 = /^\+[1-9]\d{6,14}$/;

/**
 * Puts callers through. The row comes first; the person's telephone rings as long as the caller is there; what becomes of it
 * the person's webhooks write down (transfer.controller.ts), on whatever worker, and here it is watched. When this process ends
 * at any point, somebody else ends the ringing (abandoned-transfers.ts).
 */
export class TransferDesk implements TransferLines {
  constructor(private readonly deps: TransferDeskDeps) {}

  lineOf(order: TransferOrder): CallTransfer | undefined {
    const { leg, plan, mayTell } = order;
    const from = this.deps.from ?? leg.ours;
    if (leg.provider !== TWILIO || !E164.test(from)) return undefined;
    return {
      destinations: Object.entries(plan.destinations).map(([name, { called }]) => ({ name, called })),
      get mayTell() {
        return mayTell();
      },
      start: (wanted, at, left) => this.start(rowOf(order, wanted, from), plan.ringMs, at, left),
    };
  }

  private async start(
    row: NewTransfer,
    ringMs: number,
    at: (step: TransferStep) => void,
    left: AbortSignal,
  ): Promise<TransferOutcome> {
    const startedAt = new Date();
    let leg: string | null = null;
    at('dialing');
    try {
      await this.deps.book.begin(row, this.timing.aliveMs);
      if (!left.aborted) {
        leg = await this.aliveWhile(row.id, this.deps.legs.call(row, ringMs));
        await this.deps.book.move(row.id, ['dialing'], { to: 'dialing', leg });
      }
      return await this.watch(row, { until: Date.now() + ringMs + CONSULT_MS, at, left });
    } catch (error) {
      const why = error instanceof DialError || error instanceof DataError ? error.message : 'The server failed.';
      this.deps.log.warn({
        msg: 'a caller was not put through',
        callSid: row.callSid,
        transfer: row.id,
        why,
        err: error,
      });
      return await this.giveUp({ ...row, startedAt, leg }, left.aborted ? 'caller_left' : 'trunk_error');
    }
  }

  /** Looks how it stands, until it has ended, the caller is gone, or it has had its time. Throws a DataError. */
  private async watch({ id }: NewTransfer, { until, at, left }: Watching): Promise<TransferOutcome> {
    const { pollMs, acceptedMs } = this.timing;
    let state: TransferState = 'dialing';
    let acceptedAt: number | undefined;
    for (;;) {
      const seen = await this.look(id);
      // Whoever is erased is not put through.
      if (seen === undefined) throw new DataError('failed', 'The transfer is no longer there.');
      if (seen.outcome !== null) return seen.outcome;
      if (seen.state !== state && (seen.state === 'ringing' || seen.state === 'consulting')) at(seen.state);
      state = seen.state;
      // Whoever is being connected is waited for.
      if (CONNECTING.includes(state)) {
        acceptedAt ??= Date.now();
        const isLate = Date.now() - acceptedAt > acceptedMs;
        // He may sit alone where the person was to meet him: whoever looks after such transfers brings him back.
        if (isLate && left.aborted) return 'trunk_error';
        if (isLate && (await this.end(id, 'trunk_error', CONNECTING))) return 'trunk_error';
      } else if (left.aborted) {
        if (await this.end(id, 'caller_left')) return 'caller_left';
      } else if (Date.now() > until && (await this.end(id, 'no_answer'))) return 'no_answer';
      await pass(pollMs, undefined, left.aborted ? {} : { signal: left }).catch(() => undefined);
    }
  }

  private async aliveWhile<T>(id: string, work: Promise<T>): Promise<T> {
    const { aliveMs } = this.timing;
    const beat = setInterval(() => void this.deps.book.watch(id, aliveMs).catch(() => undefined), aliveMs / 3);
    return work.finally(() => clearInterval(beat));
  }

  /** A database that is away for a moment ends no transfer. */
  private async look(id: string): Promise<KeptTransfer | undefined> {
    const { pollMs, aliveMs, acceptedMs } = this.timing;
    for (const until = Date.now() + acceptedMs; ; await pass(pollMs)) {
      try {
        return await this.deps.book.watch(id, aliveMs);
      } catch (error) {
        if (Date.now() > until) throw error;
      }
    }
  }

  /** It has ended so, and the person's telephone rings no longer; false when somebody else has decided otherwise. */
  private async end(id: string, outcome: TransferOutcome, from = UNDECIDED, leg?: string | null): Promise<boolean> {
    const known = leg === undefined || leg === null ? {} : { leg };
    const moved = await this.deps.book.move(id, from, { to: 'ended', outcome, ...known });
    if (moved !== undefined) await this.hangUp(moved);
    return moved !== undefined;
  }

  /** After a fault: the person may be called all the same, or even have the caller, when an answer got lost. */
  private async giveUp(
    row: Omit<KeptTransfer, 'state' | 'outcome'>,
    outcome: TransferOutcome,
  ): Promise<TransferOutcome> {
    const { book, legs, log } = this.deps;
    const { id, callerLeg, leg } = row;
    try {
      if (await this.end(id, outcome, outcome === 'caller_left' ? UNDECIDED : [...UNDECIDED, ...CONNECTING], leg))
        return outcome;
      return (await book.watch(id, this.timing.aliveMs))?.outcome ?? outcome;
    } catch (error) {
      log.warn({ msg: 'how a transfer ended is not written down: somebody else ends it', transfer: id, err: error });
      // The caller's call goes on without us: he is with the person.
      if (outcome === 'caller_left' && (await legs.isTalking(callerLeg).catch(() => false))) return 'answered';
      await this.isHungUp(row);
      return outcome;
    }
  }

  private async hangUp(row: SoughtLeg & { readonly id: string }): Promise<void> {
    const { book, log } = this.deps;
    if (!(await this.isHungUp(row))) return;
    await book
      .settle(row.id)
      .catch((error: unknown) =>
        log.warn({ msg: 'a transfer that is over is looked after once more', transfer: row.id, err: error }),
      );
  }

  /** When it is not, or this process ends before Twilio is asked, somebody else asks (abandoned-transfers.ts). */
  private async isHungUp(row: SoughtLeg & { readonly id: string }): Promise<boolean> {
    try {
      return await this.deps.legs.hangUp(row);
    } catch (error) {
      this.deps.log.warn({ msg: 'a person may still be called: it is tried again', transfer: row.id, err: error });
      return false;
    }
  }

  private get timing(): TransferTiming {
    return this.deps.timing ?? TRANSFER_TIMING;
  }
}

interface Watching {
  /** ms since 1970. */
  readonly until: number;
  readonly at: (step: TransferStep) => void;
  readonly left: AbortSignal;
}

/** `wanted` names one of the plan's destinations. */
function rowOf(
  { sessionId, agent, leg, plan, redact }: TransferOrder,
  wanted: WantedTransfer,
  from: string,
): NewTransfer {
  const { destination, about, words, language } = wanted;
  const to = plan.destinations[destination];
  if (to === undefined) throw new Error(`There is no destination ${destination}.`);
  const { number: callee, says, consult } = to;
  const announcement = consult ? [says, ...(about === undefined ? [] : [redact(about)]), words.press].join(' ') : null;
  return {
    id: randomUUID(),
    callSid: sessionId,
    agent,
    destination,
    provider: leg.provider,
    callerLeg: leg.id,
    callee,
    calleeSees: from,
    words: { announcement, gone: words.gone, language },
  };
}
