// Twilio as a server of ours meets it: it asks the webhook what to do with a call, signs as Twilio's own library signs, opens
// the media stream that it is told, and carries a telephone line over it at real time. The line may lose frames and hold them
// back. What is to be played waits in a buffer of Twilio's; marks come back when they are reached, or at once at `clear`.
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { WebSocket } from 'ws';

export interface TwilioAccount {
  /** Where the server really is, http://127.0.0.1:port. */
  readonly server: string;
  /** Where Twilio believes it is: what is configured there, and signed. */
  readonly publicOrigin: string;
  readonly authToken: string;
}

export interface DialOptions {
  /** Of a call that was placed; a new one when absent. */
  readonly callSid?: string;
  readonly from?: string;
  readonly to?: string;
  /** Path and query of the webhook that the number has. */
  readonly webhook?: string;
  /** Share of the caller's frames that are lost before Twilio, 0 to 1. */
  readonly loss?: number;
  /** Frames are held back for up to so long, ms, and then come all at once. */
  readonly jitterMs?: number;
}

export interface Connected {
  readonly url: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const FRAME_MS = 20;
const FRAME_BYTES = 160;
const SILENCE = 0xff;
/** How often frames are held back, per frame. */
const STALL_CHANCE = 0.02;

export const sid = (kind: 'CA' | 'MZ' | 'AC'): string => kind + randomBytes(16).toString('hex');

export interface AskOptions {
  readonly webhook?: string;
  /** The address that the signature belongs to; the public one by default. */
  readonly signedFor?: string;
  readonly signature?: string;
}

/** Twilio's request for what to do with a call. */
export async function askWebhook(
  { server, publicOrigin, authToken }: TwilioAccount,
  form: Readonly<Record<string, string>>,
  { webhook = '/v1/twilio/voice', signedFor = publicOrigin + webhook, signature }: AskOptions = {},
): Promise<Response> {
  const signed = signature ?? getExpectedTwilioSignature(authToken, signedFor, form);
  return fetch(server + webhook, {
    method: 'POST',
    headers: { connection: 'close', 'x-twilio-signature': signed },
    body: new URLSearchParams(form),
  });
}

/** What the answer says to do; throws when it is anything but one media stream. */
export function streamOf(twiml: string): Connected {
  const url = /<Connect><Stream url="([^"]+)">/.exec(twiml)?.[1];
  if (url === undefined || url.includes('?')) throw new Error(`no media stream in ${twiml}`);
  const parameters = [...twiml.matchAll(/<Parameter name="([^"]+)" value="([^"]*)"\/>/g)];
  for (const [whole, name = '', value = ''] of parameters) {
    if (name.length + value.length > 500) throw new Error(`Twilio takes 500 characters: ${whole}`);
  }
  return { url, parameters: Object.fromEntries(parameters.map(([, name, value]) => [name, value])) };
}

/** Opens a media stream; the first frames are for the caller to send. */
export function openStream({ server, authToken }: TwilioAccount, url: string, signature?: string): WebSocket {
  const local = server.replace(/^http/, 'ws') + new URL(url).pathname;
  const headers = { 'X-Twilio-Signature': signature ?? getExpectedTwilioSignature(authToken, url, {}) };
  const ws = new WebSocket(local, { headers, perMessageDeflate: false });
  // `close` or `unexpected-response` comes, too, and says what a test needs to know.
  return ws.on('error', () => undefined);
}

/** Twilio's first message about a stream. */
export function startMessage(callSid: string, streamSid: string, parameters: Readonly<Record<string, string>>): object {
  const mediaFormat = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
  const start = {
    accountSid: sid('AC'),
    streamSid,
    callSid,
    tracks: ['inbound'],
    customParameters: parameters,
    mediaFormat,
  };
  return { event: 'start', sequenceNumber: '1', start, streamSid };
}

type Outbound =
  | { readonly event: 'media'; readonly media: { readonly payload: string } }
  | { readonly event: 'mark'; readonly mark: { readonly name: string } }
  | { readonly event: 'clear' };

/** One answered call: a caller who speaks, hears, types and hangs up. */
export class TwilioCall {
  readonly streamSid = sid('MZ');
  /** mu-law, 20 ms after 20 ms since the line was open: what the caller hears, and what he says. */
  readonly heard: Uint8Array[] = [];
  readonly said: Uint8Array[] = [];
  /** When the line was open, ms as performance.now counts. */
  openedAt = 0;
  /** How often the buffer was thrown away. */
  clears = 0;
  /** Marks that came back because they were reached, and because of `clear`. */
  readonly marks = { played: 0, cleared: 0 };
  /** How the server ended the stream; undefined while it goes on. */
  closed: { readonly code: number; readonly at: number } | undefined;
  private readonly buffer: (Uint8Array | { readonly mark: string })[] = [];
  private microphone: Uint8Array[] = [];
  private sequence = 1;
  private chunk = 0;
  private timer: NodeJS.Timeout | undefined;
  private heldUntil = 0;
  private held: string[] = [];
  private sinceStart = 0;

  private constructor(
    readonly callSid: string,
    private readonly ws: WebSocket,
    private readonly options: DialOptions,
  ) {
    ws.on('message', (data: Buffer) => this.take(JSON.parse(data.toString()) as Outbound));
    ws.on('close', (code: number) => {
      this.closed ??= { code, at: performance.now() };
      clearTimeout(this.timer);
    });
  }

