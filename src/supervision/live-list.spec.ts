import { jest } from '@jest/globals';
import type { CallInfo } from '../calls/call-observer.port.js';
import type { SupervisedCalls } from '../calls/supervision.port.js';
import { LiveBoard } from './live-board.js';
import { LiveList } from './live-list.js';
import type { LiveCalls } from './live.schema.js';

const info = (sessionId: string): CallInfo => ({
  sessionId,
  userId: `user of ${sessionId}`,
  agent: 'julia',
  providers: { stt: 'a', llm: 'b', tts: 'c' },
});

function listed() {
  const board = new LiveBoard();
  const ages = new Map<string, number>();
  const finder: SupervisedCalls = {
    find: (sessionId) => {
      const ageMs = ages.get(sessionId);
      if (ageMs === undefined) return undefined;
      const no = (): undefined => undefined;
      const supervision = { takenOverBy: 'boss', hangUp: no, whisper: no, takeOver: no, giveBack: no, say: no };
      return { call: { ageMs, supervision } };
    },
  };
  const begin = (sessionId: string, ageMs: number): void => {
    ages.set(sessionId, ageMs);
    board.started(info(sessionId));
  };
  const turn = (sessionId: string, n: number): void =>
    board.event(info(sessionId), { type: 'turn.ended', turnId: `t${n}`, text: `line ${n}` }, n);
  const told: LiveCalls[] = [];
  const list = new LiveList(board, finder);
  const watch = (): (() => void) => list.watch((json) => told.push(JSON.parse(json) as LiveCalls));
  return { board, list, ages, begin, turn, told, watch };
}

describe('the list of live calls', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('has the newest first, wherever they began, and none that nobody can act on', () => {
    const { list, ages, begin } = listed();
    begin('old', 60_000);
    begin('new', 10);
    begin('from elsewhere', 600_000);
    begin('gone', 1);
    ages.delete('gone');
    const { calls, total } = list.now();
    expect(calls.map(({ callSid }) => callSid)).toEqual(['new', 'old', 'from elsewhere']);
    expect(total).toBe(3);
    expect(calls[0]).toEqual({
      callSid: 'new',
      userId: 'user of new',
      agent: 'julia',
      channel: 'web',
      direction: 'inbound',
      startedAt: new Date(Date.now() - 10).toISOString(),
      state: 'listening',
      turns: 0,
      interruptions: 0,
      errors: 0,
      voiceToVoiceMs: null,
      cost: null,
      currency: null,
      lastWords: null,
      takenOverBy: 'boss',
    });
  });

  it('holds 500, and says how many there are', () => {
    const { list, begin } = listed();
    for (let n = 0; n < 600; n += 1) begin(`s${n}`, n);
    const { calls, total } = list.now();
    expect([calls.length, total, calls[499]?.callSid]).toEqual([500, 600, 's499']);
  });

  it('is told at once, then twice a second at most, the last of it too, while somebody reads', () => {
    const { begin, turn, told, watch } = listed();
    begin('s1', 0);
    const stop = watch();
    const alsoStop = watch();
    expect(told).toHaveLength(2);
    stop();
    for (let n = 0; n < 100; n += 1) {
      turn('s1', n);
      jest.advanceTimersByTime(10);
    }
    expect(told.length - 2).toBeLessThanOrEqual(3);
    jest.advanceTimersByTime(500);
    expect(told.at(-1)?.calls[0]).toMatchObject({ turns: 100, lastWords: 'line 99' });
    expect(jest.getTimerCount()).toBe(0);
    alsoStop();
    const before = told.length;
    turn('s1', 101);
    expect([told.length, jest.getTimerCount()]).toEqual([before, 0]);
  });

  it('forgets a call that has ended, or has left', () => {
    const { list, board, begin } = listed();
    for (const sessionId of ['s1', 's2', 's3']) begin(sessionId, 0);
    const left: string[] = [];
    board.find('s2')?.watchers.add({ event: () => undefined, left: () => left.push('s2') });
    board.event(info('s1'), { type: 'session.ended', reason: 'client', durationMs: 1 }, 9);
    board.transition(info('s2'), { type: 'left', why: 'taken' });
    expect(list.now().calls.map(({ callSid }) => callSid)).toEqual(['s3']);
    expect(left).toEqual(['s2']);
  });
});
