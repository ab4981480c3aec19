// A simulator of OpenAI's HTTP API, on its real wire.
//
// Implements: `POST /v1/chat/completions` with `stream: true` (SSE: role chunk, content deltas, tool calls by index,
// finish_reason, usage when asked for, [DONE]), `POST /v1/audio/speech` with `response_format: "pcm"` (24 kHz s16le) and
// `POST /v1/audio/transcriptions` (multipart; answers a fixed text). Keys are checked (401), errors have OpenAI's shape.
// What the model says is a function of the request; by default 40 words of nothing. Speech is a tone whose length follows
// the text's. Not implemented: answers that are not streamed, other formats, embeddings, the Responses API.
//
// Faults and delays are knobs, for all requests or for each by its number: see openai-knobs.ts.
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { ChatAnswer, fixedReply } from './openai-chat.js';
import type {
  ChatKnobs,
  ChatScript,
  HttpRefusal,
  SimulatedChatRequest,
  SimulatedSpeechRequest,
  SpeechKnobs,
} from './openai-knobs.js';
import { SpeechAnswer } from './openai-speech.js';

export const SIMULATED_OPENAI_KEY = 'simulated-openai-key';

/** The same for all requests of a kind, or by the request's number (from 0 for each kind). */
type PerRequest<Knobs> = Knobs | ((request: number) => Knobs);

export interface OpenAiSimulatorOptions {
  readonly apiKey?: string;
  /** 0 (the default) takes a free port of 127.0.0.1. */
  readonly port?: number;
  readonly script?: ChatScript;
  /** Words of the default answer, when there is no script. */
  readonly replyWords?: number;
  readonly chat?: PerRequest<ChatKnobs>;
  readonly speech?: PerRequest<SpeechKnobs>;
  /** What every transcription says. */
  readonly transcription?: string;
  /** Keep the requests' bodies (for tests; a load run keeps the counters only). */
  readonly keepRequests?: boolean;
}

const MAX_BODY_BYTES = 32 * 1024 * 1024;

const knobsOf = <Knobs>(given: PerRequest<Knobs> | undefined, request: number): Knobs | undefined =>
  typeof given === 'function' ? (given as (request: number) => Knobs)(request) : given;

export class OpenAiSimulator {
  readonly counts = { connections: 0, chat: 0, speech: 0, transcriptions: 0, refused: 0, finished: 0, aborted: 0 };
  readonly chatRequests: SimulatedChatRequest[] = [];
  readonly speechRequests: SimulatedSpeechRequest[] = [];
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private running = 0;

  private constructor(private readonly options: OpenAiSimulatorOptions) {
    this.server = createServer((request, response) => {
      this.take(request, response).catch(() => response.destroy());
    });
    this.server.keepAliveTimeout = 60_000;
    this.server.on('connection', (socket) => {
      this.counts.connections += 1;
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  static async start(options: OpenAiSimulatorOptions = {}): Promise<OpenAiSimulator> {
    const simulator = new OpenAiSimulator(options);
    await new Promise<void>((resolve) => {
      simulator.server.listen(options.port ?? 0, '127.0.0.1', resolve);
    });
    return simulator;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** For the adapters' `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  /** TCP connections that are open now (idle ones are kept alive). */
  get open(): number {
    return this.sockets.size;
  }

  /** Requests that are being answered now. */
  get active(): number {
    return this.running;
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => {
      this.server.close(resolve);
    });
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.running += 1;
    response.on('close', () => {
      this.running -= 1;
      if (response.writableFinished) this.counts.finished += 1;
      else this.counts.aborted += 1;
    });
    const body = await bodyOf(request);
    if (request.headers.authorization !== `Bearer ${this.options.apiKey ?? SIMULATED_OPENAI_KEY}`) {
      const shown = request.headers.authorization?.slice(7, 12) ?? '';
      return this.refuse(response, {
        status: 401,
        error: {
          message: `Incorrect API key provided: ${shown}***.`,
          type: 'invalid_request_error',
          code: 'invalid_api_key',
        },
      });
    }
    switch (`${request.method} ${request.url}`) {
      case 'POST /v1/chat/completions':
        return this.chat(JSON.parse(body.toString()) as SimulatedChatRequest, response);
      case 'POST /v1/audio/speech':
        return this.speech(JSON.parse(body.toString()) as SimulatedSpeechRequest, response);
      case 'POST /v1/audio/transcriptions':
        return this.transcribe(body, response);
      default:
        return this.refuse(response, { status: 404, error: { message: 'Invalid URL', type: 'invalid_request_error' } });
    }
  }

  private chat(request: SimulatedChatRequest, response: ServerResponse): void {
    const knobs = knobsOf(this.options.chat, this.counts.chat) ?? {};
    this.counts.chat += 1;
    if (this.options.keepRequests ?? true) this.chatRequests.push(request);
    if (knobs.hang === true) return;
    if (knobs.refusal !== undefined) return this.refuse(response, knobs.refusal);
    const fault = faultOfChat(request);
    if (fault !== undefined) return this.refuse(response, { status: 400, error: { message: fault } });
    const script = this.options.script ?? fixedReply(this.options.replyWords);
    new ChatAnswer(response, request, script(request), knobs).start();
  }

  private speech(request: SimulatedSpeechRequest, response: ServerResponse): void {
    const knobs = knobsOf(this.options.speech, this.counts.speech) ?? {};
    this.counts.speech += 1;
    if (this.options.keepRequests ?? true) this.speechRequests.push(request);
    if (knobs.hang === true) return;
    if (knobs.refusal !== undefined) return this.refuse(response, knobs.refusal);
    if (request.response_format !== 'pcm' || request.input.trim() === '' || request.input.length > 4096) {
      return this.refuse(response, { status: 400, error: { message: 'Bad input or format.' } });
    }
    new SpeechAnswer(response, request, knobs).start();
  }

  private transcribe(body: Buffer, response: ServerResponse): void {
    this.counts.transcriptions += 1;
    if (!body.includes('name="file"')) return this.refuse(response, { status: 400, error: { message: 'No file.' } });
    const text = this.options.transcription ?? 'hello there';
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ text, usage: { type: 'duration', seconds: 1 } }));
  }

  private refuse(response: ServerResponse, { status, headers, error }: HttpRefusal): void {
    this.counts.refused += 1;
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_simulated', ...headers });
    response.end(
      JSON.stringify({ error: { message: 'No.', type: 'invalid_request_error', param: null, code: null, ...error } }),
    );
  }
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

/** What OpenAI refuses with 400: a tool call without its answer, an answer without its call. */
function faultOfChat(request: SimulatedChatRequest): string | undefined {
  if (request.stream !== true) return 'Only streams are simulated.';
  const waiting = new Set<string>();
  for (const message of request.messages) {
    if (message.role === 'tool') {
      if (!waiting.delete(message.tool_call_id ?? '')) return 'A tool message must follow its tool call.';
      continue;
    }
    if (waiting.size > 0) return 'An assistant message with tool_calls must be followed by their tool messages.';
    for (const call of message.tool_calls ?? []) {
      if (typeof call === 'object' && call !== null && 'id' in call) waiting.add(String(call.id));
    }
  }
  return waiting.size > 0 ? 'An assistant message with tool_calls must be followed by their tool messages.' : undefined;
}
