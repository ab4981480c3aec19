// A simulator of Deepgram's recognition of recorded audio, on its real wire.
//
// Implements: `POST /v1/listen` with a WAV file as the body (`Authorization: Token <key>`, query; 400 for a body that is no
// WAV file, 401 for a wrong key, both with Deepgram's `err_code`), and its answer: metadata with the duration, one channel,
// one alternative, words spread evenly over the audio, the detected language when it was asked for.
// Not implemented: real recognition, addresses instead of files, callbacks, several channels, raw audio.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { decodeWav } from '../../src/audio/wav.js';
import { SIMULATED_DEEPGRAM_KEY } from './deepgram.js';
import { drawMs } from './schedule.js';
import type { Delay } from './schedule.js';

/** How one request is answered. */
export interface DeepgramMediaKnobs {
  /** From the end of the body to the answer. */
  readonly latency?: Delay;
  /** The answer waits for this too. */
  readonly until?: Promise<void>;
  readonly refusal?: { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };
  readonly fault?:
    | 'hang' // takes the body and says nothing
    | 'destroy' // the connection is gone before the answer
    | 'stall' // half of the answer, and no more
    | 'cut' // half of the answer, and the connection is gone
    | 'garbage' // an answer that is not JSON
    | 'malformed'; // JSON without a transcript
}

export interface DeepgramMediaOptions {
  readonly apiKey?: string;
  /** What is said; '' is silence. */
  readonly transcript?: string;
  /** The same for all requests, or by the request's number (from 0). */
  readonly knobs?: DeepgramMediaKnobs | ((request: number) => DeepgramMediaKnobs);
  /** Keep what was asked for (for tests; a load run does not need it). */
  readonly keepRequests?: boolean;
}

export interface DeepgramMediaRequest {
  readonly query: URLSearchParams;
  readonly contentType: string | undefined;
  readonly seconds: number;
  readonly sampleRate: number;
}

const MAX_BODY_BYTES = 64 * 1024 * 1024;

export class DeepgramMediaSimulator {
  readonly requests: DeepgramMediaRequest[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private asked = 0;
  private running = 0;
  private most = 0;

  private constructor(private readonly options: DeepgramMediaOptions) {
    this.server = createServer((request, response) => {
      this.take(request, response).catch(() => response.destroy());
    });
    this.server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(options: DeepgramMediaOptions = {}): Promise<DeepgramMediaSimulator> {
    const simulator = new DeepgramMediaSimulator(options);
    await new Promise<void>((resolve) => {
      simulator.server.listen(0, '127.0.0.1', resolve);
    });
    return simulator;
  }

  /** For the adapter's `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests that are being answered now. */
  get active(): number {
    return this.running;
  }

  /** Most requests that were being answered at once. */
  get mostActive(): number {
    return this.most;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.running += 1;
    this.most = Math.max(this.most, this.running);
    response.on('close', () => (this.running -= 1));
    const body = await bodyOf(request);
    const url = new URL(request.url ?? '/', 'http://simulator');
    if (request.method !== 'POST' || url.pathname !== '/v1/listen')
      return answer(response, 404, { err_code: 'NOT_FOUND' });
    if (request.headers.authorization !== `Token ${this.options.apiKey ?? SIMULATED_DEEPGRAM_KEY}`) {
      return answer(response, 401, { err_code: 'INVALID_AUTH', err_msg: 'Invalid credentials.', request_id: 'r' });
    }
    const { knobs: given } = this.options;
    const knobs = typeof given === 'function' ? given(this.asked) : (given ?? {});
    this.asked += 1;
    const audio = readAudio(body);
    const { searchParams: query } = url;
    if (this.options.keepRequests ?? true) {
      const contentType = request.headers['content-type'];
      this.requests.push({ query, contentType, ...(audio ?? { seconds: 0, sampleRate: 0 }) });
    }
    if (knobs.fault === 'hang') return;
    if (knobs.fault === 'destroy') return void request.socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, drawMs(knobs.latency)));
    await knobs.until;
    if (knobs.refusal !== undefined) {
      response.writeHead(knobs.refusal.status, { 'content-type': 'application/json', ...knobs.refusal.headers });
      return void response.end(knobs.refusal.body ?? '{}');
    }
    if (audio === undefined)
      return answer(response, 400, { err_code: 'Bad Request', err_msg: 'corrupt or unsupported data' });
    if (knobs.fault === 'garbage') return void response.writeHead(200).end('<html>busy</html>');
    if (knobs.fault === 'malformed') return answer(response, 200, { metadata: {}, results: { channels: [] } });
    this.reply(request, response, query, audio.seconds, body, knobs.fault);
  }

  private reply(
    request: IncomingMessage,
    response: ServerResponse,
    query: URLSearchParams,
    seconds: number,
    body: Buffer,
    fault: 'stall' | 'cut' | undefined,
  ): void {
    const transcript = this.options.transcript ?? 'what transactions does client five thousand one have';
    const text = JSON.stringify({
      metadata: {
        request_id: createHash('sha256').update(body).digest('hex').slice(0, 16),
        duration: seconds,
        channels: 1,
        models: [query.get('model') ?? ''],
      },
      results: {
        channels: [
          {
            ...(query.get('detect_language') === 'true' ? { detected_language: 'en', language_confidence: 0.99 } : {}),
            alternatives: [
              { transcript, confidence: transcript === '' ? 0 : 0.98, words: wordsOf(transcript, seconds) },
            ],
          },
        ],
      },
    });
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    if (fault === undefined) return void response.end(text);
    response.write(text.slice(0, text.length / 2), () => {
      if (fault === 'cut') request.socket.destroy();
    });
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function readAudio(body: Buffer): { seconds: number; sampleRate: number } | undefined {
  try {
    const { pcm, sampleRate } = decodeWav(body);
    return { seconds: pcm.length / 2 / sampleRate, sampleRate };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function wordsOf(transcript: string, seconds: number): object[] {
  const words = transcript.split(' ').filter((word) => word !== '');
  const each = seconds / Math.max(1, words.length);
  return words.map((word, n) => ({
    word,
    punctuated_word: n === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word,
    start: n * each,
    end: (n + 0.8) * each,
    confidence: 0.97,
  }));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
