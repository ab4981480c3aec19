// A simulator of OpenAI's HTTP API, on its real wire.
//
// Implements: `POST /v1/chat/completions` with `stream: true` (SSE: role chunk, content deltas, tool calls by index,
// finish_reason, usage when asked for, [DONE]), `POST /v1/audio/speech` with `response_format: "pcm"` (24 kHz s16le) and
// `POST /v1/audio/transcriptions` (multipart; answers a fixed text), `POST /v1/embeddings` (openai-embeddings.ts). Keys are checked (401), errors have OpenAI's shape.
// What the model says is a function of the request; by default 40 words of nothing. Speech is a tone whose length follows
// the text's. Not implemented: answers that are not streamed, other formats, the Responses API.
//
// Faults and delays are knobs, for all requests or for each by its number: see openai-knobs.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpSimulator, knobsOf } from './http-simulator.js';
import type { PerRequest } from './http-simulator.js';
import { chatAnswer, fixedReply, wholeAnswer } from './openai-chat.js';
import type {
  ChatKnobs,
  ChatScript,
  HttpRefusal,
  SimulatedChatRequest,
  SimulatedSpeechRequest,
  SpeechKnobs,
} from './openai-knobs.js';
import { embeddingsAnswer, faultOfEmbeddings } from './openai-embeddings.js';
import type { EmbeddingsKnobs, SimulatedEmbeddingsRequest } from './openai-embeddings.js';
import { SpeechAnswer } from './openai-speech.js';
import { faultOfHistory } from './strict-history.js';

export const SIMULATED_OPENAI_KEY = 'simulated-openai-key';

export interface OpenAiSimulatorOptions {
  /** null takes every key and none, as servers on one's own machine do. */
  readonly apiKey?: string | null;
  /** 0 (the default) takes a free port of 127.0.0.1. */
  readonly port?: number;
  readonly script?: ChatScript;
  /** Words of the default answer, when there is no script. */
  readonly replyWords?: number;
  readonly chat?: PerRequest<ChatKnobs>;
  readonly speech?: PerRequest<SpeechKnobs>;
  readonly embeddings?: PerRequest<EmbeddingsKnobs>;
  /** What every transcription says. */
  readonly transcription?: string;
  /** Keep the requests' bodies (for tests; a load run keeps the counters only). */
  readonly keepRequests?: boolean;
}

export class OpenAiSimulator extends HttpSimulator {
  readonly counts = {
    connections: 0,
    chat: 0,
    speech: 0,
    transcriptions: 0,
    embeddings: 0,
    refused: 0,
    finished: 0,
    aborted: 0,
  };
  readonly chatRequests: SimulatedChatRequest[] = [];
  readonly speechRequests: SimulatedSpeechRequest[] = [];
  readonly embeddingsRequests: SimulatedEmbeddingsRequest[] = [];

  private constructor(private readonly options: OpenAiSimulatorOptions) {
    super();
  }

  static async start(options: OpenAiSimulatorOptions = {}): Promise<OpenAiSimulator> {
    const simulator = new OpenAiSimulator(options);
    await simulator.listen(options.port ?? 0);
    return simulator;
  }

  /** For the adapters' `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/v1`;
  }

  protected answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { apiKey = SIMULATED_OPENAI_KEY } = this.options;
    if (apiKey !== null && request.headers.authorization !== `Bearer ${apiKey}`) {
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
      case 'POST /v1/embeddings':
        return this.embed(JSON.parse(body.toString()) as SimulatedEmbeddingsRequest, response);
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
    const fault = faultOfChat(request, knobs);
    if (fault !== undefined) return this.refuse(response, { status: 400, error: { message: fault } });
    const script = this.options.script ?? fixedReply(this.options.replyWords);
    if (knobs.redirect !== undefined) {
      response.writeHead(307, { location: knobs.redirect }).end();
    } else if (knobs.ignoresStream === true) {
      response.writeHead(200, { 'content-type': 'application/json' }).end(wholeAnswer(request, script(request), knobs));
    } else chatAnswer(response, request, script(request), knobs).start();
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

  private embed(request: SimulatedEmbeddingsRequest, response: ServerResponse): void {
    const knobs = knobsOf(this.options.embeddings, this.counts.embeddings) ?? {};
    this.counts.embeddings += 1;
    if (this.options.keepRequests ?? true) this.embeddingsRequests.push(request);
    if (knobs.hang === true) return;
    if (knobs.refusal !== undefined) return this.refuse(response, knobs.refusal);
    const fault = faultOfEmbeddings(request);
    if (fault !== undefined) return this.refuse(response, { status: 400, error: { message: fault } });
    response.writeHead(200, { 'content-type': 'application/json' }).end(embeddingsAnswer(request, knobs));
  }

  private refuse(response: ServerResponse, { status, headers, error }: HttpRefusal): void {
    this.counts.refused += 1;
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_simulated', ...headers });
    response.end(
      JSON.stringify({ error: { message: 'No.', type: 'invalid_request_error', param: null, code: null, ...error } }),
    );
  }
}

/** What is refused with 400. */
function faultOfChat(request: SimulatedChatRequest, { refusesField, ignoresStream }: ChatKnobs): string | undefined {
  if (refusesField !== undefined && refusesField in request) return `Unrecognized request argument: ${refusesField}`;
  if (request.stream !== true && ignoresStream !== true) return 'Only streams are simulated.';
  return faultOfHistory(request.messages);
}
