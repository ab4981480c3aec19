// Calls that ElevenLabs places, its API and its webhooks on their real wire.
import { randomUUID } from 'node:crypto';
import { SIMULATED_ELEVENLABS_KEY } from '../simulators/elevenlabs.js';
import { ElevenLabsCallsSimulator } from '../simulators/elevenlabs-calls.js';
import type { SimulatedConversation } from '../simulators/elevenlabs-calls.js';
import { placeCall, startOutboundApp } from '../support/outbound-app.js';
import type { OutboundApp } from '../support/outbound-app.js';
import { waitFor } from '../support/wait-for.js';
import { elevenLabsSignature } from '../support/webhook-app.js';

describe.each([
  ['elevenlabs', 'twilio', 'twilio'],
  ['elevenlabs_sip', 'sip-trunk', 'sip'],
])('calls placed through %s', (provider, over, source) => {
  let vendor: ElevenLabsCallsSimulator;
  let here: OutboundApp;
  let token: string;
  let next = 0;
  const callee = (): string => `+4930902${String((next += 1)).padStart(3, '0')}`;

  beforeAll(async () => {
    vendor = await ElevenLabsCallsSimulator.start();
    here = await startOutboundApp({
      OUTBOUND_PROVIDER: provider,
      ELEVENLABS_API_KEY: SIMULATED_ELEVENLABS_KEY,
      ELEVENLABS_BASE_URL: vendor.url,
      ELEVENLABS_AGENT_ID: 'agent_1',
      ELEVENLABS_PHONE_NUMBER_ID: 'phnum_1',
      OUTBOUND_MAX_CONCURRENT: '100',
    });
    token = here.token('mia');
  }, 180_000);
  afterAll(async () => {
    await here.close();
    await vendor.close();
  }, 30_000);
  beforeEach(() => {
    vendor.knobs = {};
  });

  const place = (to: string, key: string = randomUUID()) => placeCall(here.http, token, { to }, key);
  const read = (callSid: unknown) =>
    here.database.prisma.call.findUniqueOrThrow({
      where: { callSid: String(callSid) },
      include: { externalIds: true, transcript: true },
    });
  const becomes = (callSid: unknown, status: string) =>
    waitFor(async () => (await read(callSid)).status === status, 15_000);
  const dialsTo = (to: string) => vendor.conversations.filter((conversation) => conversation.to === to);
  /** What ElevenLabs tells after a call. */
  const tellEnd = async ({ id, startSeconds, variables }: SimulatedConversation): Promise<number> => {
    const body = JSON.stringify({
      type: 'post_call_transcription',
      event_timestamp: startSeconds + 9,
      data: {
        agent_id: 'agent_1',
        conversation_id: id,
        status: 'done',
        transcript: [{ role: 'agent', message: 'Hello.', time_in_call_secs: 1 }],
        metadata: { start_time_unix_secs: startSeconds, call_duration_secs: 8 },
        conversation_initiation_client_data: { dynamic_variables: variables },
      },
    });
    const headers = { connection: 'close', 'elevenlabs-signature': elevenLabsSignature(body) };
    return (await fetch(`${here.http}/webhooks/elevenlabs`, { method: 'POST', headers, body })).status;
  };

  it('writes the call down, dials once, and keeps what ElevenLabs calls it', async () => {
    const to = callee();
    const answer = await place(to);
    const [conversation] = dialsTo(to);
    expect(answer).toMatchObject({ status: 201, body: { to, conversationId: conversation?.id } });
    expect(conversation).toMatchObject({ over, agentId: 'agent_1', variables: { call_sid: answer.body['callSid'] } });
    expect(await read(answer.body['callSid'])).toMatchObject({
      status: 'dialing',
      agent: 'agent_1',
      ownerId: 'mia',
      conversationId: conversation?.id,
      externalIds: [{ source, id: conversation?.phoneCallId }],
    });
    // On a busy machine it is told to tell it again.
    await waitFor(async () => conversation !== undefined && (await tellEnd(conversation)) === 200, 15_000);
    await becomes(answer.body['callSid'], 'completed');
    expect(dialsTo(to)).toHaveLength(1);
  });

  it('leaves to ElevenLabs’ agent what language it speaks', async () => {
    const to = callee();
    const answer = await placeCall(here.http, here.token('mia'), { to, language: 'de' }, randomUUID());
    expect(answer).toMatchObject({ status: 422, body: { error: 'language_not_used' } });
    expect(dialsTo(to)).toHaveLength(0);
  });

  it('takes a webhook that comes before the answer', async () => {
    const to = callee();
    vendor.knobs = {
      beforeAnswer: async (conversation) => {
        await waitFor(async () => (await tellEnd(conversation)) === 200, 10_000);
      },
    };
    const answer = await place(to);
    expect(answer.status).toBe(201);
    await becomes(answer.body['callSid'], 'completed');
    expect((await read(answer.body['callSid'])).transcript.map(({ text }) => text)).toEqual(['Hello.']);
  });

  it('finds the call whose answer got lost by our own id, and asks how it ended when nobody tells', async () => {
    const to = callee();
    vendor.knobs = { reset: 'after' };
    const answer = await place(to);
    expect(answer.status).toBe(202);
    const { callSid } = answer.body;
    await waitFor(async () => (await read(callSid)).conversationId !== null, 15_000);
    const [conversation] = dialsTo(to);
    expect(await read(callSid)).toMatchObject({ status: 'dialing', conversationId: conversation?.id });
    if (conversation !== undefined) Object.assign(conversation, { status: 'done', seconds: 5 });
    await becomes(callSid, 'completed');
    expect(await read(callSid)).toMatchObject({ durationMs: 5000 });
    expect(dialsTo(to)).toHaveLength(1);
  });

  it('gives up a call that ElevenLabs has about to be made for ever, and believes it when it says the end after all', async () => {
    const to = callee();
    const { callSid } = (await place(to)).body;
    await here.database.prisma.outboundCall.update({
      where: { callSid: String(callSid) },
      data: { placedAt: new Date(Date.now() - 1_000_000) },
    });
    await becomes(callSid, 'abandoned');
    expect(await read(callSid)).toMatchObject({ endReason: 'outcome_unknown' });
    const [conversation] = dialsTo(to);
    await waitFor(async () => conversation !== undefined && (await tellEnd(conversation)) === 200, 15_000);
    await becomes(callSid, 'completed');
  });

  it.each([
    ['refuses', { fault: { status: 400, word: 'invalid_phone_number' } }, 502, 'provider_refused', 'failed'],
    ['says that it did not', { unsuccessful: 'no channel' }, 502, 'provider_refused', 'failed'],
    [
      'has too much to do',
      { fault: { status: 429, word: 'too_many_concurrent_requests' } },
      503,
      'provider_busy',
      'failed',
    ],
  ])('says why there is no call when ElevenLabs %s', async (_what, knobs, status, error, became) => {
    vendor.knobs = knobs;
    const to = callee();
    const answer = await place(to);
    expect(answer).toMatchObject({ status, body: { error } });
    expect(await read(answer.body['callSid'])).toMatchObject({ status: became, endReason: error });
    expect(dialsTo(to)).toHaveLength(0);
  });

  it.each([
    ['after a fault of the vendor', { fault: { status: 500, word: 'internal' } }],
    ['after a request that never came', { reset: 'before' as const }],
  ])('does not dial again %s', async (_what, knobs) => {
    vendor.knobs = knobs;
    const to = callee();
    const answer = await place(to);
    expect(answer.status).toBe(202);
    await becomes(answer.body['callSid'], 'abandoned');
    expect(dialsTo(to)).toHaveLength(0);
  });
});
