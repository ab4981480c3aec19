import type { RecordedCall, TranscriptEntry } from '../database/calls/call-history.port.js';
import { readFormat, readQuery } from './call-query.js';
import { fromCursor, toCursor } from './cursor.js';
import { asText, asVtt } from './transcript-text.js';
import { asVcon } from './vcon.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 10, 29, 10) + seconds * 1000);

const entry = (more: Partial<TranscriptEntry>): TranscriptEntry => ({
  id: 'e1',
  speaker: 'user',
  text: 'Hello.',
  heardText: null,
  startedAt: at(1),
  endedAt: at(2),
  turnId: 't1',
  responseId: null,
  source: 'parley',
  ...more,
});

const callOf = (transcript: readonly TranscriptEntry[], more: Partial<RecordedCall> = {}): RecordedCall => ({
  callSid: '919a1421-4153-401b-b440-1d6fdfa15fd5',
  conversationId: null,
  user: 'ann',
  direction: 'inbound',
  channel: 'web',
  from: null,
  to: null,
  agent: 'julia',
  agentVersion: '0123456789ab',
  serverVersion: '0.1.0',
  status: 'completed',
  startedAt: at(0),
  answeredAt: at(0),
  endedAt: at(10),
  endReason: 'client',
  durationMs: 10_000,
  error: null,
  providers: null,
  usage: null,
  cost: null,
  externalIds: [],
  transcript,
  tools: [],
  events: [],
  summary: null,
  ...more,
});

describe('a transcript', () => {
  const talk = callOf([
    entry({}),
    entry({
      id: 'e2',
      speaker: 'agent',
      text: 'It is forty-two.',
      heardText: 'It is',
      startedAt: at(2.5),
      endedAt: at(4),
    }),
    entry({ id: 'e3', text: '<b>line one\n\nline two & more', startedAt: at(3725.042), endedAt: null }),
    entry({ id: 'e4', speaker: 'agent', text: 'Too late.', heardText: '', startedAt: at(3730), endedAt: at(3730) }),
    entry({ id: 'e5', speaker: 'person', text: 'Yes?', startedAt: at(-5), endedAt: at(-4) }),
  ]);

  it('is text, a line each, with what was heard', () => {
    expect(asText(talk)).toBe(
      [
        '[00:00:01] Caller: Hello.',
        '[00:00:02] Agent: It is –',
        '[01:02:05] Caller: <b>line one line two & more',
        '[01:02:10] Agent: (not heard: Too late.)',
        '[00:00:00] Person: Yes?',
        '',
      ].join('\n'),
    );
  });

  it('is WebVTT, in which nothing that was said is a tag, a cue or an end of one', () => {
    expect(asVtt(talk)).toBe(`WEBVTT

e1
00:00:01.000 --> 00:00:02.000
<v Caller>Hello.

e2
00:00:02.500 --> 00:00:04.000
<v Agent>It is –

e3
01:02:05.042 --> 01:02:08.042
<v Caller>&lt;b&gt;line one line two &amp; more

e4
01:02:10.000 --> 01:02:10.001
<v Agent>(not heard: Too late.)

e5
00:00:00.000 --> 00:00:00.001
<v Person>Yes?

`);
  });
});

