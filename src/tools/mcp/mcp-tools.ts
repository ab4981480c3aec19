import type { McpServers } from '../../config/mcp-servers.js';
import type { Tool } from '../tool.js';
import type { McpConnection } from './mcp-connection.js';
import { mcpTool, nameOf } from './mcp-tool.js';

/** For all servers together, at boot, ms. */
const LIST_MS = 15_000;

/** The tools of all MCP servers that are configured. */
export class McpTools {
  private constructor(
    readonly tools: readonly Tool[],
    private readonly connections: readonly McpConnection[],
  ) {}

  /** A server that cannot be had stops nothing: `warn` is told, and its tools are missing until the next start. */
  static async open(servers: McpServers, warn: (line: string) => void): Promise<McpTools> {
    const configured = Object.entries(servers);
    if (configured.length === 0) return new McpTools([], []);
    // Loaded late: most installations have none, and the SDK brings a JSON Schema validator along.
    const { faultCode, McpConnection } = await import('./mcp-connection.js');
    const connections = configured.map(([name, server]) => new McpConnection(name, server));
    const lists = await Promise.all(
      connections.map(async (connection) => {
        try {
          return await connection.tools(AbortSignal.timeout(LIST_MS));
        } catch (error) {
          warn(
            `${connection.name}: its tools cannot be had (${faultCode(error)}); they are missing until the next start.`,
          );
          return [];
        }
      }),
    );
    const taken = new Set<string>();
    const tools = connections.flatMap((connection, n) =>
      (lists[n] ?? []).flatMap((listed) => {
        const name = nameOf(connection.name, listed.name, taken);
        const tool = mcpTool(listed, name, {
          server: connection.name,
          timeoutMs: servers[connection.name]?.timeoutMs ?? LIST_MS,
          call: (...call) => connection.call(...call),
        });
        if (tool === undefined) warn(`${connection.name}: the schema of ${name} is too long; it is left out.`);
        else taken.add(name);
        return tool ?? [];
      }),
    );
    return new McpTools(tools, connections);
  }

  async close(): Promise<void> {
    await Promise.all(this.connections.map((connection) => connection.close()));
  }
}
