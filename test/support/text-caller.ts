// A caller who types, and who listens faster than anybody can: every reply counts as heard as soon as it was sent.
import type { ServerMessage } from '../../src/protocol/index.js';
import type { ParleyApp } from './parley-app.js';
import { waitFor } from './wait-for.js';
import { WireClient } from './wire-client.js';

type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** A message, or a piece of audio, in the order in which they came. */
export type Received = ServerMessage | { readonly type: 'audio'; readonly bytes: number };

export interface TextCallOptions {
  readonly user?: string;
  readonly token?: string;
  /** Further fields of session.start. */
  readonly start?: Readonly<Record<string, unknown>>;
  /** Waits until the greeting was heard. */
  readonly greeted?: boolean;
}

export interface Answer {
  readonly responseId: string;
  readonly text: string;
  readonly tools: readonly {
    readonly name: string;
    readonly arguments: Readonly<Record<string, unknown>>;
    readonly outcome: MessageOf<'tool.finished'>;
  }[];
  readonly audioBytes: number;
  readonly errors: readonly MessageOf<'error'>[];
}

/** For a machine that does ten other things, ms. */
const PATIENCE_MS = 40_000;
/** How often the position in the reply is reported, bytes of audio: the server sends only so far ahead of it. */
const REPORT_EVERY_BYTES = 200_000;
/** Bytes of a millisecond at 16 kHz, which is what a session has that asks for nothing else. */
const BYTES_PER_MS = 32;

export class TextCaller {
  readonly received: Received[] = [];
  /** Whether replies are reported as heard. A caller who talks over a reply has not heard it. */
  listening = true;
  private speaking = '';
  private heardBytes = 0;

  private constructor(readonly client: WireClient) {
    client.ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.hear(data.length);
      else this.take(JSON.parse(data.toString()) as ServerMessage);
    });
  }

  static async call(app: Pick<ParleyApp, 'stream' | 'token'>, options: TextCallOptions = {}): Promise<TextCaller> {
    const { user = 'demo', token = app.token(user), start = {}, greeted = true } = options;
    const client = await WireClient.connect(app.stream, token);
    const caller = new TextCaller(client);
    client.send({ type: 'session.start', protocol: 1, ...start });
    await caller.until('session.started');
    if (greeted) await caller.until('response.completed');
    return caller;
  }

  /** Messages of a type so far, from position `from` on. */
  all<T extends ServerMessage['type']>(type: T, from = 0): MessageOf<T>[] {
    return this.received.slice(from).filter((item): item is MessageOf<T> => item.type === type);
  }

  /** The first message of the type from `from` on that passes, now or soon. */
  async until<T extends ServerMessage['type']>(
    type: T,
    from = 0,
    pass: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    const find = (): MessageOf<T> | undefined => this.all(type, from).find(pass);
    const deadline = Date.now() + PATIENCE_MS;
    for (let found = find(); ; found = find()) {
      if (found !== undefined) return found;
      const { closed } = this.client;
      if (closed !== undefined) throw new Error(`closed with ${closed.code} before a ${type}; ${this.story()}`);
      if (Date.now() > deadline) throw new Error(`waited in vain for a ${type}; ${this.story()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Says something and hears the answer out. */
  async say(text: string): Promise<Answer> {
    const from = this.received.length;
    const { responseId } = await this.begin(text);
    await this.until('response.completed', from, (message) => message.responseId === responseId);
    return this.answer(responseId, from);
  }

  /** Says something; resolves when the answer begins. */
  async begin(text: string): Promise<MessageOf<'response.started'>> {
    const from = this.received.length;
    this.client.send({ type: 'text.submit', text });
    const turn = await this.until('turn.ended', from, (message) => message.text === text);
    return this.until('response.started', from, (message) => message.turnId === turn.turnId);
  }

  /** Everything about one response so far. */
  answer(responseId: string, from = 0): Answer {
    const own = (message: { readonly responseId: string }): boolean => message.responseId === responseId;
    const finished = this.all('tool.finished', from).filter(own);
    const tools = this.all('tool.started', from)
      .filter(own)
      .map((started) => {
        const outcome = finished.find(({ callId }) => callId === started.callId);
        if (outcome === undefined) throw new Error(`${started.name} never finished`);
        return { name: started.name, arguments: started.arguments as Record<string, unknown>, outcome };
      });
    return {
      responseId,
      tools,
      text: this.all('response.text', from)
        .filter(own)
        .map(({ delta }) => delta)
        .join(''),
      audioBytes: this.audioOf(responseId, from),
      errors: this.all('error', from),
    };
  }

  /** Bytes of a response's audio: what came between its start and the start of the next. */
  audioOf(responseId: string, from = 0): number {
    let bytes = 0;
    let current = '';
    for (const item of this.received.slice(from)) {
      if (item.type === 'response.started') current = item.responseId;
      if (item.type === 'audio' && current === responseId) bytes += item.bytes;
    }
    return bytes;
  }

  /** Hangs up, and hears the goodbye. */
  async hangUp(): Promise<MessageOf<'session.ended'>> {
    this.client.send({ type: 'session.end' });
    const ended = await this.until('session.ended');
    await waitFor(() => this.client.closed !== undefined, PATIENCE_MS);
    return ended;
  }

  private hear(bytes: number): void {
    this.received.push({ type: 'audio', bytes });
    const before = this.heardBytes;
    this.heardBytes += bytes;
    if (!this.listening || Math.floor(before / REPORT_EVERY_BYTES) === Math.floor(this.heardBytes / REPORT_EVERY_BYTES))
      return;
    const playedMs = this.heardBytes / BYTES_PER_MS;
    this.client.send({ type: 'playback.position', responseId: this.speaking, playedMs });
  }

  private take(message: ServerMessage): void {
    this.received.push(message);
    if (message.type === 'response.started') {
      this.speaking = message.responseId;
      this.heardBytes = 0;
    }
    if (!this.listening || message.type !== 'response.audio_done') return;
    this.client.send({ type: 'playback.finished', responseId: message.responseId });
  }

  /** What came so far, for the message of a failure. */
  private story(): string {
    return `came: ${this.received
      .map((item) => (item.type === 'error' ? `error ${item.code} (${item.message})` : item.type))
      .filter((item, index, all) => item !== all[index - 1])
      .join(', ')}`;
  }
}
