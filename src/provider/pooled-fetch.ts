// undici's fetch with a pool of connections of its own, for SDKs that speak HTTP: loaded when it is first needed.
import type { Agent } from 'undici';
import { fewRedirects } from './few-redirects.js';

export interface PoolOptions {
  /** Longest time for TCP and TLS, ms. */
  readonly connectTimeoutMs?: number;
  /**
   * How long an idle connection is kept, ms. fetch's own 4 s is shorter than most pauses between two turns, so that every
   * turn would pay for a TCP and TLS handshake.
   */
  readonly keepAliveMs?: number;
}

export interface PooledFetch {
  readonly fetch: typeof globalThis.fetch;
  /** Goes with every request as its `dispatcher`; destroying it ends all connections, running requests too. */
  readonly agent: Agent;
}

const CONNECT_TIMEOUT_MS = 5000;
const KEEP_ALIVE_MS = 55_000;

/** Its only deadline is that of connecting: every other wait has one of its adapter's. */
export async function pooledFetch({ connectTimeoutMs, keepAliveMs }: PoolOptions): Promise<PooledFetch> {
  const undici = await import('undici');
  const agent = new undici.Agent({
    connect: { timeout: connectTimeoutMs ?? CONNECT_TIMEOUT_MS },
    keepAliveTimeout: keepAliveMs ?? KEEP_ALIVE_MS,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  // fetch and Agent must come from the same undici; its types differ from the global fetch's only in name.
  return { fetch: fewRedirects(undici.fetch as unknown as typeof globalThis.fetch), agent };
}
