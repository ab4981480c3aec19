// A caller who types, on the bare wire, and takes the call up again wherever it is told to.
import type { ServerMessage } from '../../src/protocol/index.js';
import { WireClient } from './wire-client.js';
import { workerToken } from './worker-process.js';

/** Of a millisecond at 16 kHz, which is what a session has that asks for nothing else. */
const BYTES_PER_MS = 32;
/** Reports of the position, bytes apart: the server takes so many messages a second. */
const REPORT_EVERY = 100_000;

type Message = ServerMessage & { readonly seq?: number };

export class ResumingCaller {
  /** All that came, over all sockets. */
  readonly messages: Message[] = [];
  private client: WireClient | undefined;
  private sessionId = '';
  resumeToken = '';
  /** The latest response, and how much of its audio has come: all of that is heard. */
  private speaking = '';
  private bytes = 0;

  private constructor(private readonly token: string) {}

  static async start(stream: string, token = workerToken()): Promise<ResumingCaller> {
    const caller = new ResumingCaller(token);
    await caller.connect(stream, { type: 'session.start', protocol: 1 }, 'session.started');
    await caller.until((message) => message.type === 'response.completed');
    return caller;
  }

  /** Somebody who knows all that this one knows, on no socket. */
  twin(): ResumingCaller {
    const twin = new ResumingCaller(this.token);
    twin.messages.push(...this.messages);
    twin.sessionId = this.sessionId;
    twin.resumeToken = this.resumeToken;
    twin.speaking = this.speaking;
    twin.bytes = this.bytes;
    return twin;
  }

  get id(): string {
    return this.sessionId;
  }

  get closed(): { readonly code: number } | undefined {
    return this.client?.closed;
  }

  /** Goes on with the call over a new socket; resolves with the ms that it took. */
  async resume(stream: string, token = this.resumeToken): Promise<number> {
    const since = performance.now();
    const { sessionId } = this;
    const lastSeq = Math.max(...this.messages.map(({ seq = 0 }) => seq));
    const heard = { responseId: this.speaking, playedMs: this.bytes / BYTES_PER_MS };
    const message = { type: 'session.resume', protocol: 1, sessionId, resumeToken: token, lastSeq, heard };
    await this.connect(`${stream}?resume=${sessionId}`, message, 'session.resumed');
    return performance.now() - since;
  }

  /** Says something and hears the answer out. */
  async say(text: string): Promise<string> {
    const from = this.messages.length;
    this.client?.send({ type: 'text.submit', text });
    const own = this.messages;
    const started = await this.until(
      (message, index) =>
        index >= from &&
        message.type === 'response.started' &&
        own.some((turn, at) => at >= from && turn.type === 'turn.ended' && turn.turnId === message.turnId),
    );
    const id = started.type === 'response.started' ? started.responseId : '';
    const completed = await this.until((message) => message.type === 'response.completed' && message.responseId === id);
    return completed.type === 'response.completed' ? completed.text : '';
  }

  async until(pass: (message: Message, index: number) => boolean): Promise<Message> {
    await this.client?.until(() => this.messages.some(pass), `what passes ${pass.toString()}`);
    return this.messages.find(pass) as Message;
  }

  count(type: Message['type']): number {
    return this.messages.filter((message) => message.type === type).length;
  }

  async hangUp(): Promise<void> {
    this.client?.send({ type: 'session.end' });
    await this.client?.closing();
  }

  async closing(): Promise<number | undefined> {
    return (await this.client?.closing())?.code;
  }

  private async connect(stream: string, first: Record<string, unknown>, answer: Message['type']): Promise<void> {
    const client = await WireClient.connect(stream, this.token);
    this.client?.ws.terminate();
    this.client = client;
    client.ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) {
        // The server sends only so far ahead of what is played, and this caller plays as fast as it comes.
        const before = Math.floor(this.bytes / REPORT_EVERY);
        this.bytes += data.length;
        if (this.speaking !== '' && Math.floor(this.bytes / REPORT_EVERY) > before)
          client.send({ type: 'playback.position', responseId: this.speaking, playedMs: this.bytes / BYTES_PER_MS });
        return;
      }
      const message = JSON.parse(data.toString()) as Message;
      this.messages.push(message);
      if (message.type === 'response.started') {
        this.speaking = message.responseId;
        this.bytes = 0;
      }
      // Heard as soon as it was sent: nobody listens here.
      if (message.type === 'response.audio_done') {
        client.send({ type: 'playback.finished', responseId: message.responseId });
      }
    });
    client.send(first);
    await client.until(() => client.messages.some(({ type }) => type === answer), `a ${answer}`);
    const greeting = client.messages.find(({ type }) => type === answer);
    if (greeting?.type !== 'session.started' && greeting?.type !== 'session.resumed') return;
    this.sessionId = greeting.sessionId;
    this.resumeToken = greeting.resumeToken ?? '';
  }
}
