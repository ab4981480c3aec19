import type { McpServer, McpServers } from '../../config/mcp-servers.js';
import type { Tool } from '../tool.js';
import type { McpConnection } from './mcp-connection.js';
import { mcpTool, nameOf, type ListedTool } from './mcp-tool.js';

/** For all servers together, at boot, and for one later, ms. */
const LIST_MS = 15_000;
/** Between two tries to reach a server, ms: the first wait, and the longest; each is twice the one before. */
const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 300_000;

export interface McpToolsOptions {
  readonly log: { info(line: string): void; warn(line: string): void };
  readonly firstWaitMs?: number;
}

/** A server, what it was found to have, and how it is asked for again. */
interface Source {
  readonly connection: McpConnection;
  readonly server: McpServer;
  tools: readonly Tool[];
  waitMs: number;
  timer?: NodeJS.Timeout;
}

/**
 * The tools of all MCP servers that are configured. One that cannot be had stops nothing: it is asked for again in the
 * background, and so is one that was lost, because it may have other tools when it is back.
 */
export class McpTools {
  private readonly sources: Source[] = [];
  private readonly firstWaitMs: number;
  private found: (tools: readonly Tool[]) => void = () => undefined;
  private faultCode: (error: unknown) => string = () => 'unknown reason';
  private closed = false;

  private constructor(private readonly options: McpToolsOptions) {
    this.firstWaitMs = options.firstWaitMs ?? FIRST_WAIT_MS;
  }

  static async open(servers: McpServers, options: McpToolsOptions): Promise<McpTools> {
    const all = new McpTools(options);
    const configured = Object.entries(servers);
    if (configured.length === 0) return all;
    // Loaded late: most installations have none, and the SDK brings a JSON Schema validator along.
    const { faultCode, McpConnection } = await import('./mcp-connection.js');
    all.faultCode = faultCode;
    for (const [name, server] of configured) {
      const connection = new McpConnection(name, server, () => all.askAgain(source));
      const source: Source = { connection, server, tools: [], waitMs: all.firstWaitMs };
      all.sources.push(source);
    }
    const lists = await Promise.all(all.sources.map((source) => all.listOf(source)));
    // In the order of the file, so that names do not depend on who answers first.
    for (const [n, source] of all.sources.entries()) source.tools = all.toolsOf(source, lists[n] ?? []);
    return all;
  }

  /** Those that were found until now. */
  get tools(): readonly Tool[] {
    return this.sources.flatMap(({ tools }) => tools);
  }

  /** `found` is told of the tools of a server that has come, or has come back. */
  onFound(found: (tools: readonly Tool[]) => void): void {
    this.found = found;
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const { timer } of this.sources) clearTimeout(timer);
    await Promise.all(this.sources.map(({ connection }) => connection.close()));
  }

  /** Undefined when it cannot be had: it is asked for again. */
  private async listOf(source: Source): Promise<readonly ListedTool[] | undefined> {
    try {
      const listed = await source.connection.tools(AbortSignal.timeout(LIST_MS));
      source.waitMs = this.firstWaitMs;
      return listed;
    } catch (error) {
      // Said at its first failure, and not at each.
      if (!this.closed && source.waitMs === this.firstWaitMs) {
        const [name, code] = [source.connection.name, this.faultCode(error)];
        this.options.log.warn(`${name}: its tools cannot be had (${code}); it is asked for again in the background.`);
      }
      this.askAgain(source);
      return undefined;
    }
  }

  /** After a while; longer each time. */
  private askAgain(source: Source): void {
    if (this.closed || source.timer !== undefined) return;
    const { waitMs } = source;
    source.timer = setTimeout(() => {
      delete source.timer;
      void this.come(source);
    }, waitMs).unref();
    source.waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  }

  private async come(source: Source): Promise<void> {
    const listed = await this.listOf(source);
    if (listed === undefined || this.closed) return;
    source.tools = this.toolsOf(source, listed);
    this.options.log.info(`${source.connection.name}: is there, with ${source.tools.length} of its tools.`);
    this.found(source.tools);
  }

  private toolsOf(source: Source, listed: readonly ListedTool[]): readonly Tool[] {
    const { connection, server } = source;
    const others = this.sources.filter((other) => other !== source);
    const taken = new Set(others.flatMap(({ tools }) => tools.map(({ name }) => name)));
    return listed.flatMap((one) => {
      const name = nameOf(connection.name, one.name, taken);
      const tool = mcpTool(one, name, {
        server: connection.name,
        timeoutMs: server.timeoutMs,
        call: (...call) => connection.call(...call),
      });
      if (tool === undefined) {
        this.options.log.warn(`${connection.name}: the schema of ${name} is too long; it is left out.`);
      } else taken.add(name);
      return tool ?? [];
    });
  }
}
