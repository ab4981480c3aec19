// A caller with the client SDK and a loudspeaker, as a page has them, who types; and who notices when something he said was
// lost, doubled or forgotten.
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';
import type { ServerEvent } from '../../client/client-events.js';
import { probeRefusal } from '../../client/node/refusal-probe.js';
import { VirtualSpeaker } from '../../client/node/virtual-speaker.js';
import { ResponsePlayback } from '../../client/playback/response-playback.js';
import { VoiceClient } from '../../client/voice-client.js';
import { waitFor } from './wait-for.js';

const FORMAT = { encoding: 'pcm16', sampleRate: 16_000 } as const;
/** For a machine that does ten other things, ms. */
const PATIENCE_MS = 40_000;
/** Only somebody who knows what was asked before can do this. */
const FOLLOW_UP = 'Email them to ada@example.com.';

const question = (client: number): string => `What transactions does client ${client} have?`;

type EventOf<Type extends ServerEvent['type']> = Extract<ServerEvent, { type: Type }>;

export class SdkCaller {
  /** How long each gap was, ms: from the loss of the connection to the server's answer on the next. */
  readonly gaps: number[] = [];
  /** When the latest loss was noticed, the next connection was there, and the call went on, ms of performance.now. */
  lostAt = 0;
  connectedAt = 0;
  resumedAt = 0;
  private readonly events: ServerEvent[] = [];
  private readonly said: string[] = [];
  private readonly client: VoiceClient;
  private readonly speaker = new VirtualSpeaker({ sampleRate: FORMAT.sampleRate });
  private readonly playback: ResponsePlayback;
  private readonly missed: string[] = [];

  private constructor(tls: ClientOptions | undefined) {
    this.client = new VoiceClient({
      webSocket: (url, protocols) => new WebSocket(url, [...protocols], tls),
      // It asks as anybody does, and would not find a server that only `tls` leads to.
      ...(tls === undefined ? { explainRefusal: probeRefusal } : {}),
    });
    this.playback = new ResponsePlayback(this.client, this.speaker);
    this.client.on('message', (event) => this.events.push(event));
    this.client.on('reconnecting', () => (this.lostAt = performance.now()));
    this.client.on('session.resuming', () => (this.connectedAt = performance.now()));
    this.client.on('session.resumed', () => (this.resumedAt = performance.now()));
    this.client.on('reconnected', ({ gapMs, missed, lostAudioMs }) => {
      this.gaps.push(gapMs);
      if (missed || lostAudioMs > 0) this.missed.push(`missed ${missed}, ${lostAudioMs} ms of audio lost`);
    });
    this.client.on('closed', ({ local, code, meaning }) => {
      if (!local) this.missed.push(`closed with ${code}: ${meaning}`);
    });
  }

  /** Calls, and waits until the greeting has begun. `token` is asked for each connection; `tls` is how a wss:// is reached. */
  static async call(url: string, token: () => string, tls?: ClientOptions): Promise<SdkCaller> {
    const caller = new SdkCaller(tls);
    await caller.client.connect({
      url,
      token,
      audio: { input: FORMAT, output: FORMAT },
      connectTimeoutMs: PATIENCE_MS,
    });
    await caller.until(() => caller.of('response.started').length > 0);
    return caller;
  }

  get sessionId(): string {
    return this.client.session?.sessionId ?? '';
  }

  /** Whether the call has a connection at the moment. */
  get connected(): boolean {
    return this.client.state === 'open';
  }

  /** Asks about a client of the business, and waits until the answer has begun. */
  async ask(client: number): Promise<void> {
    const turn = this.submit(question(client));
    await this.answered(turn, 'transactions');
  }

  /** Says what only somebody understands who knows the question before; returns what waits for the answer. */
  followUp(client: number): () => Promise<void> {
    const turn = this.submit(FOLLOW_UP);
    return () => this.answered(turn, String(client));
  }

  /** What was lost, doubled, out of order or forgotten so far; empty when all is well. */
  faults(): readonly string[] {
    const turns = this.of('turn.ended').map(({ text }) => text);
    const faults = [...this.missed];
    if (JSON.stringify(turns) !== JSON.stringify(this.said)) {
      faults.push(`said ${this.said.length} things, the server took ${turns.length}: ${this.difference(turns)}`);
    }
    const seqs = this.events.flatMap((event) => ('seq' in event && event.seq !== undefined ? [event.seq] : []));
    if (seqs.some((seq, at) => seq <= (seqs[at - 1] ?? 0) && this.events[at]?.type !== 'session.resumed')) {
      faults.push('messages came out of order, or twice');
    }
    for (const error of this.of('error')) faults.push(`error ${error.code}`);
    const tools = this.of('tool.started').length;
    // Who takes a call over reads again what nobody had written down yet. What changes something asks first.
    if (tools > this.said.length + this.gaps.length)
      faults.push(`${tools} tools ran for ${this.said.length} turns that want one each, and ${this.gaps.length} gaps`);
    return faults;
  }

  /** Whether the call is over, for whatever reason. */
  get over(): boolean {
    return this.client.state === 'closed';
  }

  async hangUp(): Promise<void> {
    await this.client.end();
    this.playback.dispose();
    await this.speaker.close();
  }

  /** Its number among the turns of the call. */
  private submit(text: string): number {
    if (this.client.state === 'closed') throw new Error(this.faults().join('; '));
    this.client.submitText(text);
    return this.said.push(text) - 1;
  }

  private async answered(turn: number, word: string): Promise<void> {
    await this.until(
      () => this.replyTo(this.of('turn.ended')[turn]?.turnId).includes(word),
      () =>
        `no "${word}" in the answer to "${this.said[turn]}": "${this.replyTo(this.of('turn.ended')[turn]?.turnId)}"`,
    );
  }

  private replyTo(turnId: string | undefined): string {
    if (turnId === undefined) return '';
    const replies = new Set(
      this.of('response.started').flatMap((event) => (event.turnId === turnId ? [event.responseId] : [])),
    );
    return this.of('response.text')
      .flatMap(({ responseId, delta }) => (replies.has(responseId) ? [delta] : []))
      .join('');
  }

  private difference(turns: readonly string[]): string {
    const at = this.said.findIndex((text, index) => turns[index] !== text);
    return `number ${at}: "${this.said[at]}" became "${turns[at]}"`;
  }

  private of<Type extends ServerEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  private async until(condition: () => boolean, told: () => string = () => 'nothing was answered'): Promise<void> {
    try {
      await waitFor(() => condition() || this.client.state === 'closed', PATIENCE_MS);
    } catch (cause) {
      throw new Error(`${told()}; ${this.faults().join('; ')}`, { cause });
    }
    if (!condition()) throw new Error(`${told()}; ${this.faults().join('; ')}`);
  }
}
