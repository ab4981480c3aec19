import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { CallNotes } from './call-notes.js';

/** Seconds of an hour, as a time. */
const at = (second: number): string => new Date(Date.UTC(2026, 10, 29, 10, 0, second)).toISOString();

/** What is kept of events, one a second. */
function notesOf(...events: ConversationEvent[]) {
  const notes = new CallNotes();
  return {
    notes,
    kept: events.map((event, second) => notes.of(event, at(second))).filter((part) => part !== undefined),
  };
}

describe('what is kept of a call', () => {
  it('is a turn, with when the caller began to speak', () => {
    const { kept } = notesOf(
      { type: 'speech.started', audioMs: 0 },
      { type: 'transcript.partial', turnId: 't', text: 'he' },
      { type: 'speech.started', audioMs: 900 },
      { type: 'transcript.final', turnId: 't', text: 'hello' },
      { type: 'turn.ended', turnId: 't', text: 'hello' },
    );
    const said = { speaker: 'user', text: 'hello', startedAt: at(0), endedAt: at(4) };
    expect(kept).toEqual([{ kind: 'turn.ended', turnId: 't', said }]);
  });

  it('is what was typed, when it came', () => {
    const { kept } = notesOf({ type: 'turn.ended', turnId: 't', text: 'hi' });
    expect(kept).toMatchObject([{ said: { startedAt: at(0), endedAt: at(0) } }]);
  });

  it('is a reply, with the turn that it answers', () => {
    const { kept } = notesOf(
      { type: 'response.started', responseId: 'r', turnId: 't' },
      { type: 'response.text', responseId: 'r', delta: 'Hi.' },
      { type: 'response.completed', responseId: 'r', text: 'Hi.' },
    );
    const said = { speaker: 'agent', text: 'Hi.', heardText: 'Hi.', startedAt: at(0), endedAt: at(2) };
    expect(kept).toEqual([{ kind: 'response.completed', turnId: 't', responseId: 'r', said }]);
  });

  it('is who has written a reply, where that is not the agent', () => {
    const { kept } = notesOf(
      { type: 'supervisor.changed', active: true },
      { type: 'response.started', responseId: 'r', by: 'supervisor' },
      { type: 'response.completed', responseId: 'r', text: 'Hi.' },
    );
    expect(kept).toMatchObject([
      { kind: 'supervisor.changed', data: { active: true } },
      { kind: 'response.completed', said: { speaker: 'agent', text: 'Hi.', source: 'supervisor' } },
    ]);
  });

  it('is what was said and what was heard of a reply that was cut off', () => {
    const { kept } = notesOf(
      { type: 'response.started', responseId: 'r' },
      { type: 'response.text', responseId: 'r', delta: 'It is ' },
      { type: 'response.text', responseId: 'r', delta: 'forty-two.' },
      { type: 'response.interrupted', responseId: 'r', heardText: 'It is' },
    );
    expect(kept).toMatchObject([{ responseId: 'r', said: { text: 'It is forty-two.', heardText: 'It is' } }]);
    expect(kept[0]).not.toHaveProperty('turnId');
  });

  it('is the heard text of a reply that began in another process', () => {
    const { kept } = notesOf({ type: 'response.interrupted', responseId: 'r', heardText: 'It is' });
    expect(kept).toMatchObject([{ said: { text: 'It is', heardText: 'It is', startedAt: at(0) } }]);
  });

  it('is a tool, with the turn and the reply that asked for it, and no signature of a link', () => {
    const { kept } = notesOf(
      { type: 'response.started', responseId: 'r', turnId: 't' },
      { type: 'tool.started', callId: 'c', responseId: 'r', name: 'n', arguments: { client_id: 5001 } },
      {
        type: 'tool.finished',
        callId: 'c',
        responseId: 'r',
        name: 'n',
        ok: true,
        artifacts: [
          {
            kind: 'chart',
            title: 'A chart',
            mediaType: 'image/svg+xml',
            url: '/v1/artifacts/a.svg?expires=1&signature=s',
          },
        ],
        durationMs: 12.4,
      },
    );
    const ids = { turnId: 't', responseId: 'r' };
    expect(kept).toMatchObject([
      { kind: 'tool.started', ...ids, tool: { toolCallId: 'c', name: 'n', arguments: { client_id: 5001 } } },
      {
        kind: 'tool.finished',
        ...ids,
        data: { toolCallId: 'c', name: 'n', ok: true, durationMs: 12 },
        tool: { toolCallId: 'c', ok: true, durationMs: 12, artifacts: [{ url: '/v1/artifacts/a.svg' }] },
      },
    ]);
  });

  it('is how long things took, and what failed', () => {
    const { notes, kept } = notesOf(
      { type: 'turn.metrics', turnId: 't', voiceToVoiceMs: 812 },
      { type: 'error', code: 'llm_failed', message: 'm', fatal: false },
      { type: 'error', code: 'internal', message: 'The server failed.', fatal: true },
      {
        type: 'disclosure.told',
        responseId: 'r',
        text: 'AI.',
        language: 'en',
        heardText: '',
        whole: false,
        confirmed: false,
      },
      { type: 'consent.changed', state: 'refused', by: 'caller', words: 'no' },
      { type: 'audio.skipped', ms: 20 },
    );
    expect(kept).toEqual([
      { kind: 'turn.metrics', turnId: 't', data: { voiceToVoiceMs: 812 } },
      { kind: 'error', data: { code: 'llm_failed', message: 'm', fatal: false } },
      { kind: 'error', data: { code: 'internal', message: 'The server failed.', fatal: true } },
      {
        kind: 'disclosure.told',
        responseId: 'r',
        data: { text: 'AI.', language: 'en', heardText: '', whole: false, confirmed: false },
      },
      { kind: 'consent.changed', data: { state: 'refused', by: 'caller', words: 'no' } },
      { kind: 'audio.skipped', data: { ms: 20 } },
    ]);
    expect(notes.fault).toEqual({ code: 'internal', message: 'The server failed.' });
  });

  it.each([
    { type: 'transcript.partial', turnId: 't', text: 'he' },
    { type: 'response.text', responseId: 'r', delta: 'h' },
    { type: 'speech.started', audioMs: 1 },
    {
      type: 'tool.result',
      callId: 'c',
      responseId: 'r',
      name: 'n',
      table: { title: 't', columns: [], rows: [], total: 0 },
    },
  ] as ConversationEvent[])('is nothing of %j', (event) => {
    expect(notesOf(event).kept).toEqual([]);
  });

  it('is bounded, whatever a model or a stranger wrote', () => {
    const text = 'x'.repeat(1_000_000);
    const { kept } = notesOf(
      { type: 'turn.ended', turnId: 't', text },
      { type: 'tool.started', callId: 'c', responseId: 'r', name: 'n', arguments: { text } },
    );
    expect(kept[0]?.said?.text.length).toBe(10_000);
    expect(JSON.stringify(kept[1]).length).toBeLessThan(250);
  });

  it('is what was used, counted once', () => {
    const { notes } = notesOf(
      { type: 'turn.ended', turnId: 't', text: 'hi' },
      { type: 'response.completed', responseId: 'r', text: 'Hello.' },
      { type: 'tool.started', callId: 'c', responseId: 'r', name: 'n', arguments: {} },
    );
    notes.modelUsed({ inputTokens: 100, outputTokens: 7 });
    notes.modelUsed({ inputTokens: 50, outputTokens: 3 });
    const tokens = { llmRequests: 2, llmInputTokens: 150, llmOutputTokens: 10 };
    const heard = { kind: 'stt', provider: 'e', model: '', amounts: { audioSeconds: 0.1 } } as const;
    for (const amount of [0.1, 0.2]) notes.used(heard, { currency: 'USD', amount });
    notes.used({ kind: 'tts', provider: 'v', model: '', amounts: { characters: 6 } }, undefined);
    expect(notes.takeUsage()).toEqual({
      usage: { turns: 1, replyCharacters: 6, toolCalls: 1, sttSeconds: 0.2, ttsCharacters: 6, ...tokens },
      cost: { USD: 0.3 },
    });
    expect(notes.takeUsage()).toBeUndefined();
  });
});
