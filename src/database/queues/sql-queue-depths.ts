import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { QueueDepth, QueueDepths } from './queue-depths.port.js';

const DEPTHS = { name: 'queue_depths', args: {} } as const satisfies SqlFunction;
const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const depthsSchema = z
  .object({ now: time })
  .catchall(z.object({ waiting: z.number(), due: time.nullable() }))
  .transform(({ now, ...queues }) => ({ now, queues }));

/** In our own database, with the server's rights. */
export class SqlQueueDepths implements QueueDepths {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async read(signal?: AbortSignal): Promise<readonly QueueDepth[]> {
    const { now, queues } = parseRow(depthsSchema, await this.rpc.call(DEPTHS, {}, signal));
    return Object.entries(queues).map(([queue, { waiting, due }]) => {
      return { queue, waiting, lateMs: Math.max(0, now - (due ?? now)) };
    });
  }
}
