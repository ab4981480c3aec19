// A simulator of Deepgram's streaming speech to text and text to speech, on its real wire.
//
// Implements: the handshake (`Authorization: Token <key>`, query, refusals with `dg-error`), `/v1/listen` (nova: Results,
// SpeechStarted, UtteranceEnd, Metadata; KeepAlive, Finalize, CloseStream; 1011 NET-0001 when nothing comes),
// `/v2/listen` (Flux: Connected, TurnInfo, Error; Configure, CloseStream; no KeepAlive) and `/v1/speak` (the voice, in
// deepgram-speak.ts). What it "hears" is either a script
// (messages by amount of audio) or loudness: each stretch of loud audio is an utterance and becomes the next of the given
// transcripts, counted by bytes, so a load generator drives whole turns by sending loud and silent frames at any speed.
// Not implemented: real recognition, REST, several channels, compressed audio.
//
// Faults and delays are knobs, for all connections or for each by its number: see deepgram-knobs.ts.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { DeepgramConnection } from './deepgram-connection.js';
import type { DeepgramConnectionLog } from './deepgram-connection.js';
import type { DeepgramKnobs } from './deepgram-knobs.js';
import { DeepgramSpeakSession } from './deepgram-speak.js';
import type { DeepgramSpeakLog } from './deepgram-speak.js';
import { WebSocketSimulator } from './websocket-simulator.js';
import type { Refusal } from './websocket-simulator.js';

export const SIMULATED_DEEPGRAM_KEY = 'simulated-deepgram-key';

const SPEAK = '/v1/speak';

export interface DeepgramSimulatorOptions {
  readonly apiKey?: string;
  /** 0 (the default) takes a free port of 127.0.0.1. */
  readonly port?: number;
  /** The same for all connections, or by the connection's number (from 0). */
  readonly knobs?: DeepgramKnobs | ((connection: number) => DeepgramKnobs);
  /** Agree to permessage-deflate when the client offers it. */
  readonly compression?: boolean;
  /** Keep a log of every connection (for tests; a load run keeps the counters only). */
  readonly keepLogs?: boolean;
}

export class DeepgramSimulator extends WebSocketSimulator<DeepgramKnobs> {
  /** In the order of their handshakes; empty when `keepLogs` is false. */
  readonly connections: DeepgramConnectionLog[] = [];
  /** The same for `/v1/speak`. */
  readonly voices: DeepgramSpeakLog[] = [];

  private constructor(private readonly options: DeepgramSimulatorOptions) {
    super(options.knobs, options.compression);
  }

  static async start(options: DeepgramSimulatorOptions = {}): Promise<DeepgramSimulator> {
    const simulator = new DeepgramSimulator(options);
    await simulator.listen(options.port ?? 0);
    return simulator;
  }

  /** For the adapter's `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected faultOf(url: URL, request: IncomingMessage): Refusal | undefined {
    return faultOfRequest(url, request.headers.authorization, this.options.apiKey ?? SIMULATED_DEEPGRAM_KEY);
  }

  protected accepted(webSocket: WebSocket, tcp: Duplex, url: URL, knobs: DeepgramKnobs): void {
    if (url.pathname === SPEAK) {
      const session = new DeepgramSpeakSession(webSocket, tcp, url, knobs.voice ?? {});
      if (this.options.keepLogs ?? true) this.voices.push(session.log);
      return;
    }
    const connection = new DeepgramConnection(webSocket, tcp, url, knobs);
    if (this.options.keepLogs ?? true) this.connections.push(connection.log);
  }

  protected override refusalHeaders(message: string): Record<string, string> {
    return { 'dg-error': message };
  }
}

function faultOfRequest(url: URL, authorization: string | undefined, apiKey: string): Refusal | undefined {
  if (authorization !== `Token ${apiKey}`) return { status: 401, message: 'Invalid credentials.' };
  if (url.pathname === SPEAK) return faultOfVoice(url.searchParams);
  const isFlux = url.pathname === '/v2/listen';
  if (!isFlux && url.pathname !== '/v1/listen') return { status: 404, message: 'No such path.' };
  const query = url.searchParams;
  const model = query.get('model') ?? '';
  if (model === '' || model.startsWith('flux-') !== isFlux) return { status: 400, message: 'No such model here.' };
  const rate = Number(query.get('sample_rate'));
  if (query.get('encoding') !== 'linear16' || !(rate >= 8000 && rate <= 48_000)) {
    return { status: 400, message: 'Unsupported encoding or sample rate.' };
  }
  if (query.has('utterance_end_ms') && query.get('interim_results') !== 'true') {
    return { status: 400, message: 'utterance_end_ms needs interim_results.' };
  }
  return undefined;
}

function faultOfVoice(query: URLSearchParams): Refusal | undefined {
  if (!(query.get('model') ?? '').startsWith('aura-')) return { status: 400, message: 'No such model here.' };
  const isKnown = ['8000', '16000', '24000', '32000', '48000'].includes(query.get('sample_rate') ?? '');
  return query.get('encoding') === 'linear16' && isKnown
    ? undefined
    : { status: 400, message: 'Unsupported encoding or sample rate.' };
}
