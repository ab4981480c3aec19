// A vendor's HTTP SDK with a pool of connections of its own, loaded when it is first needed.
import type { Agent } from 'undici';
import { pooledFetch } from './pooled-fetch.js';
import type { PooledFetch, PoolOptions } from './pooled-fetch.js';

/** Every wait has a deadline of its adapter's; an SDK's own (10 minutes, and none within a stream) only has to be longer. */
export const SDK_TIMEOUT_MS = 3_600_000;

/** Nothing is loaded or connected before `get`. */
export class PooledClient<Client> {
  private made: Promise<{ readonly client: Client; readonly agent: Agent }> | undefined;

  /** `make` loads the SDK and sets it up on this pool. */
  constructor(
    private readonly pool: PoolOptions,
    private readonly make: (pooled: PooledFetch) => Promise<Client>,
  ) {}

  async get(): Promise<Client> {
    this.made ??= this.open();
    return (await this.made).client;
  }

  /** Ends all connections, running requests too. */
  async close(): Promise<void> {
    const made = this.made;
    this.made = undefined;
    if (made !== undefined) await (await made).agent.destroy();
  }

  private async open(): Promise<{ client: Client; agent: Agent }> {
    const pooled = await pooledFetch(this.pool);
    return { client: await this.make(pooled), agent: pooled.agent };
  }
}
