import type { DeepgramClient } from '@deepgram/sdk';
import { DEEPGRAM } from '../../provider/deepgram-transport.js';
import type { SocketTransport, TransportEnd } from '../../provider/deepgram-transport.js';
import { closedEarlyError } from '../../provider/failure.js';
import type { SttEvent } from '../stt.port.js';
import type { DialectListener, StreamDialect } from '../common/stream-dialect.js';
import { closeError } from './wire-fault.js';

/** Makes a client of the SDK whose one connection runs over the transport that is handed to `made`. */
export type ClientFactory = (
  made: (transport: SocketTransport) => void,
  ended: (end: TransportEnd) => void,
) => Promise<DeepgramClient>;

/** What the SDK's two sockets for recognition have in common. */
export interface DeepgramSocket {
  on(event: 'open', listener: () => void): void;
  on(event: 'message', listener: (message: unknown) => void): void;
  connect(): unknown;
  /** Never empty: Deepgram takes an empty binary message for the end of the stream. */
  sendMedia(audio: Uint8Array): void;
  sendCloseStream(message: { readonly type: 'CloseStream' }): void;
}

/** What Deepgram's two streaming endpoints share, on the SDK's own socket; their queries and messages are the subclass's. */
export abstract class DeepgramDialect<Socket extends DeepgramSocket> implements StreamDialect {
  readonly provider = DEEPGRAM;
  protected socket: Socket | undefined;
  private transport: SocketTransport | undefined;
  private phase: 'connecting' | 'open' | 'closing' | 'terminated' = 'connecting';

  constructor(private readonly makeClient: ClientFactory) {}

  abstract readonly finalizing: boolean;
  abstract finalize(audioMs: number): void;
  abstract endTurnNow(audioMs: number): readonly SttEvent[];
  abstract lastEvents(audioMs: number): readonly SttEvent[];
  abstract keepAlive(): void;
  /** Messages are what the SDK hands over: parsed JSON, the text itself when it is not JSON, a Blob when it is binary. */
  abstract map(message: unknown): readonly SttEvent[];
  /** Makes the SDK's socket; nothing goes out yet. */
  protected abstract prepare(client: DeepgramClient): Promise<Socket>;

  async connect(listener: DialectListener): Promise<void> {
    const client = await this.makeClient(
      (transport) => {
        this.transport = transport;
      },
      (end) => this.ended(end, listener),
    );
    if (this.isTerminated()) return;
    const socket = await this.prepare(client);
    if (this.isTerminated()) return;
    this.socket = socket;
    socket.on('open', () => {
      if (this.phase === 'connecting') this.phase = 'open';
      listener.opened();
    });
    socket.on('message', (message) => listener.received(message));
    socket.connect();
  }

  get isOpen(): boolean {
    return this.transport?.isOpen() === true;
  }

  get bufferedAmount(): number {
    return this.transport?.bufferedAmount ?? 0;
  }

  sendAudio(audio: Uint8Array): void {
    this.socket?.sendMedia(audio);
  }

  closeStream(): void {
    this.phase = 'closing';
    this.socket?.sendCloseStream({ type: 'CloseStream' });
  }

  terminate(): void {
    this.phase = 'terminated';
    this.transport?.terminate();
  }

  private ended({ code, reason, error }: TransportEnd, listener: DialectListener): void {
    if (error !== undefined) listener.failed(error);
    else if (this.phase === 'connecting') listener.failed(closedEarlyError(DEEPGRAM, 'the handshake', code));
    // Nova closes with 1000 after CloseStream; Flux closes without a code.
    else if (this.phase === 'closing' && (code === 1000 || code === 1005)) listener.finished();
    else listener.failed(closeError(code, reason));
  }

  /** TypeScript cannot see that the phase changes during an await. */
  private isTerminated(): boolean {
    return this.phase === 'terminated';
  }
}
