import type { DeepgramClient } from '@deepgram/sdk';
import { DEEPGRAM } from '../../provider/deepgram-transport.js';
import type { SocketTransport, TransportEnd } from '../../provider/deepgram-transport.js';
import { closedEarlyError, connectionError, droppedError } from '../../provider/failure.js';
import { ProviderError } from '../../provider/provider.port.js';
import { SocketSpeech } from '../common/socket-speech.js';
import type { SocketSpeechOptions } from '../common/socket-speech.js';
import type { TtsListener } from '../tts.port.js';
import { FlushBudget } from './flush-budget.js';
import { mapMessage } from './map-message.js';
import { Pace, SpokenGroup } from './spoken-group.js';

type SpeakSocket = Awaited<ReturnType<DeepgramClient['speak']['v1']['connect']>>;

/** Makes a client of the SDK whose one connection tells us of itself. */
export type ClientFactory = (handlers: {
  readonly made: (transport: SocketTransport) => void;
  readonly ended: (end: TransportEnd) => void;
  readonly audio: (data: Uint8Array) => void;
}) => Promise<DeepgramClient>;

export interface DeepgramTtsStreamOptions extends Omit<SocketSpeechOptions, 'provider'> {
  /** Deepgram's model is its voice: `aura-2-thalia-en`. */
  readonly model: string;
  readonly connectTimeoutMs: number;
  readonly makeClient: ClientFactory;
}

/** Longest text of one Speak message, characters. */
const MAX_SPEAK_CHARS = 2000;
/** With fewer flushes left than this, segments that wait are handed over together. */
const SCARCE_FLUSHES = 8;

/** One reply's speech: a connection, a Speak and a Flush for each segment, and the audio between two Flushed. */
export class DeepgramTtsStream extends SocketSpeech {
  private readonly budget = new FlushBudget();
  private readonly pace = new Pace();
  private readonly groups: SpokenGroup[] = [];
  private transport: SocketTransport | undefined;
  private socket: SpeakSocket | undefined;
  private isOpen = false;
  private budgetTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: DeepgramTtsStreamOptions,
    listener: TtsListener,
  ) {
    super({ ...options, provider: DEEPGRAM }, listener);
    this.watchdog.expect('connection', options.connectTimeoutMs);
    this.connect().catch((error: unknown) => {
      this.fail(error instanceof ProviderError ? error : connectionError(DEEPGRAM, error));
    });
  }

  protected get isSpeaking(): boolean {
    return this.groups.length > 0;
  }

  private async connect(): Promise<void> {
    const client = await this.options.makeClient({
      made: (transport) => {
        this.transport = transport;
      },
      ended: (end) => {
        this.socketEnded(end);
      },
      audio: (data) => {
        this.audio(data);
      },
    });
    if (this.output.isOver) return;
    const socket = await client.speak.v1.connect({
      model: this.options.model,
      encoding: 'linear16',
      sample_rate: `${this.options.providerRate}`,
      // A connection that comes back by itself has forgotten what was to be spoken.
      reconnectAttempts: 0,
      connectionTimeoutInSeconds: this.options.connectTimeoutMs / 1000 + 1,
    });
    // Aborted meanwhile.
    if (this.output.isOver) return;
    this.socket = socket;
    socket.on('open', () => {
      this.opened();
    });
    socket.on('message', (message: unknown) => {
      this.received(message);
    });
    socket.connect();
  }

  private opened(): void {
    if (this.isOpen || this.output.isOver) return;
    this.isOpen = true;
    this.watchdog.stop();
    this.submit();
  }

  /** Hands over what waits, one Flush a segment while there are enough of them. */
  protected submit(): void {
    // Closed by the peer a moment ago: the close event is on its way and says why.
    if (!this.isOpen || this.output.isOver || this.transport?.isOpen() !== true) return;
    clearTimeout(this.budgetTimer);
    while (this.texts.length > 0) {
      const now = performance.now();
      const spare = this.budget.spare(now);
      const isScarce = spare <= SCARCE_FLUSHES;
      if (isScarce && this.groups.length > 0) return; // more may have come by the time that these are spoken
      if (spare === 0) {
        this.budgetTimer = setTimeout(() => this.submit(), this.budget.waitMs(now));
        return;
      }
      this.budget.spend(now);
      this.hand(this.texts.splice(0, isScarce ? this.texts.length : 1));
    }
  }

  private hand(texts: readonly string[]): void {
    if (this.groups.length === 0) this.expectAudio('first audio');
    this.groups.push(
      new SpokenGroup(
        texts.map((text) => text.length),
        (this.options.providerRate * 2) / 1000,
        this.pace,
        this.output,
      ),
    );
    for (const text of partsOf(texts.join(' '))) this.socket?.sendText({ type: 'Speak', text });
    this.socket?.sendFlush({ type: 'Flush' });
  }

  private audio(data: Uint8Array): void {
    const [group] = this.groups;
    // Without a group it is late: what it belongs to was said to be complete.
    if (group === undefined || this.output.isOver || data.length === 0) return;
    this.expectAudio('further audio');
    group.audio(data);
  }

  private received(message: unknown): void {
    if (this.output.isOver) return;
    const event = mapMessage(message);
    if (event === 'flushed') this.flushed();
    else if (event !== undefined) this.fail(event);
  }

  private flushed(): void {
    const group = this.groups.shift();
    if (group === undefined) return;
    if (this.groups.length > 0) this.expectAudio('first audio');
    else this.watchdog.stop();
    if (!group.end()) return this.fail(closedEarlyError(DEEPGRAM, 'the speech'));
    if (this.output.isOver) return;
    this.submit();
    this.mayFinish();
  }

  private socketEnded({ code, reason, error }: TransportEnd): void {
    if (error !== undefined) return this.fail(error);
    if (!this.isOpen) return this.fail(closedEarlyError(DEEPGRAM, 'the handshake', code));
    this.fail(droppedError(DEEPGRAM, 'the speech', code, reason));
  }

  protected disconnect(): void {
    clearTimeout(this.budgetTimer);
    this.groups.length = 0;
    this.transport?.terminate();
  }
}

/** A text in pieces that Speak takes, cut between words where there are any. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > MAX_SPEAK_CHARS) {
    const blank = rest.lastIndexOf(' ', MAX_SPEAK_CHARS - 1);
    const end = blank <= 0 ? MAX_SPEAK_CHARS : blank + 1;
    parts.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...parts, rest];
}
