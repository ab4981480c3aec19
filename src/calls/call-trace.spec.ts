import type { ConversationEvent } from '../conversation/conversation.port.js';
import { CallTrace } from './call-trace.js';

const call = { sessionId: 's1', userId: 'u1', agent: 'julia', providers: { stt: 'a', llm: 'b', tts: 'c' } };

describe('CallTrace', () => {
  const lines: object[] = [];
  const trace = new CallTrace({ debug: (line) => lines.push(line) });
  beforeEach(() => void lines.splice(0));

  it.each<ConversationEvent>([
    { type: 'turn.ended', turnId: 't1', text: 'secret' },
    { type: 'transcript.final', turnId: 't1', text: 'secret' },
    { type: 'transcript.partial', turnId: 't1', text: 'secret' },
    { type: 'response.text', responseId: 'r1', delta: 'secret' },
    { type: 'response.speak', responseId: 'r1', segment: 0, text: 'secret', language: 'en' },
    { type: 'response.interrupted', responseId: 'r1', heardText: 'secret' },
    { type: 'response.completed', responseId: 'r1', text: 'secret' },
    { type: 'tool.started', callId: 'c1', responseId: 'r1', name: 'a secret name', arguments: { to: 'secret' } },
    { type: 'tool.finished', callId: 'c1', responseId: 'r1', name: 'x', ok: false, message: 'secret', durationMs: 3 },
    { type: 'error', code: 'llm_failed', message: 'secret', fatal: false },
  ])('says that %o happened, and no word of it', (event) => {
    trace.event(call, event, 7);
    expect(JSON.stringify(lines)).not.toContain('secret');
    for (const line of lines) expect(line).toMatchObject({ msg: event.type, sessionId: 's1', seq: 7 });
  });

  it('says what happened to the call itself', () => {
    trace.started(call);
    trace.transition(call, { type: 'attached', lastSeq: 3, replayed: 2, missed: false });
    expect(lines).toEqual([
      { msg: 'started', sessionId: 's1', agent: 'julia', stt: 'a', llm: 'b', tts: 'c' },
      { msg: 'attached', sessionId: 's1', lastSeq: 3, replayed: 2, missed: false },
    ]);
  });
});
