// A simulator of the calls that ElevenLabs places, on its real wire: `POST /v1/convai/twilio/outbound-call` and
// `/v1/convai/sip-trunk/outbound-call`, `GET /v1/convai/conversations` (by agent and dynamic variable) and
// `/v1/convai/conversations/{id}`, `xi-api-key`, errors in ElevenLabs' shapes.
//
// Not implemented: pages, other filters, transcripts, audio.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { HttpSimulator } from './http-simulator.js';
import { SIMULATED_ELEVENLABS_KEY } from './elevenlabs.js';
import { sid } from './twilio.js';

export interface ElevenLabsDialKnobs {
  readonly delayMs?: number;
  /** The connection is reset: the request was not taken (`before`), or was (`after`). */
  readonly reset?: 'before' | 'after';
  /** Answered instead, as `{"detail": {"status", "message"}}`. */
  readonly fault?: { readonly status: number; readonly word: string };
  /** 200 with `success: false`. */
  readonly unsuccessful?: string;
  /** The call is there, and the answer is not sent yet. */
  readonly beforeAnswer?: (conversation: SimulatedConversation) => Promise<void> | void;
}

export interface SimulatedConversation {
  readonly id: string;
  readonly agentId: string;
  readonly over: 'twilio' | 'sip-trunk';
  readonly to: string;
  readonly phoneCallId: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly startSeconds: number;
  status: 'initiated' | 'in-progress' | 'processing' | 'done' | 'failed';
  seconds: number;
}

const dialSchema = z.strictObject({
  agent_id: z.string(),
  agent_phone_number_id: z.string(),
  to_number: z.string(),
  conversation_initiation_client_data: z
    .strictObject({ user_id: z.string().optional(), dynamic_variables: z.record(z.string(), z.unknown()).optional() })
    .optional(),
});
const DIAL = /^\/v1\/convai\/(twilio|sip-trunk)\/outbound-call$/;
const READ = /^\/v1\/convai\/conversations(?:\/([^/]+))?$/;

export class ElevenLabsCallsSimulator extends HttpSimulator {
  readonly counts = { connections: 0, finished: 0, aborted: 0 };
  readonly conversations: SimulatedConversation[] = [];
  knobs: ElevenLabsDialKnobs = {};

  static async start(): Promise<ElevenLabsCallsSimulator> {
    const simulator = new ElevenLabsCallsSimulator();
    await simulator.listen(0);
    return simulator;
  }

  private constructor() {
    super();
  }

  /** For ELEVENLABS_BASE_URL. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  protected answer(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
    const url = new URL(request.url ?? '/', this.url);
    const over = DIAL.exec(url.pathname)?.[1] as SimulatedConversation['over'] | undefined;
    const read = READ.exec(url.pathname);
    if (request.headers['xi-api-key'] !== SIMULATED_ELEVENLABS_KEY) fail(response, 401, 'invalid_api_key');
    else if (request.method === 'POST' && over !== undefined) void this.dial(over, body, response);
    else if (request.method === 'GET' && read?.[1] !== undefined) this.read(read[1], response);
    else if (request.method === 'GET' && read !== null) this.list(url.searchParams, response);
    else fail(response, 404, 'not_found');
  }

  private async dial(over: SimulatedConversation['over'], body: Buffer, response: ServerResponse): Promise<void> {
    const { knobs } = this;
    if (knobs.reset === 'before') response.socket?.resetAndDestroy();
    if (knobs.reset === 'before') return;
    if (knobs.fault !== undefined) return fail(response, knobs.fault.status, knobs.fault.word);
    const asked = dialSchema.safeParse(JSON.parse(body.toString()));
    if (!asked.success) {
      return send(response, 422, { detail: [{ loc: ['body'], msg: 'bad', type: 'value_error' }] });
    }
    if (knobs.unsuccessful !== undefined) {
      const nothing = { conversation_id: null, ...(over === 'twilio' ? { callSid: null } : { sip_call_id: null }) };
      return send(response, 200, { success: false, message: knobs.unsuccessful, ...nothing });
    }
    const conversation: SimulatedConversation = {
      id: `conv_${randomBytes(10).toString('hex')}`,
      agentId: asked.data.agent_id,
      over,
      to: asked.data.to_number,
      phoneCallId: over === 'twilio' ? sid('CA') : `${randomBytes(8).toString('hex')}@sip.example`,
      variables: asked.data.conversation_initiation_client_data?.dynamic_variables ?? {},
      startSeconds: Math.floor(Date.now() / 1000),
      status: 'initiated',
      seconds: 0,
    };
    this.conversations.push(conversation);
    await new Promise((resolve) => setTimeout(resolve, knobs.delayMs ?? 0));
    await knobs.beforeAnswer?.(conversation);
    if (knobs.reset === 'after') return void response.socket?.resetAndDestroy();
    const { id, phoneCallId } = conversation;
    const phone = over === 'twilio' ? { callSid: phoneCallId } : { sip_call_id: phoneCallId };
    send(response, 200, { success: true, message: 'Call initiated', conversation_id: id, ...phone });
  }

  private list(query: URLSearchParams, response: ServerResponse): void {
    const [name = '', , value] = (query.get('dynamic_variable_params') ?? '').split(':');
    const conversations = this.conversations
      .filter(({ agentId, variables }) => agentId === query.get('agent_id') && variables[name] === value)
      .map(({ id, agentId, startSeconds, seconds, status }) => ({
        agent_id: agentId,
        conversation_id: id,
        start_time_unix_secs: startSeconds,
        call_duration_secs: seconds,
        message_count: 0,
        status,
        call_successful: 'unknown',
      }));
    send(response, 200, { conversations, next_cursor: null, has_more: false });
  }

  private read(id: string, response: ServerResponse): void {
    const found = this.conversations.find((one) => one.id === id);
    if (found === undefined) return fail(response, 404, 'conversation_not_found');
    const { agentId, over, phoneCallId, startSeconds, seconds, status, variables } = found;
    const type = over === 'twilio' ? 'twilio' : 'sip_trunking';
    send(response, 200, {
      agent_id: agentId,
      conversation_id: id,
      status,
      transcript: [],
      metadata: {
        start_time_unix_secs: startSeconds,
        call_duration_secs: seconds,
        phone_call: { type, direction: 'outbound', call_sid: phoneCallId },
      },
      conversation_initiation_client_data: { dynamic_variables: variables },
      has_audio: false,
      has_user_audio: false,
      has_response_audio: false,
    });
  }
}

function fail(response: ServerResponse, status: number, word: string): void {
  send(response, status, { detail: { status: word, message: 'Simulated' } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
