import { LogLine, fakeProcess, request } from '../../test/fakes/live-calls.js';
import type { AskedCall, CallBook, NotBegun } from './call-book.port.js';
import { CallRefused } from './call.port.js';
import { LiveCalls } from './live-calls.js';

/** A book that is written when it is told to. */
class SlowBook implements CallBook {
  readonly entries: unknown[] = [];
  private readonly waiting: (() => void)[] = [];

  asked(call: AskedCall): Promise<void> {
    this.entries.push(call);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  notBegun({ sessionId }: AskedCall, why: NotBegun): void {
    this.entries.push([sessionId, why]);
  }

  written(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const asked = { sessionId: 's1', userId: 'demo', agent: 'julia', route: { direction: 'inbound', channel: 'web' } };

describe('a call that is asked for', () => {
  it('is written down before a recogniser, a model or a voice is', async () => {
    const book = new SlowBook();
    const process = fakeProcess({ greeting: 'Hello.', book });
    const opening = process.calls.open(request());
    await new Promise((resolve) => setImmediate(resolve));
    expect(book.entries).toMatchObject([{ ...asked, userId: expect.any(String) }]);
    expect([process.stt.opened, process.observer.begun.length]).toEqual([0, 0]);
    book.written();
    (await opening).start(new LogLine());
    await new Promise((resolve) => setImmediate(resolve));
    expect([process.stt.opened, process.observer.begun]).toEqual([1, ['started s1']]);
    expect(book.entries).toHaveLength(1);
  });

  it('is written down as refused when there is no such agent', async () => {
    const book = new SlowBook();
    const { calls } = fakeProcess({ book });
    const opening = calls.open({ ...request(), agent: 'nobody' });
    book.written();
    const opened = await opening;
    expect(() => opened.start(new LogLine())).toThrow(CallRefused);
    expect(book.entries).toMatchObject([
      { agent: 'nobody' },
      ['s1', { status: 'refused', error: { code: 'unknown_agent' } }],
    ]);
  });

  it('is written down as failed for a fault of ours, without what it was', async () => {
    const book = new SlowBook();
    const broken = {
      agentNameOf: () => 'julia',
      privacyOf: () => 'standard' as const,
      plan: () => {
        throw new Error('password of the database');
      },
    };
    const { deps } = fakeProcess({ book });
    const opening = new LiveCalls(broken, deps).open(request());
    book.written();
    const opened = await opening;
    expect(() => opened.start(new LogLine())).toThrow(/password/);
    expect(book.entries.at(-1)).toMatchObject(['s1', { status: 'failed', error: { code: 'internal' } }]);
    expect(JSON.stringify(book.entries)).not.toContain('password');
  });

  it('is written down as canceled when nobody is there any more', async () => {
    const book = new SlowBook();
    const process = fakeProcess({ book });
    const opening = process.calls.open(request());
    book.written();
    (await opening).cancel();
    expect(book.entries.at(-1)).toEqual(['s1', { status: 'canceled' }]);
    expect(process.calls.size).toBe(0);
  });
});
