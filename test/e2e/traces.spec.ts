// Spans of calls, as a strict collector gets them from a server with calls in it.
import { jest } from '@jest/globals';
import { OtlpCollector, type CollectedSpan } from '../simulators/otlp-collector.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 40_000;
const QUESTION = 'What transactions does client 5001 have?';

describe('traces of calls', () => {
  let collector: OtlpCollector;
  let app: ParleyApp;
  beforeAll(async () => {
    collector = await OtlpCollector.start();
    app = await ParleyApp.start({
      env: {
        OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
        OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20planted-key',
        OTEL_SERVICE_NAME: 'voice',
      },
    });
  }, 180_000);
  afterAll(async () => {
    await app?.close();
    await collector?.stop();
  });

  it('have a span for the call, its turns, their stages and tools, under the call’s own id, and no word', async () => {
    const caller = await TextCaller.call(app, { user: 'demo' });
    const { sessionId } = caller.all('session.started')[0] ?? { sessionId: '' };
    await caller.say(QUESTION);
    await caller.say('And in May?');
    await caller.hangUp();
    const ofCall = (): CollectedSpan[] =>
      collector.spans.filter(({ traceId }) => traceId === sessionId.replaceAll('-', ''));
    await waitFor(() => ofCall().some(({ parentSpanId }) => parentSpanId === undefined), PATIENCE_MS);
    expect(collector.faults).toEqual([]);

    const spans = ofCall();
    const [call] = spans.filter(({ parentSpanId }) => parentSpanId === undefined);
    expect(call).toMatchObject({
      name: 'invoke_agent julia',
      status: { code: 0 },
      facts: {
        'gen_ai.operation.name': 'invoke_agent',
        'gen_ai.conversation.id': sessionId,
        'gen_ai.agent.name': 'julia',
        'parley.llm': 'rules',
        'parley.end_reason': 'client',
      },
    });
    const turns = spans.filter(({ name }) => name === 'turn');
    expect(turns).toHaveLength(2);
    for (const turn of turns) {
      expect(turn.parentSpanId).toBe(call?.spanId);
      const inside = spans.filter(({ parentSpanId }) => parentSpanId === turn.spanId);
      expect(inside.map(({ name }) => name).sort()).toEqual([
        'chat rules',
        'execute_tool query_transactions',
        'speech flite',
      ]);
      // Nothing begins before its turn.
      for (const { startTimeUnixNano } of inside) {
        expect(BigInt(startTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(turn.startTimeUnixNano));
      }
    }
    expect(collector.resources[0]).toMatchObject({
      'service.name': 'voice',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(new Set(collector.authorizations)).toEqual(new Set(['Bearer planted-key']));
    for (const word of ['transactions does', '5001', 'Ada', 'demo']) {
      expect([word, collector.raw.includes(word)]).toEqual([word, false]);
    }
  });

  it('cost no call anything when the collector is gone, and the server stops all the same', async () => {
    const lonely = await ParleyApp.start({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' } });
    const caller = await TextCaller.call(lonely);
    expect((await caller.say(QUESTION)).text).toMatch(/5001/);
    await caller.hangUp();
    await lonely.close();
  });
});
