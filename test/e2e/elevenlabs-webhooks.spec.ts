// What ElevenLabs tells of calls, over HTTP, signed as it signs: who is believed, what is kept, and that it is kept once.
import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';
import { elevenLabsSignature, startWebhookApp, WEBHOOK_SECRET } from '../support/webhook-app.js';
import type { WebhookApp } from '../support/webhook-app.js';
import { waitFor } from '../support/wait-for.js';

const START = Date.UTC(2026, 10, 29, 10) / 1000;

describe('webhooks of ElevenLabs', () => {
  let app: WebhookApp;
  beforeAll(async () => {
    app = await startWebhookApp();
  }, 180_000);
  afterAll(() => app.close());

  const send = async (path: string, body: string, signature: string | undefined = elevenLabsSignature(body)) => {
    const headers = { 'content-type': 'application/json', ...(signature && { 'elevenlabs-signature': signature }) };
    const response = await fetch(`${app.http}/webhooks/elevenlabs${path}`, { method: 'POST', headers, body });
    expect(response.headers.get('content-type')).toMatch(
      response.ok ? /^application\/json/ : /^application\/problem\+json/,
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const tell = (body: object, signature?: string) => send('/transcription', JSON.stringify(body), signature);
  const event = (body: object) => send('', JSON.stringify(body));

  /** A call that is there, with its conversation unless it is not known yet. */
  const placed = async (conversation: string | null = `conv_${randomUUID()}`) => {
    const callSid = randomUUID();
    await app.ledger.open({ callSid, agent: 'julia', direction: 'outbound', channel: 'phone', to: 'tel:+15550100' });
    if (conversation !== null) await app.ledger.converse(callSid, conversation);
    return { callSid, conversation: conversation ?? '' };
  };
  const said = (callSid: string) =>
    app.database.prisma.callTranscript.findMany({ where: { callSid }, orderBy: { startedAt: 'asc' } });
  const texts = async (callSid: string) => (await said(callSid)).map(({ speaker, text }) => [speaker, text]);
  const call = (callSid: string) => app.database.prisma.call.findUniqueOrThrow({ where: { callSid } });
  const trail = (callSid: string) =>
    app.database.prisma.callEvent.findMany({ where: { callSid }, orderBy: { at: 'asc' } });
  const line = (callSid: string, more: object = {}) => ({
    call_sid: callSid,
    speaker: 'user',
    message: 'Hello?',
    timestamp: START,
    ...more,
  });

  describe('POST /webhooks/elevenlabs/transcription', () => {
    it('keeps what was said, under the call and its conversation', async () => {
      const { callSid, conversation } = await placed();
      const answer = await tell(line(callSid, { speaker: 'Agent', timestamp: '2026-11-29T10:00:01.500+01:00' }));
      expect(answer).toMatchObject({
        status: 200,
        body: { status: 'accepted', call_sid: callSid, conversation_id: conversation },
      });
      await waitFor(async () => (await said(callSid)).length === 1, 10_000);
      expect(await said(callSid)).toMatchObject([
        {
          id: answer.body['id'],
          speaker: 'agent',
          text: 'Hello?',
          startedAt: new Date('2026-11-29T09:00:01.500Z'),
          source: 'elevenlabs',
        },
      ]);
    });

    it('is signed as the SDK of the vendor checks it', async () => {
      const body = JSON.stringify(line(randomUUID()));
      const client = new ElevenLabsClient({ apiKey: 'none' });
      const read = await client.webhooks.constructEvent(body, elevenLabsSignature(body), WEBHOOK_SECRET);
      expect(read).toEqual(JSON.parse(body));
    });

    it('stores what comes again once, two at once included', async () => {
      const { callSid } = await placed();
      const body = JSON.stringify(line(callSid));
      const signature = elevenLabsSignature(body);
      const answers = await Promise.all([1, 2, 3, 4].map(() => send('/transcription', body, signature)));
      const again = await send('/transcription', body, elevenLabsSignature(body, Math.floor(Date.now() / 1000) - 20));
      expect(new Set([...answers, again].map((answer) => JSON.stringify(answer))).size).toBe(1);
      await tell(line(callSid, { message: 'The last one.', timestamp: START + 9 }));
      await waitFor(async () => (await texts(callSid)).at(-1)?.[1] === 'The last one.', 10_000);
      expect(await texts(callSid)).toEqual([
        ['user', 'Hello?'],
        ['user', 'The last one.'],
      ]);
    });

    it('is read in the order in which it was said', async () => {
      const { callSid } = await placed();
      for (const second of [3, 1, 4, 2]) {
        await tell(line(callSid, { message: `${second}`, timestamp: (START + second) * 1000 }));
      }
      await waitFor(async () => (await said(callSid)).length === 4, 10_000);
      expect((await texts(callSid)).map(([, text]) => text)).toEqual(['1', '2', '3', '4']);
    });

    it.each([
      ['no call_sid', { call_sid: undefined }],
      ['a template', { call_sid: '{{call_sid}}' }],
      ['a number', { call_sid: 7 }],
      ['one that is too long', { call_sid: 'x'.repeat(101) }],
      ['none', { call_sid: '' }],
    ])('refuses a malformed call_sid: %s', async (_name, more) => {
      expect(await tell(line('x', more))).toMatchObject({
        status: 400,
        body: { error: 'malformed_call_sid', message: expect.stringContaining('call_sid is malformed') },
      });
    });

    it('refuses a call that is not known', async () => {
      expect(await tell(line(randomUUID()))).toMatchObject({
        status: 400,
        body: { error: 'unknown_call', message: expect.stringContaining('no call') },
      });
    });

    it('refuses a call whose conversation is not known yet, and takes it once it is', async () => {
      const { callSid } = await placed(null);
      expect(await tell(line(callSid))).toMatchObject({
        status: 400,
        body: { error: 'no_conversation', message: expect.stringContaining('conversation_id') },
      });
      await app.ledger.converse(callSid, `conv_${callSid}`);
      expect(await tell(line(callSid))).toMatchObject({ status: 200, body: { conversation_id: `conv_${callSid}` } });
    });

    it.each([
      ['speaker', { speaker: 'nobody' }],
      ['message', { message: ' ' }],
      ['timestamp', { timestamp: 'yesterday' }],
      ['timestamp', { timestamp: Date.now() + 48 * 3_600_000 }],
      ['timestamp', { timestamp: -1 }],
    ])('says which field is at fault: %s', async (field, more) => {
      const { callSid } = await placed();
      const answer = await tell(line(callSid, more));
      expect(answer).toMatchObject({ status: 400, body: { error: 'malformed_body' } });
      expect(answer.body['message']).toMatch(new RegExp(`^${field} `));
    });

    it.each(['', '[]', 'null', '{"call_sid":', '"text"'])('refuses a body such as %j', async (body) => {
      expect((await send('/transcription', body)).status).toBe(400);
    });
  });

  describe('whoever sends', () => {
    const now = () => Math.floor(Date.now() / 1000);
    const body = JSON.stringify(line(randomUUID()));
    it.each([
      ['signature_missing', () => ''],
      ['signature_malformed', () => 'nonsense'],
      ['signature_malformed', () => elevenLabsSignature(body).replace('v0=', 'v0=0')],
      ['signature_malformed', () => elevenLabsSignature(body).replace(/t=\d+/, 't=')],
      ['signature_old', () => elevenLabsSignature(body, now() - 31 * 60)],
      ['signature_future', () => elevenLabsSignature(body, now() + 120)],
      ['signature_invalid', () => elevenLabsSignature(body, now(), 'another secret')],
      ['signature_invalid', () => elevenLabsSignature(`${body} `)],
      ['signature_invalid', () => elevenLabsSignature(body, now() - 5).replace(/t=\d+/, `t=${now()}`)],
      ['signature_invalid', () => `t=${now()},v0=${'0'.repeat(64)}`],
    ])('is refused with %s', async (error, signature) => {
      for (const path of ['', '/transcription']) {
        expect(await send(path, body, signature())).toMatchObject({ status: 403, body: { error } });
      }
    });

    it('is believed a little early, a little late, and beside another digest', async () => {
      for (const at of [now() - 29 * 60, now() + 30]) {
        expect((await send('/transcription', body, elevenLabsSignature(body, at))).body['error']).toBe('unknown_call');
      }
      const two = elevenLabsSignature(body).replace(',', `,v0=${'0'.repeat(64)},`);
      expect((await send('/transcription', body, two)).body['error']).toBe('unknown_call');
    });

    it('is told that a body is too long, before it is sent', async () => {
      const { hostname, port } = new URL(app.http);
      const socket = connect(Number(port), hostname);
      socket.write(
        `POST /webhooks/elevenlabs HTTP/1.1\r\nHost: x\r\nContent-Length: ${200 * 1_048_576}\r\n` +
          `ElevenLabs-Signature: ${elevenLabsSignature('')}\r\n\r\n`,
      );
      const answer = await new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())));
      socket.destroy();
      expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    });
  });

  describe('POST /webhooks/elevenlabs', () => {
    const postCall = (conversation: string, more: object = {}) => ({
      type: 'post_call_transcription',
      event_timestamp: START + 30,
      data: {
        agent_id: 'agent_1',
        conversation_id: conversation,
        status: 'done',
        transcript: [
          { role: 'agent', message: 'Hello, this is Julia.', time_in_call_secs: 0 },
          { role: 'user', message: 'Yes.', time_in_call_secs: 4 },
          { role: 'agent', message: null, tool_calls: [{}], time_in_call_secs: 5 },
          { role: 'agent', message: 'Your', original_message: 'Your parcel comes.', time_in_call_secs: 5 },
          { role: 'user', message: 'Yes.', time_in_call_secs: 5 },
        ],
        metadata: {
          start_time_unix_secs: START,
          call_duration_secs: 21,
          cost: 296,
          cost_fiat: 0.25,
          termination_reason: 'Client ended the call',
          phone_call: { type: 'twilio', call_sid: `CA${conversation}`, direction: 'outbound' },
        },
        analysis: { call_successful: 'success', transcript_summary: 'They talked.' },
        ...more,
      },
    });
    const talk = [
      ['agent', 'Hello, this is Julia.'],
      ['user', 'Yes.'],
      ['agent', 'Your parcel comes.'],
      ['user', 'Yes.'],
    ];

    it('ends the call with its transcript and figures, once', async () => {
      const { callSid, conversation } = await placed();
      const answers = await Promise.all([1, 2].map(() => event(postCall(conversation))));
      for (const answer of answers) {
        expect(answer).toEqual({ status: 200, body: { status: 'accepted', call_sid: callSid } });
      }
      await waitFor(async () => (await call(callSid)).status === 'completed', 10_000);
      expect(await event(postCall(conversation))).toMatchObject({ status: 200, body: { status: 'accepted' } });
      await tell(line(callSid, { message: 'Behind it.', timestamp: START + 99 }));
      await waitFor(async () => (await said(callSid)).length > 4, 10_000);
      expect(await texts(callSid)).toEqual([...talk, ['user', 'Behind it.']]);
      expect((await said(callSid))[2]).toMatchObject({ heardText: 'Your' });
      expect(await call(callSid)).toMatchObject({
        status: 'completed',
        answeredAt: new Date(START * 1000),
        endedAt: new Date((START + 21) * 1000),
        durationMs: 21_000,
        cost: { USD: 0.25 },
      });
      const events = await trail(callSid);
      expect(events.filter(({ kind }) => kind === 'webhook.post_call')).toMatchObject([
        { data: { agentId: 'agent_1', credits: 296, terminationReason: 'Client ended the call' } },
      ]);
      expect(JSON.stringify(events)).not.toMatch(/parcel|They talked/);
    });

    it('adds only what was not told while the call went on', async () => {
      const { callSid, conversation } = await placed();
      await tell(line(callSid, { message: 'Yes.', timestamp: START + 4.2 }));
      await tell(line(callSid, { message: 'Hello, this is Julia.', speaker: 'agent', timestamp: START + 0.3 }));
      await waitFor(async () => (await said(callSid)).length === 2, 10_000);
      await event(postCall(conversation));
      await waitFor(async () => (await call(callSid)).status === 'completed', 10_000);
      expect(await texts(callSid)).toEqual(talk);
    });

    it('may come before the answer of the request that placed the call', async () => {
      const { callSid } = await placed(null);
      const conversation = `conv_${callSid}`;
      const carried = { conversation_initiation_client_data: { dynamic_variables: { call_sid: callSid, n: 1 } } };
      expect(await event(postCall(conversation, carried))).toMatchObject({ body: { call_sid: callSid } });
      await waitFor(async () => (await call(callSid)).status === 'completed', 10_000);
      expect(await call(callSid)).toMatchObject({ conversationId: conversation });
      // And then the answer.
      await app.ledger.converse(callSid, conversation);
      await app.ledger.move(callSid, 'dialing');
      expect(await call(callSid)).toMatchObject({ conversationId: conversation, status: 'completed' });
    });

    it('is known by the id that the carrier gave the call', async () => {
      const { callSid } = await placed(null);
      await app.ledger.identify(callSid, 'twilio', `CAconv_${callSid}`);
      expect(await event(postCall(`conv_${callSid}`))).toMatchObject({ body: { call_sid: callSid } });
    });

    it('says that a conversation has failed', async () => {
      const { callSid, conversation } = await placed();
      await event(postCall(conversation, { status: 'failed' }));
      await waitFor(async () => (await call(callSid)).status === 'failed', 10_000);
      expect(await call(callSid)).toMatchObject({ error: { code: 'vendor_failed' } });
    });

    it.each([
      ['busy', 'busy'],
      ['no-answer', 'no_answer'],
      ['unknown', 'failed'],
    ])('says that a call could not be begun: %s', async (reason, status) => {
      const { callSid, conversation } = await placed();
      const failure = {
        type: 'call_initiation_failure',
        event_timestamp: START,
        data: {
          agent_id: 'agent_1',
          conversation_id: conversation,
          failure_reason: reason,
          metadata: { type: 'twilio', body: { CallSid: 'CA1', CallStatus: reason } },
        },
      };
      await event(failure);
      await waitFor(async () => (await call(callSid)).status === status, 10_000);
      await event(failure);
      expect(await call(callSid)).toMatchObject({ status, endReason: status, error: { code: `vendor_${status}` } });
    });

    it('leaves what is not of a call of ours, or of another conversation of one', async () => {
      const stranger = await event(postCall(`conv_${randomUUID()}`));
      expect(stranger).toEqual({ status: 200, body: { status: 'ignored', reason: 'unknown_call' } });
      const { callSid } = await placed();
      const carried = { conversation_initiation_client_data: { dynamic_variables: { call_sid: callSid } } };
      const other = await event(postCall(`conv_${randomUUID()}`, carried));
      expect(other).toEqual({ status: 200, body: { status: 'ignored', reason: 'other_conversation' } });
      expect(await said(callSid)).toEqual([]);
    });

    it('leaves recordings, however long, and events that it does not know', async () => {
      const audio = {
        type: 'post_call_audio',
        event_timestamp: START,
        data: { full_audio: 'A'.repeat(6 * 1_048_576) },
      };
      for (const one of [audio, { ...audio, data: {} }, { type: 'something_new' }]) {
        expect(await event(one)).toEqual({ status: 200, body: { status: 'ignored', reason: 'not_read' } });
      }
      const long = { ...postCall('x'), more: 'A'.repeat(5 * 1_048_576) };
      expect(await event(long)).toMatchObject({ status: 413, body: { error: 'body_too_large' } });
    });

    it.each([{}, [], { type: 'post_call_transcription' }, { ...postCall('c'), event_timestamp: 'now' }])(
      'refuses an event that is none: %#',
      async (body) => {
        expect(await event(body)).toMatchObject({ status: 400, body: { error: 'malformed_event' } });
      },
    );
  });

  it('is not there without a secret', async () => {
    const closed = await startWebhookApp({ ELEVENLABS_WEBHOOK_SECRET: '' });
    try {
      for (const path of ['', '/transcription']) {
        const response = await fetch(`${closed.http}/webhooks/elevenlabs${path}`, { method: 'POST', body: '{}' });
        expect(response.status).toBe(404);
        expect(await response.json()).toMatchObject({ message: expect.stringContaining('ELEVENLABS_WEBHOOK_SECRET') });
      }
    } finally {
      await closed.close();
    }
  }, 180_000);
});
