import type { ConversationEvent } from '../conversation/conversation.port.js';
import { EventLog } from './event-log.js';

const text = (delta: string): ConversationEvent => ({ type: 'response.text', responseId: 'r1', delta });

describe('EventLog', () => {
  it('tells again what came after a number', () => {
    const log = new EventLog();
    for (const word of ['a', 'b', 'c']) log.add(text(word));
    expect(log.after(1)).toMatchObject([
      { seq: 2, event: { delta: 'b' } },
      { seq: 3, event: { delta: 'c' } },
    ]);
    expect(log.after(3)).toEqual([]);
  });

  it('numbers what is not told again, and does not keep it', () => {
    const log = new EventLog();
    log.add({ type: 'transcript.partial', turnId: 't1', text: 'hel' });
    log.next();
    log.add(text('a'));
    expect(log.after(0)).toMatchObject([{ seq: 3 }]);
    expect(log.seq).toBe(3);
    expect(log.forgottenSeq).toBe(0);
  });

  it.each([
    ['many events', 'x', 600],
    ['long events', 'x'.repeat(10_000), 60],
  ])('forgets the oldest of %s, and says up to where', (_, delta, count) => {
    const log = new EventLog();
    for (let index = 0; index < count; index += 1) log.add(text(delta));
    const kept = log.after(0);
    expect(kept.length).toBeLessThan(count);
    expect(kept.at(-1)?.seq).toBe(count);
    expect(kept[0]?.seq).toBe(log.forgottenSeq + 1);
    expect(JSON.stringify(kept).length).toBeLessThan(300_000);
  });

  it('goes on where another process has stopped, above every number that it may have used', () => {
    const before = new EventLog(1);
    for (const word of ['a', 'b', 'c']) before.add(text(word));
    const log = EventLog.of(before.kept(), 1000);
    expect(log.add(text('d'))).toBe(1005);
    expect(log.after(2).map(({ seq }) => seq)).toEqual([3, 4, 1005]);
    expect(log.forgottenSeq).toBe(0);
  });

  it('gives another process the latest that fit, and says what it has left out', () => {
    const log = new EventLog();
    for (const word of ['a', 'b', 'c']) log.add(text(word));
    const { events, forgottenSeq } = log.kept(2 * JSON.stringify(text('a')).length);
    expect(events.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(forgottenSeq).toBe(1);
  });
});
