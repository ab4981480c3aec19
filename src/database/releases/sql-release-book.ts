import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type { ListedVersion, Performance, ReleaseBook, StoredVersion } from './release-book.port.js';

const PUBLISH = {
  name: 'publish_agent_version',
  args: { p_agent: 'text', p_version: 'text', p_content: 'text', p_by: 'text' },
} as const satisfies SqlFunction;
const VERSIONS = { name: 'list_agent_versions', args: { p_agent: 'text' } } as const satisfies SqlFunction;
const VERSION = {
  name: 'read_agent_version',
  args: { p_agent: 'text', p_number: 'integer' },
} as const satisfies SqlFunction;
const USABLE = {
  name: 'usable_agent_versions',
  args: { p_agent: 'text', p_most: 'integer' },
} as const satisfies SqlFunction;
const PERFORMANCE = {
  name: 'agent_performance',
  args: { p_agent: 'text', p_since: 'timestamptz' },
} as const satisfies SqlFunction;

/** Besides those in use: calls that go on keep theirs. */
const MOST_USABLE = 20;

const listedSchema = z.array(
  z.object({ number: z.number(), version: z.string(), publishedAt: z.string(), publishedBy: z.string() }),
);
const storedSchema = z.object({ number: z.number(), version: z.string(), content: z.string() });
const performanceSchema = z.array(
  z.object({
    version: z.string(),
    calls: z.number(),
    failed: z.number(),
    turns: z.number(),
    falseCutOffs: z.number(),
    cost: z.record(z.string(), z.number()),
  }),
);

/** In our own database, with the server's rights. */
export class SqlReleaseBook implements ReleaseBook {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async publish(agent: string, version: string, content: string, by: string): Promise<number> {
    const args = { p_agent: agent, p_version: version, p_content: content, p_by: by };
    return parseRow(z.number(), await this.rpc.call(PUBLISH, args));
  }

  async versions(agent: string): Promise<readonly ListedVersion[]> {
    return parseRow(listedSchema, await this.rpc.call(VERSIONS, { p_agent: agent }));
  }

  async version(agent: string, number: number): Promise<StoredVersion | undefined> {
    const args = { p_agent: agent, p_number: number };
    return parseRow(storedSchema.nullable(), await this.rpc.call(VERSION, args)) ?? undefined;
  }

  async usable(agent: string): Promise<readonly StoredVersion[]> {
    const args = { p_agent: agent, p_most: MOST_USABLE };
    return parseRow(z.array(storedSchema), await this.rpc.call(USABLE, args));
  }

  async performance(agent: string, since: Date): Promise<readonly Performance[]> {
    const args = { p_agent: agent, p_since: since.toISOString() };
    return parseRow(performanceSchema, await this.rpc.call(PERFORMANCE, args));
  }
}
