import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { CallInfo } from '../../calls/call-observer.port.js';
import { CallSpans } from './call-spans.js';
import { TraceIds } from './trace-ids.js';

const call: CallInfo = {
  sessionId: '0190c0de-0000-7000-8000-000000000001',
  userId: 'annabel',
  agent: 'julia',
  agentVersion: 'abc',
  providers: { stt: 'deepgram', llm: 'openai', tts: 'cartesia' },
};

function traced() {
  const exporter = new InMemorySpanExporter();
  const ids = new TraceIds();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)], idGenerator: ids });
  let now = 1_000_000;
  const spans = new CallSpans(provider.getTracer('test'), ids, () => now);
  const pass = (ms: number): void => void (now += ms);
  const told = () =>
    exporter.getFinishedSpans().map(({ name, startTime, endTime, attributes, status, parentSpanContext }) => {
      const ms = ([seconds, nanos]: [number, number]): number => Math.round(seconds * 1000 + nanos / 1e6) - 1_000_000;
      return { name, from: ms(startTime), to: ms(endTime), attributes, status: status.code, parent: parentSpanContext };
    });
  return { spans, pass, told, exporter };
}

describe('spans of a call', () => {
  it('have the times of the stages, from when the caller fell silent', () => {
    const { spans, pass, told } = traced();
    spans.started(call);
    spans.event(call, { type: 'speech.started', audioMs: 0 });
    pass(1000);
    spans.event(call, { type: 'speech.stopped', audioMs: 1000 });
    pass(300);
    spans.event(call, { type: 'turn.ended', turnId: 't1', text: 'secret words' });
    pass(50);
    spans.event(call, {
      type: 'tool.started',
      callId: 'c1',
      responseId: 'r1',
      name: 'search',
      arguments: { q: 'secret' },
    });
    pass(100);
    spans.event(call, {
      type: 'tool.finished',
      callId: 'c1',
      responseId: 'r1',
      name: 'search',
      ok: false,
      code: 'timeout',
      message: 'secret',
      durationMs: 100,
    });
    spans.modelUsed(call, { inputTokens: 10, outputTokens: 2 });
    spans.modelUsed(call, { inputTokens: 20, outputTokens: 5 });
    spans.event(call, {
      type: 'turn.metrics',
      turnId: 't1',
      endpointingMs: 300,
      firstTokenMs: 200,
      firstAudioMs: 150,
      voiceToVoiceMs: 650,
    });
    pass(500);
    spans.event(call, { type: 'response.completed', responseId: 'r1', text: 'secret answer' });
    spans.event(call, { type: 'session.ended', reason: 'client', durationMs: 1950 });
    const all = told();
    expect(all.map(({ name, from, to }) => [name, from, to])).toEqual([
      ['execute_tool search', 1350, 1450],
      ['endpointing', 1000, 1300],
      ['chat openai', 1300, 1500],
      ['speech cartesia', 1500, 1650],
      ['turn', 1000, 1950],
      ['invoke_agent julia', 0, 1950],
    ]);
    expect(all[0]).toMatchObject({ status: 2, attributes: { 'error.type': 'timeout', 'gen_ai.tool.name': 'search' } });
    expect(all[2]?.attributes).toMatchObject({ 'gen_ai.usage.input_tokens': 30, 'gen_ai.usage.output_tokens': 7 });
    expect(all[4]?.attributes).toMatchObject({ 'parley.voice_to_voice_ms': 650 });
    expect(JSON.stringify(all)).not.toMatch(/secret|annabel/);
  });

  it('have the call’s id as their trace in every process, and end where it leaves', () => {
    const [here, there] = [traced(), traced()];
    here.spans.started(call);
    here.spans.event(call, { type: 'turn.ended', turnId: 't1', text: '' });
    here.spans.transition(call, { type: 'left', why: 'handover' });
    there.spans.resumed(call);
    there.spans.event(call, { type: 'session.ended', reason: 'error', durationMs: 1 });
    const ids = [here, there].flatMap(({ exporter }) => exporter.getFinishedSpans()).map((span) => span.spanContext());
    expect(new Set(ids.map(({ traceId }) => traceId))).toEqual(new Set(['0190c0de000070008000000000000001']));
    expect(here.told().map(({ name, attributes }) => [name, attributes['parley.end_reason']])).toEqual([
      ['turn', undefined],
      ['invoke_agent julia', 'handover'],
    ]);
    expect(there.told()).toMatchObject([{ status: 2, attributes: { 'parley.resumed': true } }]);
    expect(there.told()[0]?.parent).toBeUndefined();
  });

  it('have what hurt their call: turns that were taken wrongly, and a process that stood still', () => {
    const { spans, exporter } = traced();
    spans.started(call);
    spans.transition(call, { type: 'turn.misjudged', fault: 'false_cut_off', turnId: 't1' });
    spans.transition(call, { type: 'stalled', ms: 120.4, cause: 'host' });
    spans.event(call, { type: 'session.ended', reason: 'client', durationMs: 1 });
    const [{ events } = { events: [] }] = exporter.getFinishedSpans();
    expect(events.map(({ name, attributes }) => [name, attributes])).toEqual([
      ['parley.false_cut_off', { 'parley.turn_id': 't1' }],
      ['parley.stalled', { 'parley.stall_ms': 120, 'parley.cause': 'host' }],
    ]);
  });

  it('are ended with their call where nobody ends them, and nothing comes of a call that is not known', () => {
    const { spans, told } = traced();
    spans.event(call, { type: 'turn.ended', turnId: 't0', text: '' });
    spans.started(call);
    spans.event(call, { type: 'turn.ended', turnId: 't1', text: '' });
    spans.event(call, { type: 'tool.started', callId: 'c1', responseId: 'r1', name: 'search', arguments: {} });
    spans.event(call, { type: 'turn.ended', turnId: 't2', text: '' });
    spans.event(call, { type: 'session.ended', reason: 'client', durationMs: 1 });
    expect(told().map(({ name }) => name)).toEqual(['turn', 'execute_tool search', 'turn', 'invoke_agent julia']);
  });
});

describe('ids of traces', () => {
  it('are made up for a call whose id is none of a trace', () => {
    const ids = new TraceIds();
    for (const odd of ['s1', '00000000-0000-0000-0000-000000000000', '']) {
      expect(ids.traceOf(odd, ids.generateTraceId)).toMatch(/^(?!0+$)[\da-f]{32}$/);
    }
    expect(ids.generateSpanId()).toMatch(/^[\da-f]{16}$/);
  });
});
