// A caller of the native wire who says something, loses the connection in the answer, comes back and hangs up.
import { type Data, WebSocket } from 'ws';
import {
  BEARER_SUBPROTOCOL_PREFIX,
  type ClientMessage,
  PROTOCOL_VERSION,
  type ServerMessage,
  SUBPROTOCOL,
} from '../protocol/index.js';

/** Of the answer, heard before the connection is lost, ms. */
const HEARD_MS = 40;
/** 20 ms at 16 kHz. */
const CHUNK = new Uint8Array(640);

/** `stream`: ws://host:port/path. Rejects with the signal's reason, or when the server does not do its part. */
export async function callOnce(stream: string, token: string, signal: AbortSignal): Promise<void> {
  const first = await RehearsedSocket.open(stream, token, signal);
  first.send({ type: 'session.start', protocol: PROTOCOL_VERSION });
  const started = await first.next('session.started');
  first.sendAudio(CHUNK);
  first.send({ type: 'text.submit', text: 'What do you know of client 5001?' });
  const { turnId } = await first.next('turn.ended');
  const answer = await first.next('response.started', (response) => response.turnId === turnId);
  await first.next('response.text', (text) => text.responseId === answer.responseId);
  first.cut();

  const { sessionId, resumeToken = '' } = started;
  const again = await RehearsedSocket.open(`${stream}?resume=${sessionId}`, token, signal);
  const heard = { responseId: answer.responseId, playedMs: HEARD_MS };
  const { lastSeq } = first;
  again.send({ type: 'session.resume', protocol: PROTOCOL_VERSION, sessionId, resumeToken, lastSeq, heard });
  await again.next('session.resumed');
  again.sendAudio(CHUNK);
  await again.next('response.started');
  again.send({ type: 'session.end' });
  await again.next('session.ended');
  again.cut();
}

type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { readonly type: T }>;

class RehearsedSocket {
  lastSeq = 0;
  private readonly messages: ServerMessage[] = [];
  private wake: () => void = () => undefined;
  private readonly over: Promise<never>;
  private readonly fail: (why: Error) => void;

  private constructor(
    private readonly socket: WebSocket,
    signal: AbortSignal,
  ) {
    const { promise, reject } = Promise.withResolvers<never>();
    this.over = promise;
    this.fail = reject;
    // It is looked at only while something is waited for.
    promise.catch(() => undefined);
    const giveUp = (): void => {
      socket.terminate();
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', giveUp, { once: true });
    socket.on('error', reject);
    socket.on('close', (code) => {
      signal.removeEventListener('abort', giveUp);
      reject(new Error(`the connection was closed with ${code}`));
    });
    socket.on('message', (data: Data, isBinary: boolean) => {
      if (!isBinary) this.read(JSON.parse((data as Buffer).toString()) as ServerMessage);
    });
  }

  static async open(url: string, token: string, signal: AbortSignal): Promise<RehearsedSocket> {
    signal.throwIfAborted();
    const socket = new WebSocket(url, [SUBPROTOCOL, `${BEARER_SUBPROTOCOL_PREFIX}${token}`]);
    const rehearsed = new RehearsedSocket(socket, signal);
    await Promise.race([new Promise((resolve) => socket.once('open', resolve)), rehearsed.over]);
    return rehearsed;
  }

  send(message: ClientMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  sendAudio(chunk: Uint8Array): void {
    this.socket.send(chunk);
  }

  cut(): void {
    this.socket.terminate();
  }

  /** The first message like this, now or soon. */
  async next<T extends ServerMessage['type']>(
    type: T,
    pass: (message: MessageOf<T>) => boolean = () => true,
  ): Promise<MessageOf<T>> {
    for (;;) {
      const found = this.messages.find(
        (message): message is MessageOf<T> => message.type === type && pass(message as MessageOf<T>),
      );
      if (found !== undefined) return found;
      await Promise.race([new Promise<void>((resolve) => (this.wake = resolve)), this.over]);
    }
  }

  private read(message: ServerMessage): void {
    if ('seq' in message && message.seq !== undefined) this.lastSeq = message.seq;
    if (message.type === 'error') this.fail(new Error(`the server said ${message.code}`));
    this.messages.push(message);
    this.wake();
  }
}
