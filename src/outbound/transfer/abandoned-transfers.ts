import type { KeptTransfer, TransferBook } from '../../database/transfers/transfer-book.port.js';
import { PeriodicTask } from '../../queue/periodic-task.js';
import { CONNECTING, UNDECIDED } from './transfer-desk.js';
import type { TransferLegs } from './transfer-legs.js';

export interface AbandonedTransfersDeps {
  readonly book: TransferBook;
  readonly legs: TransferLegs;
  readonly log: { warn(line: object): void };
  /** Between two looks, ms. */
  readonly pollMs: number;
}

/** In so many looks nobody else looks at one that was claimed: longer than Twilio may take to answer. */
const CLAIM_LOOKS = 20;
/** Looked at in one go. */
const MOST = 20;

/**
 * Ends transfers whose process is gone, and has Twilio end the calls of those that have ended when it was not told: nobody's
 * telephone rings on, and a caller who was taken to a conference in which nobody waits for him comes back to the agent. Every
 * process does this; the database gives each transfer to one of them.
 */
export class AbandonedTransfers {
  private readonly rounds: PeriodicTask;

  constructor(private readonly deps: AbandonedTransfersDeps) {
    this.rounds = new PeriodicTask({
      go: () => this.look(),
      everyMs: deps.pollMs,
      onFailed: (error) => deps.log.warn({ msg: 'transfers are not looked after', err: error }),
    });
  }

  start(): void {
    this.rounds.start(0);
  }

  /** Resolves when nothing is being looked at any more. */
  close(): Promise<void> {
    return this.rounds.close();
  }

  private async look(): Promise<void> {
    const due = await this.deps.book.claim(CLAIM_LOOKS * this.deps.pollMs, MOST);
    for (const transfer of due) if (!this.rounds.isClosed) await this.end(transfer);
  }

  /** Twilio first: what it does not hear now it is told again at the next look. */
  private async end(transfer: KeptTransfer): Promise<void> {
    const { book, legs, log } = this.deps;
    const { id, state } = transfer;
    const isConnecting = CONNECTING.includes(state);
    let isHungUp: boolean;
    try {
      isHungUp = await legs.hangUp(transfer);
      if (isConnecting) await legs.bringBack(transfer);
    } catch (error) {
      log.warn({ msg: 'a transfer without a process cannot be ended yet', transfer: id, err: error });
      return;
    }
    const outcome = isConnecting ? 'trunk_error' : 'caller_left';
    if (state !== 'ended') await book.move(id, isConnecting ? CONNECTING : UNDECIDED, { to: 'ended', outcome });
    if (isHungUp) await book.settle(id);
  }
}