  /** Rings, does what the webhook says, and resolves when the line is open. */
  static async dial(account: TwilioAccount, options: DialOptions = {}): Promise<TwilioCall> {
    const { callSid = sid('CA'), from = '+4930123456', to = '+4930654321', webhook = '/v1/twilio/voice' } = options;
    const form = { AccountSid: sid('AC'), CallSid: callSid, CallStatus: 'ringing', From: from, To: to };
    const answer = await askWebhook(account, form, { webhook });
    if (!answer.ok) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
    const { url, parameters } = streamOf(await answer.text());
    const ws = openStream(account, url);
    const call = new TwilioCall(callSid, ws, options);
    await new Promise<void>((resolve, reject) => ws.once('open', resolve).once('error', reject));
    call.send({ event: 'connected', protocol: 'Call', version: '1.0.0' });
    call.send(startMessage(callSid, call.streamSid, parameters));
    call.openedAt = performance.now();
    call.run(call.openedAt);
    return call;
  }

  /** Speaks, mu-law; resolves when it has been said. */
  async say(codes: Uint8Array): Promise<void> {
    for (let at = 0; at < codes.length; at += FRAME_BYTES) this.microphone.push(codes.subarray(at, at + FRAME_BYTES));
    while (this.microphone.length > 0 && this.closed === undefined) {
      await new Promise((resolve) => setTimeout(resolve, FRAME_MS));
    }
  }

  /** Types a key: Twilio takes its tone out of the audio. */
  press(digit: string): void {
    this.send({
      event: 'dtmf',
      sequenceNumber: this.next(),
      streamSid: this.streamSid,
      dtmf: { track: 'inbound_track', digit },
    });
  }

  /** What is waiting to be played, ms. */
  get waitingMs(): number {
    return this.buffer.reduce((sum, item) => sum + (item instanceof Uint8Array ? item.length / 8 : 0), 0);
  }

  /** ms since the line was open. */
  get lineMs(): number {
    return this.heard.length * FRAME_MS;
  }

  /** What the caller has heard from `fromMs` on, mu-law. */
  heardSince(fromMs: number): Uint8Array {
    return Buffer.concat(this.heard.slice(Math.floor(fromMs / FRAME_MS)));
  }

  /** The caller puts the receiver down. `answering`: Twilio closes its end too. */
  hangUp({ answering = true } = {}): void {
    clearTimeout(this.timer);
    this.send({
      event: 'stop',
      sequenceNumber: this.next(),
      streamSid: this.streamSid,
      stop: { callSid: this.callSid },
    });
    if (answering) this.ws.close(1000);
    else this.ws.pause();
  }

  /** The connection breaks, without a word. */
  vanish(): void {
    clearTimeout(this.timer);
    this.ws.terminate();
  }

  private take(message: Outbound): void {
    if (message.event === 'media') this.buffer.push(new Uint8Array(Buffer.from(message.media.payload, 'base64')));
    if (message.event === 'mark') this.buffer.push({ mark: message.mark.name });
    if (message.event !== 'clear') return;
    this.clears += 1;
    const pending = this.buffer.splice(0);
    for (const item of pending) if (!(item instanceof Uint8Array)) this.giveBack(item.mark, 'cleared');
  }

  private giveBack(name: string, why: 'played' | 'cleared'): void {
    this.marks[why] += 1;
    this.send({ event: 'mark', sequenceNumber: this.next(), streamSid: this.streamSid, mark: { name } });
  }

  /** One beat every 20 ms; those that were missed are made up for. */
  private run(startedAt: number): void {
    const due = Math.floor((performance.now() - startedAt) / FRAME_MS);
    for (; this.sinceStart < due; this.sinceStart += 1) this.beat(this.sinceStart * FRAME_MS);
    const wait = startedAt + (due + 1) * FRAME_MS - performance.now();
    this.timer = setTimeout(() => this.run(startedAt), Math.max(1, wait));
  }

  private beat(at: number): void {
    this.listen();
    this.speak(at);
  }

  private listen(): void {
    const frame = new Uint8Array(FRAME_BYTES).fill(SILENCE);
    for (let filled = 0; filled < FRAME_BYTES;) {
      const item = this.buffer.shift();
      if (item === undefined) break;
      if (!(item instanceof Uint8Array)) {
        this.giveBack(item.mark, 'played');
        continue;
      }
      const part = item.subarray(0, FRAME_BYTES - filled);
      frame.set(part, filled);
      filled += part.length;
      if (part.length < item.length) this.buffer.unshift(item.subarray(part.length));
    }
    this.heard.push(frame);
  }

  private speak(at: number): void {
    const spoken = this.microphone.shift();
    const frame = Buffer.alloc(FRAME_BYTES, SILENCE);
    if (spoken !== undefined) frame.set(spoken);
    this.said.push(frame);
    this.chunk += 1;
    if (Math.random() < (this.options.loss ?? 0)) return;
    const media = {
      track: 'inbound',
      chunk: String(this.chunk),
      timestamp: String(at),
      payload: frame.toString('base64'),
    };
    this.held.push(JSON.stringify({ event: 'media', sequenceNumber: this.next(), media, streamSid: this.streamSid }));
    const { jitterMs = 0 } = this.options;
    if (at >= this.heldUntil && Math.random() < STALL_CHANCE) this.heldUntil = at + Math.random() * jitterMs;
    if (at < this.heldUntil) return;
    for (const text of this.held.splice(0)) this.ws.send(text);
  }

  private next(): string {
    this.sequence += 1;
    return String(this.sequence);
  }

  private send(message: object): void {
    if (this.ws.readyState === WebSocket.OPEN) this.ws.send(JSON.stringify(message));
  }
}
