import type { Redis } from 'ioredis';

export interface RedisSettings {
  /** `redis://` or `rediss://`, with user, password and database number as the scheme has them. */
  readonly url: string;
  /** For TCP, TLS and the greeting, ms. */
  readonly connectTimeoutMs?: number;
  /** A command without an answer fails after so long, ms. */
  readonly commandTimeoutMs?: number;
  /** Told once when the connection is lost and once when it is back. `reason` is fit for a log: an error code, no address. */
  onChange(state: 'lost' | 'back', reason: string): void;
}

const CONNECT_TIMEOUT_MS = 3000;
const COMMAND_TIMEOUT_MS = 1000;
/** ioredis waits so long for the end of a connection, even of one that has ended already, ms. */
const DISCONNECT_TIMEOUT_MS = 300;
/** Between two attempts to connect: grows by 100 ms up to this, ms. */
const LONGEST_WAIT_MS = 5000;

/**
 * A connection that begins at once in the background, and is made again whenever it is lost, for ever. Commands are never
 * queued: while Redis is away they reject immediately, so that nothing in front of a caller waits for it.
 */
export async function connectRedis(settings: RedisSettings): Promise<Redis> {
  const { Redis } = await import('ioredis');
  const redis = new Redis(settings.url, {
    connectionName: 'parley',
    connectTimeout: settings.connectTimeoutMs ?? CONNECT_TIMEOUT_MS,
    commandTimeout: settings.commandTimeoutMs ?? COMMAND_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, LONGEST_WAIT_MS),
  });
  let lost = false;
  redis.on('error', (error: Error & { code?: string }) => {
    if (lost) return;
    lost = true;
    settings.onChange('lost', error.code ?? error.name);
  });
  redis.on('ready', () => {
    if (!lost) return;
    lost = false;
    settings.onChange('back', 'connected');
  });
  return redis;
}
