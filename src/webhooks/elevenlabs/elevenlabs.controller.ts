import { Controller, HttpCode, Inject, Logger, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { QUEUED_CALL_LEDGER } from '../../calls/call-ledger.port.js';
import type { CallLedger } from '../../calls/call-ledger.port.js';
import { CALL_STORE } from '../../database/calls/call-store.port.js';
import type { CallStore } from '../../database/calls/call-store.port.js';
import { refusal } from '../../rest/refusal.js';
import { Rest } from '../../rest/rest.decorator.js';
import { asRefusal } from '../refusal.js';
import { KnownCalls } from './known-calls.js';
import { takePostCall } from './post-call.js';
import type { Outcome } from './post-call.js';
import { anyEventSchema, postCallSchema } from './post-call.schema.js';
import type { PostCallEvent } from './post-call.schema.js';
import { SignedBodies } from './signed-body.js';
import { takeTranscription, transcriptionSchema } from './transcription.js';
import type { Accepted } from './transcription.js';

const SIGNED = { protection: 'signature', limit: 'second' } as const;

/** What begins a recording, wherever its keys stand: its body is longer than is kept. */
const AUDIO = /"type"\s*:\s*"post_call_audio"/;
/** How much of a body is looked at for that, characters. */
const HEAD = 4_096;

/**
 * What ElevenLabs tells of calls. Nothing is read of a request that is not signed with ELEVENLABS_WEBHOOK_SECRET, and a 200
 * says that the event is on disk.
 */
@Controller('webhooks/elevenlabs')
export class ElevenLabsController {
  private readonly log = new Logger('Webhooks');
  private readonly known: KnownCalls;

  constructor(
    @Inject(SignedBodies) private readonly bodies: SignedBodies | undefined,
    @Inject(CALL_STORE) private readonly calls: CallStore,
    @Inject(QUEUED_CALL_LEDGER) private readonly ledger: CallLedger,
  ) {
    this.known = new KnownCalls(calls);
  }

  /** One thing that was said, while the call goes on. */
  @Post('transcription')
  @Rest({ ...SIGNED, summary: 'One thing that was said in a call', body: transcriptionSchema })
  @HttpCode(200)
  transcription(@Req() request: Request): Promise<Accepted> {
    return answered(async () => {
      const { text } = await this.read(request);
      return takeTranscription(parsed(text), { calls: this.known, ledger: this.ledger });
    });
  }

  /** ElevenLabs' own events. What is not ours, or not read, is answered with 200: ten refusals, and it sends no more. */
  @Post()
  @Rest({ ...SIGNED, summary: 'ElevenLabs’ own events', body: postCallSchema })
  @HttpCode(200)
  event(@Req() request: Request): Promise<Outcome> {
    return answered(async () => {
      const { text, isWhole } = await this.read(request);
      if (!isWhole) {
        if (AUDIO.test(text.slice(0, HEAD))) return NOT_READ;
        throw refusal(413, 'body_too_large', 'An event without a recording may have 4 MiB.');
      }
      const body = parsed(text);
      const event = postCallSchema.safeParse(body);
      if (event.success) return this.take(event.data);
      const { type } = anyEventSchema.safeParse(body).data ?? {};
      if (type !== undefined && !READ_TYPES.has(type)) return NOT_READ;
      const where = event.error.issues.map(({ path }) => path.join('.')).slice(0, 5);
      throw refusal(400, 'malformed_event', `The event is not as ElevenLabs describes it: ${where.join(', ')}.`);
    });
  }

  private async take(event: PostCallEvent): Promise<Outcome> {
    const outcome = await takePostCall(event, { calls: this.calls, ledger: this.ledger });
    if (outcome.status === 'ignored') {
      const { conversation_id: conversationId, agent_id: agentId } = event.data;
      this.log.warn({ msg: 'an event of ElevenLabs is not kept', reason: outcome.reason, conversationId, agentId });
    }
    return outcome;
  }

  private read(request: Request) {
    if (this.bodies !== undefined) return this.bodies.read(request);
    throw refusal(404, 'not_found', 'There are no webhooks of ElevenLabs here: set ELEVENLABS_WEBHOOK_SECRET.');
  }
}

const NOT_READ: Outcome = { status: 'ignored', reason: 'not_read' };
const READ_TYPES: ReadonlySet<string> = new Set(postCallSchema.options.map(({ shape }) => shape.type.value));

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal(400, 'malformed_body', 'The body is not JSON.');
  }
}

async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asRefusal(error);
  }
}
