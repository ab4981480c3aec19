import type { ConversationEvent } from '../../conversation/conversation.port.js';
import { recordedPart } from './call-record-rows.js';

describe('what is kept of an event', () => {
  it.each([
    [
      { type: 'turn.ended', turnId: 't', text: 'hello' },
      { kind: 'turn.ended', text: 'hello' },
    ],
    [
      { type: 'response.completed', responseId: 'r', text: 'hi' },
      { kind: 'response.completed', text: 'hi' },
    ],
    [
      { type: 'response.interrupted', responseId: 'r', heardText: 'h' },
      { kind: 'response.interrupted', text: 'h' },
    ],
    [
      { type: 'tool.started', callId: 'c', responseId: 'r', name: 'n', arguments: { client_id: 5001 } },
      { kind: 'tool.started', data: { callId: 'c', name: 'n', arguments: { client_id: 5001 } } },
    ],
    [
      { type: 'turn.metrics', turnId: 't', voiceToVoiceMs: 812 },
      { kind: 'turn.metrics', data: { turnId: 't', voiceToVoiceMs: 812 } },
    ],
  ] as [ConversationEvent, object][])('%j', (event, part) => {
    expect(recordedPart(event)).toEqual(part);
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
  ] as ConversationEvent[])('nothing: %j', (event) => {
    expect(recordedPart(event)).toBeUndefined();
  });

  it('is bounded, whatever a model or a stranger wrote', () => {
    const text = 'x'.repeat(1_000_000);
    expect(recordedPart({ type: 'turn.ended', turnId: 't', text })?.text?.length).toBe(10_000);
    const started = { type: 'tool.started', callId: 'c', responseId: 'r', name: 'n', arguments: { text } } as const;
    expect(JSON.stringify(recordedPart(started)).length).toBeLessThan(200);
  });
});