describe('a vCon', () => {
  it('names its version, its parties and what they said', () => {
    const call = callOf([entry({}), entry({ speaker: 'agent', text: 'Hi.', startedAt: at(2), endedAt: null })]);
    expect(JSON.parse(JSON.stringify(asVcon(call)))).toMatchObject({
      vcon: '0.3.0',
      uuid: call.callSid,
      created_at: '2026-11-29T10:00:00.000Z',
      parties: [
        { name: 'ann', role: 'user' },
        { name: 'julia', role: 'agent' },
      ],
      dialog: [
        {
          type: 'text',
          start: '2026-11-29T10:00:01.000Z',
          duration: 1,
          originator: 0,
          body: 'Hello.',
          encoding: 'none',
        },
        { type: 'text', originator: 1, body: 'Hi.', mediatype: 'text/plain' },
      ],
      attachments: [{ mediatype: 'application/json', encoding: 'json' }],
    });
  });

  it('has the recording by its address, with the hash of the file, last', () => {
    const recording = {
      callSid: 'a call',
      file: 'a.1.wav',
      mediaType: 'audio/wav',
      startedAt: at(1),
      durationMs: 8500,
      bytes: 544_044,
      sha512: 'ff'.repeat(64),
      url: 'https://voice.example.com/v1/recordings/a.1.wav?expires=1&signature=s',
    };
    const { dialog } = asVcon(callOf([entry({})]), recording) as { dialog: readonly object[] };
    expect(dialog).toHaveLength(2);
    expect(dialog[1]).toEqual({
      type: 'recording',
      start: at(1),
      duration: 8.5,
      parties: [0, 1],
      originator: 0,
      mediatype: 'audio/wav',
      filename: 'a.1.wav',
      url: recording.url,
      content_hash: `sha512-${Buffer.alloc(64, 255).toString('base64url')}`,
    });
  });

  it('has the summary and the outcome as analyses, with who has made them', () => {
    const summary = {
      status: 'ready',
      text: 'Ann asked.',
      outcome: { solved: true },
      madeBy: 'model',
      model: 'openai',
      reason: null,
      madeAt: at(20),
    } as const;
    expect(asVcon(callOf([entry({})], { summary }))).toMatchObject({
      analysis: [
        { type: 'summary', dialog: [0], vendor: 'parley', product: 'openai', body: 'Ann asked.', encoding: 'none' },
        {
          type: 'outcome',
          dialog: [0],
          vendor: 'parley',
          product: 'openai',
          body: '{"solved":true}',
          encoding: 'json',
        },
      ],
    });
    const byRules = { ...summary, madeBy: 'rules', model: null, outcome: null } as const;
    expect(asVcon(callOf([], { summary: byRules }))).toMatchObject({
      analysis: [{ type: 'summary', product: 'rules', body: 'Ann asked.' }],
    });
  });

  it.each([
    ['busy', 'busy'],
    ['no_answer', 'no-answer'],
    ['canceled', 'hung-up'],
    ['failed', 'failed'],
    ['refused', 'failed'],
  ] as const)('of a call that is %s says so', (status, disposition) => {
    const call = callOf([], {
      status,
      callSid: 'not a UUID',
      direction: 'outbound',
      to: 'tel:+4930123456',
      user: null,
    });
    expect(asVcon(call)).toMatchObject({
      uuid: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/),
      parties: [{ tel: '+4930123456' }, { name: 'julia' }],
      dialog: [{ type: 'incomplete', disposition }],
    });
  });
});

describe('a query for calls', () => {
  it('has defaults, and takes dates and times', () => {
    expect(readQuery({})).toEqual({ filter: {}, limit: 20, after: undefined });
    expect(readQuery({ from: '2026-11-29', to: '2026-11-29T10:00:00+02:00', limit: '5', status: 'failed' })).toEqual({
      filter: { from: new Date('2026-11-29'), to: new Date('2026-11-29T08:00:00Z'), status: 'failed' },
      limit: 5,
      after: undefined,
    });
  });

  it('goes on where a page ended', () => {
    const last = { startedAt: at(1), callSid: 'a call' };
    expect(readQuery({ cursor: toCursor(last) })).toMatchObject({ after: last });
  });

  it.each([
    [{ limit: '0' }, /^limit: /],
    [{ limit: '101' }, /^limit: /],
    [{ limit: 'many' }, /^limit: /],
    [{ status: 'over' }, /^status: /],
    [{ from: 'yesterday' }, /^from: must be a date/],
    [{ from: '0000-01-01' }, /^from: must be a date/],
    [{ from: '0001-01-01T00:00:00+14:00' }, /^from: must be a date/],
    [{ to: '9999-12-31T23:59:59-14:00' }, /^to: must be a date/],
    [{ cursor: 'nonsense' }, /^cursor: must be the `next`/],
    [{ agent: ['a', 'b'] }, /^agent: /],
    [{ page: '2' }, /^page: /],
  ])('says what is wrong with %j', (query, sentence) => {
    expect(readQuery(query)).toMatch(sentence);
  });

  it.each([
    '',
    'bm9uc2Vuc2U',
    Buffer.from('["2026","x"]').toString('base64url'),
    Buffer.from('["0000-01-01T00:00:00Z","x"]').toString('base64url'),
    Buffer.from('[]').toString('base64url'),
  ])('knows that %j is no cursor', (cursor) => expect(fromCursor(cursor)).toBeUndefined());

  it.each([
    [undefined, 'json'],
    ['vtt', 'vtt'],
    ['srt', undefined],
    [['text', 'vtt'], undefined],
  ])('takes the format %j for %s', (format, read) => {
    expect(readFormat(format)).toBe(read);
  });
});
