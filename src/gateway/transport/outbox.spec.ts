import { Outbox, OUTBOX_DEFAULTS } from './outbox.js';
import type { Sink } from './outbox.js';

const LIMITS = { highWaterBytes: 100, stallMs: 1000, finishMs: 500 };

/** A socket whose buffer is emptied by the test. */
class ManualSink implements Sink {
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closed: { code: number; reason: string; after: number } | undefined;

  send(frame: string | Uint8Array): void {
    this.bufferedAmount += frame.length;
    this.sent.push(typeof frame === 'string' ? frame : `audio${frame.length}`);
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason, after: this.sent.length };
  }

  take(bytes: number): void {
    this.bufferedAmount = Math.max(0, this.bufferedAmount - bytes);
  }
}

describe('Outbox', () => {
  let sink: ManualSink;
  let lost: number;
  const open = (maxQueuedBytes = 1000) => new Outbox(sink, LIMITS, maxQueuedBytes, 0, () => (lost += 1));
  const audio = (bytes: number) => new Uint8Array(bytes);

  beforeEach(() => {
    sink = new ManualSink();
    lost = 0;
  });

  it('hands frames straight on while the socket has room', () => {
    const outbox = open();
    outbox.push('a', false);
    outbox.push(audio(60), true);
    outbox.push(audio(60), true);
    expect(sink.sent).toEqual(['a', 'audio60', 'audio60']);
  });

  it('keeps the order of text and audio when the socket is full', () => {
    const outbox = open();
    outbox.push(audio(100), true);
    outbox.push(audio(10), true);
    outbox.push('b', false);
    outbox.push(audio(20), true);
    expect(sink.sent).toEqual(['audio100']);
    sink.take(100);
    outbox.flush();
    outbox.push('c', false);
    expect(sink.sent).toEqual(['audio100', 'audio10', 'b', 'audio20', 'c']);
  });

  it('forgets waiting audio on barge-in, and no text', () => {
    const outbox = open();
    outbox.push(audio(100), true);
    for (const frame of ['a', audio(20), 'b', audio(20)]) outbox.push(frame, typeof frame !== 'string');
    outbox.clearAudio();
    outbox.push('interrupted', false);
    sink.take(100);
    outbox.flush();
    expect(sink.sent).toEqual(['audio100', 'a', 'b', 'interrupted']);
  });

  it('forgets audio in text frames too, and keeps control in binary ones', () => {
    const outbox = open();
    outbox.push(audio(100), true);
    outbox.push('{"media":1}', true);
    outbox.push(audio(7), false);
    outbox.push('{"media":2}', true);
    outbox.clearAudio();
    sink.take(100);
    outbox.flush();
    expect(sink.sent).toEqual(['audio100', 'audio7']);
  });

  it('reports a lost reader once when more would have to wait than may, and keeps nothing', () => {
    const outbox = open(50);
    outbox.push(audio(100), true);
    outbox.push(audio(50), true);
    expect(lost).toBe(0);
    outbox.push('x', false);
    expect(lost).toBe(1);
    outbox.push(audio(10_000), true);
    sink.take(1000);
    outbox.flush();
    outbox.tick(99_999);
    expect(sink.sent).toEqual(['audio100']);
    expect(lost).toBe(1);
    outbox.closeNow(4420, 'slow reader');
    expect(sink.closed?.code).toBe(4420);
  });

  it('reports a reader that takes nothing for too long, but not one that is merely slow', () => {
    const outbox = open();
    outbox.push(audio(90), true);
    for (let now = 250; now <= 5000; now += 250) {
      if (now % 1000 === 0) sink.take(1);
      outbox.tick(now);
    }
    expect(lost).toBe(0);
    for (let now = 5250; now <= 6000; now += 250) outbox.tick(now);
    expect(lost).toBe(0);
    for (let now = 6250; now <= 7000; now += 250) outbox.tick(now);
    expect(lost).toBe(1);
  });

  it('does not mistake silence for a lost reader', () => {
    const outbox = open();
    outbox.push('a', false);
    sink.take(1);
    for (let now = 0; now < 60_000; now += 250) outbox.tick(now);
    outbox.push('b', false);
    outbox.tick(60_000);
    expect(lost).toBe(0);
  });

  it('closes after what waits, and takes nothing more', () => {
    const outbox = open();
    outbox.push(audio(100), true);
    outbox.push('last', false);
    outbox.finish(1000, 'session ended', 0);
    outbox.push('too late', false);
    expect(sink.closed).toBeUndefined();
    sink.take(100);
    outbox.flush();
    expect(sink.sent).toEqual(['audio100', 'last']);
    expect(sink.closed).toEqual({ code: 1000, reason: 'session ended', after: 2 });
    outbox.closeNow(4420, 'not twice');
    expect(sink.closed?.code).toBe(1000);
  });

  it('closes without the rest when a reader does not take it in time', () => {
    const outbox = open();
    outbox.push(audio(100), true);
    outbox.push('last', false);
    outbox.finish(1000, 'session ended', 0);
    outbox.tick(250);
    expect(sink.closed).toBeUndefined();
    outbox.tick(501);
    expect(sink.closed?.code).toBe(1000);
    expect(lost).toBe(0);
  });

  it('does not grow by what passed through it', () => {
    const outbox = open(1_000_000);
    sink.bufferedAmount = 100;
    for (let index = 0; index < 5000; index += 1) outbox.push(audio(2), true);
    sink.bufferedAmount = 0;
    while (sink.sent.length < 5000) {
      sink.bufferedAmount = 0;
      outbox.flush();
    }
    sink.bufferedAmount = 0;
    outbox.push('next', false);
    expect(sink.sent.at(-1)).toBe('next');
  });

  it('has defaults that leave little on the wire at barge-in', () => {
    expect(OUTBOX_DEFAULTS.highWaterBytes).toBeLessThanOrEqual(64 * 1024);
  });
});
