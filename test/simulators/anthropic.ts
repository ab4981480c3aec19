// A simulator of Anthropic's HTTP API, on its real wire.
//
// Implements `POST /v1/messages` with `stream: true` (message_start, content blocks with their deltas, message_delta with
// the reason to stop and the usage, message_stop, each with its `event:` line). The key is checked (401), requests that the
// API refuses are refused (400, anthropic-rules.ts), errors have Anthropic's shape. What the model says is a function of
// the request; by default 40 words of nothing. Not implemented: answers that are not streamed, server tools, batches.
//
// Faults and delays are knobs, for all requests or for each by its number: see anthropic-knobs.ts.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { MessageKnobs, MessageRefusal, MessageScript, SimulatedMessagesRequest } from './anthropic-knobs.js';
import { messageAnswer } from './anthropic-message.js';
import { faultOf, faultOfThoughts } from './anthropic-rules.js';
import { HttpSimulator, knobsOf } from './http-simulator.js';
import type { PerRequest } from './http-simulator.js';

export const SIMULATED_ANTHROPIC_KEY = 'simulated-anthropic-key';

export interface AnthropicSimulatorOptions {
  readonly apiKey?: string;
  /** 0 (the default) takes a free port of 127.0.0.1. */
  readonly port?: number;
  readonly script?: MessageScript;
  /** Words of the default answer, when there is no script. */
  readonly replyWords?: number;
  readonly messages?: PerRequest<MessageKnobs>;
}

const DEFAULT_WORDS = 40;

const fixedReply = (words: number): MessageScript => {
  const parts = Array.from({ length: words }, (_, at) => ({ text: `${at === 0 ? '' : ' '}word` }));
  return () => parts;
};

export class AnthropicSimulator extends HttpSimulator {
  readonly counts = { connections: 0, messages: 0, refused: 0, finished: 0, aborted: 0 };
  readonly requests: SimulatedMessagesRequest[] = [];

  private constructor(private readonly options: AnthropicSimulatorOptions) {
    super();
  }

  static async start(options: AnthropicSimulatorOptions = {}): Promise<AnthropicSimulator> {
    const simulator = new AnthropicSimulator(options);
    await simulator.listen(options.port ?? 0);
    return simulator;
  }

  /** For the adapter's `baseUrl`. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const { authorization, 'x-api-key': header, 'anthropic-version': version } = request.headers;
    const given = header ?? authorization?.replace(/^Bearer /, '');
    if (given !== (this.options.apiKey ?? SIMULATED_ANTHROPIC_KEY)) {
      const error = { type: 'authentication_error', message: `invalid x-api-key ${String(given).slice(0, 5)}***` };
      return this.refuse(response, { status: 401, error });
    }
    if (version === undefined) {
      return this.refuse(response, { status: 400, error: { message: 'anthropic-version: header is required' } });
    }
    if (request.method !== 'POST' || request.url !== '/v1/messages') {
      return this.refuse(response, { status: 404, error: { type: 'not_found_error', message: 'Not Found' } });
    }
    this.message(JSON.parse(body.toString()) as SimulatedMessagesRequest, response);
  }

  private message(request: SimulatedMessagesRequest, response: ServerResponse): void {
    const knobs = knobsOf(this.options.messages, this.counts.messages) ?? {};
    this.counts.messages += 1;
    this.requests.push(request);
    if (knobs.hang === true) return;
    if (knobs.refusal !== undefined) return this.refuse(response, knobs.refusal);
    const fault = faultOf(request) ?? (knobs.wantsThoughts === true ? faultOfThoughts(request) : undefined);
    if (fault !== undefined) return this.refuse(response, { status: 400, error: { message: fault } });
    const script = this.options.script ?? fixedReply(this.options.replyWords ?? DEFAULT_WORDS);
    messageAnswer(response, request, script(request), knobs).start();
  }

  private refuse(response: ServerResponse, { status, headers, error }: MessageRefusal): void {
    this.counts.refused += 1;
    response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_simulated', ...headers });
    response.end(
      JSON.stringify({
        type: 'error',
        error: { type: 'invalid_request_error', message: 'No.', ...error },
        request_id: 'req_simulated',
      }),
    );
  }
}
