import type { CallFinder } from '../../calls/call.port.js';
import type { Bounce, MailQueue } from '../../database/mail/mail-queue.port.js';
import { QueueLoop } from '../../queue/queue-loop.js';

export interface BounceTellerOptions {
  readonly queue: Pick<MailQueue, 'claimBounces'>;
  readonly calls: CallFinder;
  readonly warn: (message: string) => void;
  /** Between two looks at what came back, ms. */
  readonly pollMs?: number;
}

const POLL_MS = 3_000;
/** The tool that a mail came from when that is not known any more. */
const SOME_TOOL = 'mail';

/**
 * Has the agent of a call that goes on say that one of its mails came back: whichever process was told of it, the one that
 * has the call looks.
 */
export class BounceTeller {
  private readonly loop: QueueLoop;

  constructor(private readonly options: BounceTellerOptions) {
    const { pollMs = POLL_MS, warn } = options;
    const onAway = (why: string): void => warn(`mail that came back is told later: ${why}`);
    this.loop = new QueueLoop({ next: () => this.next(), pollMs, lanes: [1], onAway });
  }

  start(): void {
    this.loop.start();
  }

  close(): Promise<void> {
    return this.loop.close();
  }

  private async next(): Promise<false> {
    const { queue, calls } = this.options;
    const ids = calls.ids();
    if (ids.length === 0) return false;
    for (const bounce of await queue.claimBounces(ids)) {
      calls.find(bounce.callId)?.call.news(bounce.tool ?? SOME_TOOL, outcomeOf(bounce));
    }
    return false;
  }
}

const outcomeOf = ({ recipient }: Bounce) =>
  ({
    ok: false,
    code: 'failed',
    message: `The e-mail to ${recipient} came back: it could not be delivered there. Is the address spelled right?`,
  }) as const;
