import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { McpServer } from '../../config/mcp-servers.js';
import { serverVersion } from '../../config/server-version.js';
import { fewRedirects } from '../../provider/few-redirects.js';
import { SpokenFailure } from '../say.js';
import type { ToolOutcome } from '../tool.port.js';
import { type ListedTool, noted, outcomeOf } from './mcp-tool.js';

/** For a program to start, or a server to answer, and to be introduced, ms. */
const CONNECT_MS = 10_000;
/** Tools of one server that are looked at, and pages of their list. */
const MOST_TOOLS = 128;
const MOST_PAGES = 20;

/** One server of tools. Connects when it is needed, and again after it was lost. */
export class McpConnection {
  private client: Promise<Client> | undefined;
  private isClosed = false;

  /** `lost` is told when a server that was there is not any more, as soon as that is noticed. */
  constructor(
    readonly name: string,
    private readonly server: McpServer,
    private readonly lost: () => void = () => undefined,
  ) {}

  /** Rejects when the server cannot be had. */
  async tools(signal: AbortSignal): Promise<readonly ListedTool[]> {
    const client = await this.connected();
    const tools: ListedTool[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES && tools.length < MOST_TOOLS; page += 1) {
      const listed = await client.listTools(cursor === undefined ? {} : { cursor }, { signal, timeout: CONNECT_MS });
      tools.push(...listed.tools);
      cursor = listed.nextCursor;
      if (cursor === undefined) break;
    }
    return tools.slice(0, MOST_TOOLS);
  }

  /** Throws a SpokenFailure when the server cannot be had or breaks off. */
  async call(name: string, args: Record<string, unknown>, signal: AbortSignal): Promise<ToolOutcome> {
    let client: Client;
    try {
      client = await this.connected();
    } catch (error) {
      throw new SpokenFailure('unavailable', AWAY, { cause: error });
    }
    signal.throwIfAborted();
    try {
      const options = { signal, timeout: this.server.timeoutMs };
      return outcomeOf(await client.callTool({ name, arguments: args }, undefined, options));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof McpError && REFUSALS.has(error.code)) {
        return noted('invalid_arguments', 'I mixed something up there. Please say that once more.', error.message);
      }
      this.forget(client);
      // Whether it did what it was asked before it was lost, it alone knows.
      throw new SpokenFailure('unavailable', AWAY, { cause: error, uncertain: true });
    }
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const client = await this.client?.catch(() => undefined);
    await client?.close().catch(() => undefined);
  }

  private connected(): Promise<Client> {
    this.client ??= this.connect().catch((error: unknown) => {
      this.client = undefined;
      throw error;
    });
    return this.client;
  }

  private async connect(): Promise<Client> {
    if (this.isClosed) throw new Error('closed');
    const client = new Client({ name: 'parley', version: serverVersion().number });
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- it is no EventTarget
    client.onclose = () => this.forget(client);
    try {
      // A server that takes the connection and says nothing is none.
      await client.connect(transportTo(this.server), { timeout: CONNECT_MS });
      return client;
    } catch (error) {
      await client.close().catch(() => undefined);
      throw error;
    }
  }

  private forget(lost: Client): void {
    const { client } = this;
    if (this.isClosed || client === undefined) return;
    void client.then(
      (current) => {
        if (current !== lost || this.client !== client) return;
        this.client = undefined;
        void lost.close().catch(() => undefined);
        this.lost();
      },
      () => undefined, // whoever asked for it was told
    );
  }
}

/** What of an error is safe to log: addresses and answers are not. */
export function faultCode(error: unknown): string {
  const { cause = error, name } = error as { readonly cause?: unknown; readonly name?: unknown };
  const { code = name } = cause as { readonly code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? String(code) : 'unknown reason';
}

const AWAY = 'I cannot reach that just now. Please ask me again in a minute.';

/** Answers of a server that is there: it has not done what it was asked. */
const REFUSALS: ReadonlySet<number> = new Set([
  ErrorCode.InvalidParams,
  ErrorCode.InvalidRequest,
  ErrorCode.MethodNotFound,
]);

function transportTo(server: McpServer): Transport {
  if ('command' in server) {
    const { command, args, env, cwd } = server;
    return new StdioClientTransport({ command, args, env, stderr: 'ignore', ...(cwd === undefined ? {} : { cwd }) });
  }
  const { url, headers } = server;
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers },
    fetch: fewRedirects((input, init) => fetch(input, init)),
  });
}
