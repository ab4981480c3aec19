import type { RecordedCall, RecordedTool, TranscriptEntry } from '../database/calls/call-history.port.js';
import type { OutcomeFields } from '../agents/outcome.schema.js';
import { materialOf } from './material.js';
import { askedFields, outcomeAnswer, outcomeOfTools } from './outcome.js';
import { rulesSummary } from './rules-summary.js';

const START = new Date('2026-11-29T10:00:00Z');

const tool = (name: string, args: unknown, ok: boolean | null, code: string | null = null): RecordedTool => ({
  toolCallId: `${name} ${JSON.stringify(args)} ${ok}`,
  name,
  arguments: args,
  ok,
  code,
  message: null,
  artifacts: null,
  sources: null,
  startedAt: START,
  endedAt: START,
  durationMs: 1,
  turnId: null,
  responseId: null,
});

const said = (speaker: TranscriptEntry['speaker'], text: string, heardText: string | null = null): TranscriptEntry => ({
  id: text,
  speaker,
  text,
  heardText,
  startedAt: START,
  endedAt: START,
  turnId: null,
  responseId: null,
  source: 'parley',
});

const callOf = (more: Partial<RecordedCall>): RecordedCall => ({
  callSid: 'c1',
  conversationId: null,
  user: 'ann',
  direction: 'inbound',
  channel: 'web',
  from: null,
  to: null,
  agent: 'julia',
  agentVersion: null,
  serverVersion: null,
  status: 'completed',
  startedAt: START,
  answeredAt: START,
  endedAt: START,
  endReason: 'client',
  durationMs: 83_000,
  error: null,
  providers: null,
  usage: null,
  cost: null,
  externalIds: [],
  transcript: [],
  tools: [],
  events: [],
  summary: null,
  ...more,
});

describe('a summary by rules', () => {
  it('says who called, what was asked and done, how it ended, and that no model wrote it', () => {
    const call = callOf({
      transcript: [said('agent', 'Hello.'), said('user', 'Send my\ntransactions.'), said('user', 'Yes.')],
      tools: [
        tool('send_email_report', { client_id: 5001 }, false, 'confirmation_required'),
        tool('query_transactions', { client_id: 5001 }, true),
        tool('send_email_report', { client_id: 5001 }, true),
        tool('web_search', {}, null),
      ],
    });
    expect(rulesSummary(call, 'no_model')).toBe(
      'Ann called julia on the web for 1 min 23 s. The caller spoke 2 times. The first words were: “Send my transactions.” ' +
        'Tools: send_email_report (client_id 5001) was done; query_transactions (client_id 5001) was done; ' +
        'web_search has not answered. The caller ended it. (Made by rules, without a language model.)',
    );
  });

  it.each([
    [
      {
        direction: 'outbound',
        channel: 'phone',
        to: 'tel:+4930123456',
        user: null,
        status: 'no_answer',
        endReason: 'no_answer',
      },
      'Julia called +4930123456 by telephone. No tool was used. Nobody answered.',
    ],
    [
      { channel: 'phone', from: 'tel:+4930123456', user: null, status: 'refused', endReason: 'unknown_agent' },
      '+4930123456 called julia by telephone. No tool was used. It was refused (unknown_agent).',
    ],
    [
      { user: null, status: 'failed', error: { code: 'internal', message: 'm' } },
      'Somebody unknown called julia on the web. No tool was used. It failed (internal).',
    ],
  ] as const)('tells of a call without a talk: %j', (more, expected) => {
    const call = callOf({ ...more, answeredAt: null, durationMs: null });
    expect(rulesSummary(call, 'nothing_said')).toBe(`${expected} (Made by rules, without a language model.)`);
  });

  it('says when a model was asked in vain, and is never longer than is stored', () => {
    const tools = Array.from({ length: 500 }, (_, n) => tool('x'.repeat(64), { n, text: 'y'.repeat(5000) }, true));
    const call = callOf({ transcript: [said('user', 'z'.repeat(10_000))], tools });
    expect(rulesSummary(call, 'model_invalid').length).toBeLessThan(4000);
    expect(rulesSummary(call, 'model_invalid')).toMatch(/what the language model answered could not be used\.\)$/);
    expect(rulesSummary(call, 'model_timeout')).toMatch(/the language model could not be reached\.\)$/);
  });
});

describe('an outcome', () => {
  const fields: OutcomeFields = {
    sent: { type: 'boolean', description: 'd', tool: 'send_email_report' },
    charted: { type: 'boolean', description: 'd', tool: 'generate_transaction_chart' },
    client: { type: 'number', description: 'd', tool: 'query_transactions', argument: 'client_id' },
    recipient: { type: 'string', description: 'd', tool: 'query_transactions', argument: 'client_id' },
    mood: { type: 'string', description: 'How the caller felt', enum: ['calm', 'angry'] },
  };

  it('follows from what tools did, and is null for the rest', () => {
    const tools = [
      tool('query_transactions', { client_id: 5001 }, true),
      tool('query_transactions', { client_id: 5002 }, true),
      tool('query_transactions', { client_id: 5003 }, false),
      tool('send_email_report', {}, true),
    ];
    expect(outcomeOfTools(fields, tools)).toEqual({
      sent: true,
      charted: false,
      client: 5002,
      recipient: null,
      mood: null,
    });
    expect(outcomeOfTools(fields, [tool('query_transactions', { omitted: 9 }, true)])['client']).toBeNull();
  });

  it('asks a model for what does not follow from tools, of its type and bounded', () => {
    expect(Object.keys(askedFields(fields))).toEqual(['mood']);
    const answer = outcomeAnswer({ ...askedFields(fields), why: { type: 'string', description: 'd' } });
    expect(answer.safeParse({ mood: 'calm', why: null }).success).toBe(true);
    for (const bad of [
      { mood: 'calm' },
      { mood: 'x', why: null },
      { mood: null, why: 'x'.repeat(1001) },
      { mood: null, why: null, sent: true },
    ]) {
      expect(answer.safeParse(bad).success).toBe(false);
    }
  });
});

describe('what a model is given of a call', () => {
  it('is what was heard, and of a long call its beginning and its end', () => {
    const transcript = Array.from({ length: 1000 }, (_, n) => said('user', `${n} ${'w'.repeat(200)}`));
    const call = callOf({ transcript: [said('agent', 'All of it.', 'All'), ...transcript], tools: [] });
    const material = materialOf(call) as { said: { text: string }[]; leftOutInTheMiddle: number };
    expect(JSON.stringify(material).length).toBeLessThan(60_000);
    expect(material.said[0]).toEqual({ speaker: 'agent', text: 'All' });
    expect(material.said.at(-1)?.text).toMatch(/^999 /);
    expect(material.said.length + material.leftOutInTheMiddle).toBe(1001);
  });
});
