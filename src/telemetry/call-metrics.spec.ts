import { Registry } from 'prom-client';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import { CallMetrics } from './call-metrics.js';

const CALL = {
  sessionId: 's1',
  userId: 'ann',
  agent: 'julia',
  providers: { stt: 'deepgram', llm: 'rules', tts: 'flite' },
};

describe('CallMetrics', () => {
  let registry: Registry;
  let metrics: CallMetrics;

  beforeEach(() => {
    registry = new Registry();
    metrics = new CallMetrics(registry);
    metrics.started(CALL);
  });

  const observe = (...events: ConversationEvent[]): void => {
    for (const event of events) metrics.event(CALL, event);
  };
  const finished = (fields: object): ConversationEvent =>
    ({
      type: 'tool.finished',
      callId: 'c',
      responseId: 'r',
      name: 'query_transactions',
      durationMs: 120,
      ...fields,
    }) as ConversationEvent;

  it('keeps the latency of each stage that a turn had, in seconds, by provider', async () => {
    observe(
      { type: 'turn.metrics', turnId: 't', endpointingMs: 310, firstAudibleMs: 90, voiceToVoiceMs: 640 },
      { type: 'turn.metrics', turnId: 't', voiceToVoiceMs: 900 },
    );
    const text = await registry.metrics();
    const labels = 'stt="deepgram",llm="rules",tts="flite"';
    expect(text).toContain(`parley_turn_stage_seconds_count{stage="voice_to_voice",${labels}} 2`);
    expect(text).toContain(`parley_turn_stage_seconds_sum{stage="voice_to_voice",${labels}} 1.54`);
    expect(text).toContain(`parley_turn_stage_seconds_sum{stage="first_audible",${labels}} 0.09`);
    expect(text).toContain(`parley_turn_stage_seconds_bucket{le="0.4",stage="endpointing",${labels}} 1`);
    expect(text).not.toContain('stage="first_token"');
  });

  it('counts tools by outcome, and no name that the model made up', async () => {
    observe(
      finished({ ok: true }),
      finished({ ok: false, code: 'timeout' }),
      finished({ ok: false, code: 'unknown_tool', name: 'made_up_by_the_model' }),
    );
    const text = await registry.metrics();
    expect(text).toContain('parley_tool_duration_seconds_count{tool="query_transactions",outcome="ok"} 1');
    expect(text).toContain('parley_tool_duration_seconds_count{tool="query_transactions",outcome="timeout"} 1');
    expect(text).toContain('parley_tool_duration_seconds_count{tool="unknown",outcome="unknown_tool"} 1');
    expect(text).not.toContain('made_up');
  });

  it('counts calls, turns and interruptions, and keeps no words and no users', async () => {
    observe(
      { type: 'turn.ended', turnId: 't', text: 'words of the caller' },
      { type: 'response.interrupted', responseId: 'r', heardText: 'words of the agent' },
    );
    const text = await registry.metrics();
    expect(text).toContain('parley_calls_total{agent="julia",stt="deepgram",llm="rules",tts="flite"} 1');
    expect(text).toContain('parley_turns_total{agent="julia",endpointing="deepgram"} 1');
    expect(text).toContain('parley_interruptions_total{agent="julia"} 1');
    expect(text).not.toMatch(/words of|ann|s1/);
  });

  it('counts the tokens of answers, and those of drafts that were thrown away apart', async () => {
    metrics.modelUsed(CALL, { inputTokens: 100, outputTokens: 20 }, false);
    metrics.modelUsed(CALL, { inputTokens: 90, outputTokens: 5 }, true);
    const text = await registry.metrics();
    expect(text).toContain('parley_model_tokens_total{llm="rules",direction="output"} 20');
    expect(text).toContain('parley_speculative_tokens_total{llm="rules",direction="input"} 90');
  });

  it('counts turns that were taken wrongly by who ended them, and keeps how long voices are silent first', async () => {
    metrics.transition(CALL, { type: 'turn.misjudged', fault: 'false_cut_off', turnId: 't1' });
    const silenced = { ...CALL, endpointing: 'vad' } as const;
    metrics.transition(silenced, { type: 'turn.misjudged', fault: 'false_cut_off', turnId: 't1' });
    metrics.transition(silenced, { type: 'turn.misjudged', fault: 'double_answer', turnId: 't2' });
    metrics.transition(CALL, { type: 'silence.cut', silenceMs: 210, cutMs: 150 });
    const text = await registry.metrics();
    expect(text).toContain('parley_false_cut_offs_total{agent="julia",endpointing="deepgram"} 1');
    expect(text).toContain('parley_false_cut_offs_total{agent="julia",endpointing="vad"} 1');
    expect(text).toContain('parley_double_answers_total{agent="julia",endpointing="vad"} 1');
    expect(text).not.toContain('parley_double_answers_total{agent="julia",endpointing="deepgram"}');
    expect(text).toContain('parley_voice_leading_silence_seconds_sum{tts="flite"} 0.21');
  });
});
