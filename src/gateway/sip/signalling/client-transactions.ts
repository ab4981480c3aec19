import { randomBytes } from 'node:crypto';
import type { Flow } from './flow.js';
import { listItems, withParams } from './header-values.js';
import type { SipResponse } from './message.js';
import { GIVE_UP_MS, Resending } from './timers.js';

/** Requests of ours that may wait for an answer; more are sent once and forgotten. */
const MAX_WAITING = 10_000;

interface Waiting {
  stop(): void;
}

/** Requests of ours other than INVITE (RFC 3261 section 17.1.2): sent until they are answered, or nobody can be there. */
export class ClientTransactions {
  private readonly waiting = new Map<string, Waiting>();

  get size(): number {
    return this.waiting.size;
  }

  /** Sends the message that `write` makes for a branch. */
  send(flow: Flow, write: (branch: string) => string): void {
    const branch = `z9hG4bK${randomBytes(12).toString('hex')}`;
    const text = write(branch);
    flow.send(text);
    if (this.waiting.size >= MAX_WAITING) return;
    const resending = flow.transport === 'udp' ? new Resending(() => flow.send(text)) : undefined;
    const timer = setTimeout(() => this.settle(branch), GIVE_UP_MS).unref();
    this.waiting.set(branch, {
      stop: () => {
        resending?.stop();
        clearTimeout(timer);
      },
    });
  }

  receive({ status, headers }: SipResponse): void {
    if (status < 200) return;
    const [top = ''] = listItems(headers.all('via'));
    this.settle(withParams(top).params.get('branch') ?? '');
  }

  close(): void {
    for (const branch of this.waiting.keys()) this.settle(branch);
  }

  private settle(branch: string): void {
    this.waiting.get(branch)?.stop();
    this.waiting.delete(branch);
  }
}
