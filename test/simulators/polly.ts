// A simulator of Amazon Polly, on its real wire.
//
// Implements: HTTP/2 (without TLS, which the SDK accepts), `POST /v1/speech` (SynthesizeSpeech) with `OutputFormat: pcm`, the form of the Authorization header (the
// signature itself is not checked), errors by `x-amzn-errortype`. Not implemented: other formats, speech marks, lexicons,
// voices that do not exist.
//
// Faults and delays are knobs: see http-voice.ts.
import { createServer } from 'node:http2';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { HttpVoice } from './http-voice.js';
import type { HttpVoiceKnobs, HttpVoiceRequest, HttpVoiceWire } from './http-voice.js';

export const SIMULATED_AWS_CREDENTIALS = { accessKeyId: 'SIMULATEDAWSKEY', secretAccessKey: 'simulated-aws-secret' };

interface SynthesizeSpeech {
  readonly Text?: unknown;
  readonly OutputFormat?: unknown;
  readonly SampleRate?: unknown;
}

const AUTHORIZATION = new RegExp(
  `^AWS4-HMAC-SHA256 Credential=${SIMULATED_AWS_CREDENTIALS.accessKeyId}/\\d{8}/eu-central-1/polly/aws4_request, `,
);

const refusal = (status: number, type: string) => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: { message: 'It did not work.' },
});

const wire: HttpVoiceWire = {
  contentType: 'audio/pcm',
  faultOf({ method, url, headers, body }) {
    if (!AUTHORIZATION.test(headers.authorization ?? '')) return refusal(403, 'UnrecognizedClientException');
    if (`${method} ${url.pathname}` !== 'POST /v1/speech') return refusal(404, 'UnknownOperationException');
    const { Text, OutputFormat, SampleRate } = body as SynthesizeSpeech;
    if (typeof Text !== 'string' || Text.trim() === '') return refusal(400, 'ValidationException');
    if (Text.length > 3000) return refusal(400, 'TextLengthExceededException');
    const knownRate = SampleRate === '8000' || SampleRate === '16000';
    return OutputFormat === 'pcm' && knownRate ? undefined : refusal(400, 'InvalidSampleRateException');
  },
  textOf: ({ body }) => String((body as SynthesizeSpeech).Text),
  sampleRateOf: ({ body }) => Number((body as SynthesizeSpeech).SampleRate),
  chunk: (audio) => audio,
  garbage: Buffer.from('<html>502 Bad Gateway</html>'),
};

export class PollySimulator {
  private readonly server = createServer();
  private readonly sockets = new Set<Socket>();
  private readonly voice: HttpVoice;
  private connected = 0;
  private running = 0;

  private constructor(knobs: HttpVoiceKnobs) {
    this.voice = new HttpVoice(wire, knobs);
    this.server.on('connection', (socket: Socket) => {
      this.connected += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
    this.server.on('session', (session) => {
      session.on('error', () => session.destroy());
    });
    this.server.on('request', (request, response) => {
      this.take(request, response).catch(() => response.stream.close());
    });
  }

  static async start(knobs: HttpVoiceKnobs = {}): Promise<PollySimulator> {
    const simulator = new PollySimulator(knobs);
    await new Promise<void>((resolve) => {
      simulator.server.listen(0, '127.0.0.1', resolve);
    });
    return simulator;
  }

  get requests(): readonly HttpVoiceRequest[] {
    return this.voice.requests;
  }

  /** For the adapter's `endpoint`. */
  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Connections that were made, and those that are open now. */
  get connections(): number {
    return this.connected;
  }

  get open(): number {
    return this.sockets.size;
  }

  /** Requests that are being answered now. */
  get active(): number {
    return this.running;
  }

  async close(): Promise<void> {
    this.drop();
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }

  /** All of the client's requests share a connection, and are lost with it. */
  private drop(): void {
    for (const socket of this.sockets) socket.resetAndDestroy();
  }

  private async take(request: Http2ServerRequest, response: Http2ServerResponse): Promise<void> {
    this.running += 1;
    response.stream.on('error', () => undefined);
    response.on('close', () => {
      this.running -= 1;
    });
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    this.voice.take({
      method: request.method,
      url: new URL(request.url, this.url),
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString() || '{}') as unknown,
      response: {
        writeHead: (status, headers) => response.writeHead(status, headers),
        write: (chunk) => response.write(chunk),
        end: (chunk = '') => response.end(chunk),
        on: (event, listener) => response.on(event, listener),
      },
      reset: () => this.drop(),
    });
  }
}
