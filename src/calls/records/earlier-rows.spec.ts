import { rowsOf } from './earlier-rows.js';

const at = '2026-11-28T10:00:00.000Z';

describe('a line of a queue', () => {
  it('that was cut short is none', () => {
    expect(rowsOf('{"type":"eve')).toBeUndefined();
  });

  it('of this version is taken as it is', () => {
    const row = { type: 'event', id: 'i', callSid: 's', at, kind: 'turn.ended' };
    expect(rowsOf(JSON.stringify(row))).toEqual([row]);
  });

  it.each([
    [
      { type: 'started', callId: 's', ownerId: 'demo', agent: 'julia', at },
      [
        { type: 'opened', callSid: 's', ownerId: 'demo', agent: 'julia', direction: 'inbound', channel: 'web' },
        { type: 'status', callSid: 's', status: 'in_progress' },
      ],
    ],
    [
      { type: 'event', id: 'i', callId: 's', seq: 4, at, kind: 'turn.ended', text: 'hello' },
      [{ type: 'event', id: 'i', callSid: 's', seq: 4, kind: 'turn.ended', said: { speaker: 'user', text: 'hello' } }],
    ],
    [
      { type: 'event', id: 'i', callId: 's', seq: 5, at, kind: 'response.completed', text: 'hi' },
      [{ callSid: 's', seq: 5, said: { speaker: 'agent', text: 'hi', heardText: 'hi' } }],
    ],
    [
      { type: 'ended', callId: 's', at, reason: 'client', durationMs: 12 },
      [{ type: 'status', callSid: 's', status: 'completed', reason: 'client', durationMs: 12 }],
    ],
    [
      { type: 'ended', callId: 's', at, reason: 'abandoned', durationMs: 12 },
      [{ status: 'abandoned', reason: 'abandoned' }],
    ],
    [{ type: 'ended', callId: 's', at, reason: 'error', durationMs: 12 }, [{ status: 'failed', reason: 'error' }]],
  ])('of the version before: %j', (line, rows) => {
    expect(rowsOf(JSON.stringify(line))).toMatchObject(rows.map((row) => ({ at, ...row })));
  });

  it('gives the same rows each time it is read', () => {
    const line = JSON.stringify({ type: 'ended', callId: 's', at, reason: 'client', durationMs: 12 });
    expect(rowsOf(line)).toEqual(rowsOf(line));
    expect(rowsOf(line)).toMatchObject([{ id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/) }]);
  });
});
