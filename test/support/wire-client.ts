import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import type { ServerMessage } from '../../src/protocol/index.js';

type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** How long a test waits for something that must come, ms. */
const PATIENCE_MS = 10_000;
/** ms. */
const POLL_MS = 20;

/** A client of the native wire that keeps what it gets, for tests that look at single messages. */
export class WireClient {
  readonly messages: ServerMessage[] = [];
  readonly audio: Buffer[] = [];
  closed: { code: number; reason: string } | undefined;
  private readonly waiting = new Set<() => void>();

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.audio.push(data);
      else this.messages.push(JSON.parse(data.toString()) as ServerMessage);
      this.wake();
    });
    ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      this.wake();
    });
    // `close` follows, and says what a test needs to know.
    ws.on('error', () => undefined);
  }

  /** Connects; rejects with the HTTP answer's status in the message when the handshake is refused. */
  static async connect(url: string, token?: string, options: ClientOptions = {}): Promise<WireClient> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const ws = new WebSocket(url, { ...options, headers: { ...headers, ...options.headers } });
    const client = new WireClient(ws);
    await once(ws, 'open');
    return client;
  }

  /** Connects and starts a session. */
  static async start(url: string, token: string, start: Record<string, unknown> = {}): Promise<WireClient> {
    const client = await WireClient.connect(url, token);
    client.send({ type: 'session.start', protocol: 1, ...start });
    await client.next('session.started');
    return client;
  }

  /** Connects to go on with a session; the answer may be a refusal. */
  static async resume(url: string, token: string, from: Record<string, unknown>): Promise<WireClient> {
    const client = await WireClient.connect(`${url}?resume=${String(from['sessionId'])}`, token);
    client.send({ type: 'session.resume', protocol: 1, ...from });
    return client;
  }

  /** The highest number that came. */
  get lastSeq(): number {
    return Math.max(0, ...this.messages.map(({ seq = 0 }) => seq));
  }

  send(message: Record<string, unknown>): void {
    this.ws.send(JSON.stringify(message));
  }

  /** The first message of this type, now or soon. */
  async next<T extends ServerMessage['type']>(type: T): Promise<MessageOf<T>> {
    const find = () => this.messages.find((message): message is MessageOf<T> => message.type === type);
    await this.until(() => find() !== undefined, `a ${type}`);
    return find() as MessageOf<T>;
  }

  async close(): Promise<{ code: number; reason: string }> {
    this.ws.close();
    return this.closing();
  }

  /** How the socket closed, now or soon. */
  async closing(): Promise<{ code: number; reason: string }> {
    await this.until(() => this.closed !== undefined, 'the close', true);
    return this.closed as { code: number; reason: string };
  }

  async until(condition: () => boolean, what: string, evenClosed = false): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.closed !== undefined && !evenClosed) throw new Error(`closed with ${this.closed.code} before ${what}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited in vain for ${what}`);
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          this.waiting.delete(done);
          resolve();
        };
        // What a test waits for may also happen at the server, which does not wake us.
        const timer = setTimeout(done, Math.min(left, POLL_MS));
        this.waiting.add(done);
      });
    }
  }

  private wake(): void {
    for (const done of this.waiting) done();
  }
}
