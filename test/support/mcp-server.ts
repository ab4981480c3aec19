// A real MCP server, made with the protocol's own SDK: over HTTP in this process, or as a program on its standard input and
// output (test/support/mcp-program.mjs is the same in one file).
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { z } from 'zod';

export class CrmServer {
  /** What was changed, in order. */
  readonly notes: string[] = [];
  /** Headers of every request. */
  readonly keys: (string | undefined)[] = [];
  /** What `find_customer` answers with. */
  found = 'Ada Park, gold since 2019';
  /** Takes calls and never answers them. */
  hangs = false;
  private readonly sessions = new Map<string, StreamableHTTPServerTransport>();
  private server: Server | undefined;

  static async start(port = 0): Promise<CrmServer> {
    const crm = new CrmServer();
    await crm.listen(port);
    return crm;
  }

  get port(): number {
    const { server } = this;
    if (server === undefined) throw new Error('not started');
    return (server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  /** All its sessions are gone with it, as after a restart. */
  async close(): Promise<void> {
    const { server } = this;
    const closed = new Promise((resolve) => server?.close(resolve));
    server?.closeAllConnections();
    for (const transport of this.sessions.values()) await transport.close();
    this.sessions.clear();
    await closed;
  }

  private async listen(port: number): Promise<void> {
    this.server = createServer((request, response) => {
      this.keys.push(request.headers.authorization);
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? this.sessions.get(id) : undefined;
      if (id !== undefined && known === undefined) {
        response.writeHead(404).end();
        return;
      }
      void (known === undefined ? this.opened() : Promise.resolve(known)).then((one) =>
        one.handleRequest(request, response),
      );
    });
    await new Promise<void>((resolve) => this.server?.listen(port, '127.0.0.1', resolve));
  }

  private async opened(): Promise<StreamableHTTPServerTransport> {
    const transport: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void this.sessions.set(id, transport),
    });
    await this.made().connect(transport);
    return transport;
  }

  private made(): McpServer {
    const server = new McpServer({ name: 'crm', version: '1.0.0' });
    const text = (words: string) => ({ content: [{ type: 'text' as const, text: words }] });
    server.registerTool(
      'find.customer',
      {
        title: 'Find customer',
        description: 'Finds a customer by <b>name</b>.',
        inputSchema: { name: z.string() },
        annotations: { readOnlyHint: true },
      },
      async ({ name }) => {
        if (this.hangs) await new Promise(() => undefined);
        if (name === 'nobody') return { ...text('There is no such customer.'), isError: true };
        return text(this.found);
      },
    );
    server.registerTool('add_note', { inputSchema: { name: z.string(), note: z.string() } }, ({ name, note }) => {
      this.notes.push(`${name}: ${note}`);
      return text('Noted.');
    });
    return server;
  }
}
