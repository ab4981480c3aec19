import type { CallInfo } from '../calls/call-observer.port.js';
import type { CallPrivacy } from '../calls/privacy.port.js';
import type { ConversationEvent } from '../conversation/conversation.port.js';
import { lexiconFor } from '../conversation/lexicon/lexicon-for.js';
import { CallRedaction } from '../redaction/call-redaction.js';
import { WatchedCall } from './watched-call.js';

const info = (privacy?: CallPrivacy): CallInfo => ({
  sessionId: 's1',
  userId: 'ann',
  agent: 'julia',
  providers: { stt: 'a', llm: 'b', tts: 'c' },
  ...(privacy === undefined ? {} : { privacy }),
});

const CARD = '4242 4242 4242 4242';
const redactor = () => new CallRedaction({ kinds: ['card'], speak: false }, lexiconFor('en-US')).vault;

/** A turn and its answer, which is cut off. */
const exchange: readonly ConversationEvent[] = [
  { type: 'transcript.partial', turnId: 't1', text: 'My card is 4242' },
  { type: 'turn.ended', turnId: 't1', text: `My card is ${CARD}.` },
  { type: 'response.started', responseId: 'r1', turnId: 't1' },
  { type: 'response.text', responseId: 'r1', delta: `So it is ${CARD}, is it?` },
  { type: 'turn.metrics', turnId: 't1', voiceToVoiceMs: 700 },
  { type: 'response.interrupted', responseId: 'r1', heardText: 'So it is 4242 4242' },
];

function watched(privacy?: CallPrivacy) {
  const call = new WatchedCall(info(privacy));
  const seen: ConversationEvent[] = [];
  call.watchers.add({ event: (event) => seen.push(event), left: () => undefined });
  return {
    call,
    seen,
    tell: (...events: readonly ConversationEvent[]) => events.map((event, n) => call.event(event, n)),
  };
}

describe('a watched call', () => {
  it('knows who has the floor', () => {
    const { call, tell } = watched();
    const states = exchange.map((event) => (tell(event), call.state));
    expect(states).toEqual(['listening', 'thinking', 'thinking', 'thinking', 'speaking', 'listening']);
    tell({ type: 'response.started', responseId: 'r2' });
    expect(call.state).toBe('speaking');
    tell({ type: 'response.paused', responseId: 'r2' });
    expect(call.state).toBe('listening');
    tell({ type: 'response.resumed', responseId: 'r2' });
    call.transition({ type: 'detached' });
    expect(call.state).toBe('held');
    call.transition({ type: 'attached', lastSeq: 1, replayed: 0, missed: false });
    expect(call.state).toBe('speaking');
  });

  it('counts, and says what of it a list shows', () => {
    const { call, tell } = watched();
    expect(tell(...exchange)).toEqual([false, true, true, false, true, true]);
    tell({ type: 'error', code: 'stt_failed', message: 'It cannot hear.', fatal: false });
    for (const ms of [100, 900]) tell({ type: 'turn.metrics', turnId: 't2', voiceToVoiceMs: ms });
    call.spent({ currency: 'USD', amount: 0.25 });
    call.spent({ currency: 'USD', amount: 0.5 });
    const { turns, interruptions, errors, voiceToVoiceMs, cost } = call;
    expect({ turns, interruptions, errors, voiceToVoiceMs, cost }).toEqual({
      turns: 1,
      interruptions: 1,
      errors: 1,
      voiceToVoiceMs: 700,
      cost: { currency: 'USD', amount: 0.75 },
    });
  });

  it('keeps what was said, as far as it was heard', () => {
    const { call, seen, tell } = watched();
    tell(...exchange);
    expect(call.lines.all(undefined)).toMatchObject([
      { speaker: 'user', text: `My card is ${CARD}.`, turnId: 't1' },
      { speaker: 'agent', text: 'So it is 4242 4242', turnId: 't1', responseId: 'r1', interrupted: true },
    ]);
    expect(call.lines.last(undefined, 10)).toBe('So it is 4');
    expect(seen).toEqual(exchange);
  });

  it('keeps the latest 200 lines', () => {
    const { call, tell } = watched();
    for (let n = 0; n < 300; n += 1) tell({ type: 'turn.ended', turnId: `t${n}`, text: `line ${n}` });
    const lines = call.lines.all(undefined);
    expect([lines.length, lines[0]?.text]).toEqual([200, 'line 100']);
    tell({ type: 'turn.ended', turnId: 't', text: 'x'.repeat(100_000) });
    expect(call.lines.all(undefined).at(-1)?.text).toHaveLength(4000);
  });

  it('shows tokens in the place of what is hidden, whole or in pieces', () => {
    const privacy: CallPrivacy = { level: 'standard', redactor: redactor() };
    const { call, seen, tell } = watched(privacy);
    tell(...exchange);
    expect(seen.map(({ type }) => type)).toEqual([
      'turn.ended',
      'response.started',
      'turn.metrics',
      'response.interrupted',
    ]);
    const shown = JSON.stringify([
      seen,
      call.lines.all(privacy).map(({ text }) => text),
      call.lines.last(privacy, 200),
    ]);
    expect(shown).not.toContain('4242');
    expect(shown).toContain('[card_1]');
  });

  it.each(['minimal', 'zero'] as const)('shows no words of a call with privacy %s', (level) => {
    const { call, seen, tell } = watched({ level, base: level });
    tell(
      ...exchange,
      { type: 'tool.started', callId: 'c1', responseId: 'r1', name: 'look_up', arguments: { card: CARD } },
      {
        type: 'tool.result',
        callId: 'c1',
        responseId: 'r1',
        name: 'look_up',
        table: { title: CARD, columns: [], rows: [], total: 0 },
      },
      {
        type: 'tool.finished',
        callId: 'c1',
        responseId: 'r1',
        name: 'look_up',
        ok: false,
        message: CARD,
        durationMs: 1,
      },
      { type: 'consent.changed', state: 'refused', by: 'caller', words: CARD },
    );
    expect(JSON.stringify(seen)).not.toContain('4242');
    expect(seen.map(({ type }) => type)).toEqual([
      'turn.ended',
      'response.started',
      'turn.metrics',
      'response.interrupted',
      'tool.started',
      'tool.finished',
      'consent.changed',
    ]);
    expect(call.showsWords).toBe(false);
    expect(call.isAnonymous).toBe(level === 'zero');
    expect(call.lines.all(undefined)).toEqual([]);
    expect(call.turns).toBe(1);
  });

  it('gives no link that opens a file for whoever has it', () => {
    const { seen, tell } = watched();
    const artifact = { kind: 'chart', title: 'A chart', mediaType: 'image/png' } as const;
    tell({
      type: 'tool.finished',
      callId: 'c1',
      responseId: 'r1',
      name: 'draw',
      ok: true,
      artifacts: [{ ...artifact, url: '/v1/artifacts/x.png?expires=1&signature=2' }],
      durationMs: 1,
    });
    expect(seen).toMatchObject([{ artifacts: [{ url: '/v1/artifacts/x.png' }] }]);
  });
});
