import type { KeyObject } from 'node:crypto';
import type { DataPlan } from './data-plan.js';
import type { Env } from './env.schema.js';
import type { McpServers } from './mcp-servers.js';
import type { ServerVersion } from './server-version.js';

/** How tokens are checked. One mode a process, so that an algorithm never meets the other mode's key. */
/** What tokens are checked with: one of the two, or both while an issuer moves from the one to the other. */
export interface AuthKeys {
  /** HS256. A KeyObject verifies in 6 us where a Buffer takes 286, and does not show its bytes when it is printed. */
  readonly secret: KeyObject | undefined;
  /** Where the issuer publishes its keys, RS256 and ES256. */
  readonly jwksUrl: string | undefined;
}

/** The checked environment, and what follows from it. Keys keep the names that operators know. */
export type Config = Readonly<
  Omit<
    Env,
    'JWT_SECRET' | 'PARLEY_COMMIT' | 'JWT_JWKS_URL' | 'STREAM_WS_PORT' | 'PORT' | 'AGENTS_DIR' | 'STREAM_WORKERS'
  >
> & {
  readonly version: ServerVersion;
  readonly AGENTS_DIR: string;
  /** By name; none without MCP_SERVERS_FILE. */
  readonly mcpServers: McpServers;
  /** Port to listen on; 0 takes a free one. */
  readonly port: number;
  readonly auth: AuthKeys;
  /** Processes that share the callers, this one included. */
  readonly workers: number;
  readonly data: DataPlan;
  /** What the operator should look at, a line each; the server works regardless. */
  readonly warnings: readonly string[];
};

/** Nest injection token of the Config. */
export const CONFIG = Symbol('Config');
