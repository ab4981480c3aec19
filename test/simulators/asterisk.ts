// Asterisk's WebSocket channel (chan_websocket) as a server of ours meets it: it connects for one call, with the username and
// password of websocket_client.conf, says MEDIA_START, streams the caller's audio as a frame every 20 ms, and plays what it
// gets from a queue of 20 s: whole frames only, one every 20 ms, marks in their places, nothing beyond the high-water mark.
//
// Not implemented: passthrough, pausing, buffering, plain text beyond MEDIA_START, GET_STATUS.
import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';

const FRAME_MS = 20;
/** Frames. */
const XOFF = 900;
const XON = 800;

export interface AsteriskOptions {
  readonly server: string;
  readonly password?: string;
  /** Of the dial string's `c(...)`. */
  readonly format?: string;
  readonly frameBytes?: number;
  readonly silence?: number;
  /** Of `v(...)`. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly plainText?: boolean;
  readonly protocols?: readonly string[];
}

export class AsteriskChannel {
  readonly channelId = `pbx-${Date.now()}.${Math.floor(Math.random() * 1000)}`;
  /** 20 ms after 20 ms: what the caller hears. */
  readonly heard: Uint8Array[] = [];
  readonly counts = { flushes: 0, marks: 0, xoff: 0, dropped: 0, hangups: 0, mostQueued: 0 };
  closed: { readonly code: number; readonly reason: string } | undefined;
  private readonly queue: (Uint8Array | { readonly mark: string })[] = [];
  private full = false;
  private readonly microphone: Uint8Array[] = [];
  private timer: NodeJS.Timeout | undefined;
  private beats = 0;

  private constructor(
    private readonly ws: WebSocket,
    private readonly options: Required<Pick<AsteriskOptions, 'format' | 'frameBytes' | 'silence'>>,
  ) {
    ws.on('message', (data: Buffer, isBinary) => {
      if (isBinary) this.media(data);
      else this.command(JSON.parse(data.toString()) as { command: string; correlation_id?: string });
    });
    ws.on('close', (code: number, reason: Buffer) => {
      this.closed ??= { code, reason: reason.toString() };
      clearTimeout(this.timer);
    });
  }

  /** Connects; rejects with the status of a refused handshake. */
  static async dial({ server, password, parameters = {}, ...options }: AsteriskOptions): Promise<AsteriskChannel> {
    const { format = 'ulaw', frameBytes = 160, silence = 0xff, plainText = false, protocols = ['media'] } = options;
    const url = new URL('/v1/asterisk', server.replace(/^http/, 'ws'));
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const credentials = Buffer.from(`parley:${password ?? ''}`).toString('base64');
    const headers = password === undefined ? {} : { authorization: `Basic ${credentials}` };
    const ws = new WebSocket(url, [...protocols], { headers, perMessageDeflate: false });
    const channel = new AsteriskChannel(ws, { format, frameBytes, silence });
    await new Promise<void>((resolve, reject) => {
      ws.once('open', resolve);
      ws.on('error', reject);
      ws.once('unexpected-response', (_request, { statusCode }) => {
        ws.terminate();
        reject(new Error(`refused with ${statusCode ?? 0}`));
      });
    });
    const start = {
      event: 'MEDIA_START',
      connection_id: randomUUID(),
      channel: `WebSocket/parley/0x${channel.channelId}`,
      channel_id: channel.channelId,
      format,
      optimal_frame_size: frameBytes,
      ptime: FRAME_MS,
      channel_variables: { DIALEDPEERNUMBER: `parley/c(${format})f(json)` },
    };
    ws.send(
      plainText ? `MEDIA_START connection_id:1 channel:WebSocket/parley format:${format}` : JSON.stringify(start),
    );
    channel.run(performance.now());
    return channel;
  }

  /** Speaks, in the channel's format; resolves when it has been said. */
  async say(audio: Uint8Array): Promise<void> {
    const { frameBytes } = this.options;
    for (let at = 0; at < audio.length; at += frameBytes) this.microphone.push(audio.subarray(at, at + frameBytes));
    while (this.microphone.length > 0 && this.closed === undefined) {
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    }
  }

  press(digit: string): void {
    this.event('DTMF_END', { digit });
  }

  /** What is waiting to be played, ms. */
  get waitingMs(): number {
    return this.queue.filter((item) => item instanceof Uint8Array).length * FRAME_MS;
  }

  heardSince(fromMs = 0): Uint8Array {
    return Buffer.concat(this.heard.slice(Math.floor(fromMs / FRAME_MS)));
  }

  /** The caller hangs up: Asterisk closes the connection. */
  hangUp(): void {
    clearTimeout(this.timer);
    this.ws.close(1000);
  }

  private event(event: string, more: object = {}): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    this.ws.send(JSON.stringify({ event, channel_id: this.channelId, ...more }));
  }

  private media(data: Buffer): void {
    const { frameBytes } = this.options;
    // What fills no frame is dropped, and so is what comes when the queue is full.
    for (let at = 0; at + frameBytes <= data.length; at += frameBytes) {
      if (this.full) this.counts.dropped += 1;
      else this.queue.push(new Uint8Array(data.subarray(at, at + frameBytes)));
    }
    const frames = this.waitingMs / FRAME_MS;
    this.counts.mostQueued = Math.max(this.counts.mostQueued, frames);
    if (data.length % frameBytes !== 0) this.counts.dropped += 1;
    if (frames < XOFF || this.full) return;
    this.full = true;
    this.counts.xoff += 1;
    this.event('MEDIA_XOFF');
  }

  private command({ command, correlation_id: id = '' }: { command: string; correlation_id?: string }): void {
    if (command === 'MARK_MEDIA') this.queue.push({ mark: id });
    if (command === 'HANGUP') {
      this.counts.hangups += 1;
      this.hangUp();
    }
    if (command !== 'FLUSH_MEDIA') return;
    this.counts.flushes += 1;
    this.queue.length = 0;
  }

  private run(startedAt: number): void {
    const due = Math.floor((performance.now() - startedAt) / FRAME_MS);
    for (; this.beats < due; this.beats += 1) this.beat();
    this.timer = setTimeout(
      () => this.run(startedAt),
      Math.max(1, startedAt + (due + 1) * FRAME_MS - performance.now()),
    );
  }

  private beat(): void {
    const { frameBytes, silence } = this.options;
    let frame: Uint8Array | undefined;
    while (frame === undefined && this.queue.length > 0) {
      const item = this.queue.shift();
      if (item instanceof Uint8Array) frame = item;
      else if (item !== undefined) {
        this.counts.marks += 1;
        this.event('MEDIA_MARK_PROCESSED', { correlation_id: item.mark });
      }
    }
    this.heard.push(frame ?? new Uint8Array(frameBytes).fill(silence));
    if (this.full && this.queue.length < XON) {
      this.full = false;
      this.event('MEDIA_XON');
    }
    const spoken = Buffer.alloc(frameBytes, silence);
    const said = this.microphone.shift();
    if (said !== undefined) spoken.set(said);
    if (this.ws.readyState === WebSocket.OPEN) this.ws.send(spoken);
  }
}
