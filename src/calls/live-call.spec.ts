import { caller } from '../../test/fakes/call.js';
import { fakeProcess, LogLine, request } from '../../test/fakes/live-calls.js';
import { settle } from '../../test/fakes/manual-clock.js';
import { says } from '../../test/fakes/providers.js';
import type { ChatMessage, LlmPart, LlmRequest } from '../llm/llm.port.js';
import { type Call, NotResumable } from './call.port.js';
import { describeFault } from './describe-fault.js';
import { FaultBoundary } from './fault-boundary.js';

const chunk = new Uint8Array(640);

describe('a call and its line', () => {
  it('says nothing before the transport knows it, and leaves the first number to its greeting', async () => {
    const { calls, clock, observer } = fakeProcess({ greeting: 'Hello.' });
    const line = new LogLine();
    const call = calls.start(request(), line);
    expect(line.events).toEqual([]);
    expect(call.seq).toBe(1);
    await clock.advance(100);
    expect(line.events[0]?.seq).toBe(2);
    expect(line.events.map(({ seq }) => seq)).toEqual(line.events.map((_, index) => index + 2));
    expect(observer.begun).toEqual(['started s1']);
    expect(observer.events.map(({ type, seq }) => ({ type, seq }))).toEqual(
      line.events.map(({ type, seq }) => ({ type, seq })),
    );
  });

  it('goes on without its line, and tells the next one everything it has missed, in order, once', async () => {
    const { calls, clock, stt, observer } = fakeProcess();
    const first = new LogLine();
    const call = calls.start(request(), first);
    await clock.advance(10);
    call.pushAudio(chunk);
    stt.say('are you there');
    const lastSeq = call.seq;
    call.detach(first);
    await clock.advance(2000);
    const said = first.events.length;
    expect(call.seq).toBeGreaterThan(lastSeq);

    const second = new LogLine();
    let greeted = -1;
    const resumed = await calls.resume({ sessionId: 's1', resumeToken: call.resumeToken, caller });
    resumed.attach(second, { lastSeq }, ({ missed }) => {
      expect(missed).toBe(false);
      greeted = second.events.length;
    });
    expect(greeted).toBe(0);
    await clock.advance(3000);
    const seqs = second.events.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    expect(seqs[0]).toBeGreaterThan(lastSeq);
    expect(first.events.length).toBe(said);
    expect(call.receivedBytes).toBe(chunk.length);
    expect(second.types).toContain('response.text');
    const told = observer.events.map(({ seq }) => seq);
    expect(told).toEqual([...new Set(told)]);
  });

  it('says when it can no longer tell everything', async () => {
    const words = 'word '.repeat(1200);
    const { calls, clock, stt } = fakeProcess({ script: () => says(words) });
    const line = new LogLine();
    const call = calls.start(request(), line);
    await clock.advance(10);
    const lastSeq = call.seq;
    call.detach(line);
    stt.say('talk');
    await clock.advance(2000);
    let missed: boolean | undefined;
    call.attach(new LogLine(), { lastSeq }, (resumed) => {
      missed = resumed.missed;
    });
    expect(missed).toBe(true);
  });

  it.each([0, 30_000])('ends as disconnected when nobody comes back within %i ms', async (resumeGraceMs) => {
    const { calls, clock, observer } = fakeProcess({ resumeGraceMs });
    const line = new LogLine();
    const call = calls.start(request(), line);
    await clock.advance(10);
    call.detach(line);
    if (resumeGraceMs > 0) {
      await clock.advance(resumeGraceMs - 1);
      expect(observer.events.at(-1)?.type).not.toBe('session.ended');
    }
    await clock.advance(1);
    await call.ended;
    expect(observer.events.filter(({ type }) => type === 'session.ended')).toHaveLength(1);
    await settle();
    expect(calls.size).toBe(0);
    expect(clock.waiting).toBe(0);
  });

  it('gives the call to the newest line, and tells the one before', async () => {
    const { calls, clock } = fakeProcess();
    const first = new LogLine();
    const call = calls.start(request(), first);
    await clock.advance(10);
    const second = new LogLine();
    call.attach(second, { lastSeq: call.seq }, () => undefined);
    expect(first.gone).toBe('taken');
    call.detach(first);
    await clock.advance(40_000);
    expect(second.gone).toBeUndefined();
    call.end('client');
    await call.ended;
    expect(second.last('session.ended')).toMatchObject({ reason: 'client' });
    expect(first.types).not.toContain('session.ended');
  });

  it('counts audio that was left out, and says so', async () => {
    const { calls, clock } = fakeProcess();
    const line = new LogLine();
    const call = calls.start(request(), line);
    await clock.advance(10);
    call.skipAudio(3200, 100);
    expect(call.receivedBytes).toBe(3200);
    expect(line.last('audio.skipped')).toMatchObject({ ms: 100, seq: call.seq });
  });

  it('takes a numbered message of the client once', () => {
    const call = fakeProcess().calls.start(request(), new LogLine());
    expect([call.takeClientSeq(1), call.takeClientSeq(3), call.takeClientSeq(3), call.takeClientSeq(2)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(call.lastClientSeq).toBe(3);
  });
});

describe('who may resume a call', () => {
  const detached = async (resumeGraceMs = 30_000) => {
    const process = fakeProcess({ resumeGraceMs });
    const line = new LogLine();
    const call = process.calls.start(request(), line);
    await process.clock.advance(10);
    const { resumeToken } = call;
    call.detach(line);
    return { ...process, call, resumeToken };
  };
  const other = { ...caller, userId: 'somebody else' };

  it.each([
    ['a wrong token', { resumeToken: 'x'.repeat(43) }],
    ['an empty token', { resumeToken: '' }],
    ['another user', { caller: other }],
    ['an unknown session', { sessionId: 's2' }],
  ])('refuses %s', async (_, wrong) => {
    const { calls, resumeToken } = await detached();
    await expect(calls.resume({ sessionId: 's1', resumeToken, caller, ...wrong })).rejects.toThrow(NotResumable);
  });

  it('refuses a call that is over, and one that cannot be resumed here', async () => {
    const over = await detached();
    over.call.end('client');
    await over.call.ended;
    await expect(over.calls.resume({ sessionId: 's1', resumeToken: over.resumeToken, caller })).rejects.toThrow();
    expect(() => over.call.attach(new LogLine(), { lastSeq: 0 }, () => undefined)).toThrow(NotResumable);
    const off = await detached(0);
    await expect(off.calls.resume({ sessionId: 's1', resumeToken: off.resumeToken, caller })).rejects.toThrow();
  });

  it('changes the token with each line; the one that was used stays good until its successor is', async () => {
    const { calls, call, resumeToken: first } = await detached();
    const resume = async (resumeToken: string): Promise<string> => {
      const found = await calls.resume({ sessionId: 's1', resumeToken, caller });
      found.attach(new LogLine(), { lastSeq: 0 }, () => undefined);
      return call.resumeToken;
    };
    const lost = await resume(first);
    expect(lost).not.toBe(first);
    const second = await resume(first); // the answer with `lost` never arrived
    await resume(second);
    await expect(resume(first)).rejects.toThrow(NotResumable);
    await expect(resume(lost)).rejects.toThrow(NotResumable);
  });
});

describe('a fault of ours', () => {
  type Process = ReturnType<typeof fakeProcess>;
  type Provoke = (bad: Call, process: Process, line: LogLine) => void | Promise<void>;
  /** 9 kB of JSON that nothing recursive survives. */
  const deep = `${'{"a":'.repeat(4500)}1${'}'.repeat(4500)}`;
  const lastWords = (messages: readonly ChatMessage[]): string => {
    const last = messages.findLast(({ role }) => role === 'user');
    return last?.role === 'user' ? last.text : '';
  };
  function* answer({ messages }: LlmRequest): Iterable<LlmPart> {
    if (messages.at(-1)?.role === 'user' && lastWords(messages) === 'go deep') {
      yield { type: 'tool.call', call: { id: 'c1', name: 'look', arguments: deep } };
      yield { type: 'finished', reason: 'tool_calls' };
    } else yield* says(lastWords(messages) === 'boom' ? 'boom' : 'All right.');
  }
  const tools = {
    look: { effect: 'read' as const, run: () => Promise.resolve({ ok: true as const, data: 'seen' }) },
  };

  /** Two calls of one process: `provoke` makes the second one fail; the first must not notice. */
  async function twoCalls(provoke: Provoke) {
    const process = fakeProcess({ script: answer, tools });
    const lines = [new LogLine(), new LogLine()] as const;
    const good = process.calls.start(request('good'), lines[0]);
    const bad = process.calls.start(request('bad'), lines[1]);
    await process.clock.advance(10);
    await provoke(bad, process, lines[1]);
    await process.clock.advance(3000);
    good.submitText('hello');
    await process.clock.advance(3000);
    expect(lines[0].types).toContain('response.completed');
    expect(lines[0].types).not.toContain('error');
    return { ...process, lines };
  }

  const broken = undefined as never;
  it.each<[string, string, Provoke]>([
    [
      'a timer',
      'timer',
      async (bad, { clock }) => {
        bad.submitText('hello');
        await clock.advance(20);
        const now = clock.now.bind(clock);
        clock.now = () => {
          clock.now = now;
          throw new TypeError('no time');
        };
      },
    ],
    [
      'an event of the recogniser',
      'recogniser',
      (_, { stt }) => stt.emit({ type: 'transcript.final', text: 'a', words: broken, confidence: 1, audioMs: 0 }),
    ],
    [
      'an event of the voice',
      'voice',
      (bad, { voice }) => {
        voice.onSpeak = (text, listener) => text === 'boom' && listener({ type: 'audio', segment: 0, chunk: broken });
        bad.submitText('boom');
      },
    ],
    ['an input', 'text', (bad) => bad.submitText(broken)],
    ['a microphone frame', 'audio', (bad) => bad.pushAudio(broken)],
    [
      'the line',
      'line',
      (bad, _process, line) => {
        line.broken = true;
        bad.submitText('hello');
      },
    ],
  ])('in %s ends its call, and no other', async (_, where, provoke) => {
    const { lines, observer, faults, calls } = await twoCalls(provoke);
    const ends = lines[1].types.slice(-2);
    expect(ends).toEqual(where === 'line' ? [] : ['error', 'session.ended']);
    if (where !== 'line') {
      expect(lines[1].last('error')).toMatchObject({ code: 'internal', fatal: true });
      expect(lines[1].last('session.ended')).toMatchObject({ reason: 'error' });
    }
    expect(observer.events.filter(({ type }) => type === 'session.ended')).toMatchObject([{ call: 'bad' }]);
    expect(observer.transitions).toContainEqual(expect.objectContaining({ type: 'faulted', where }));
    expect(faults[0]).toMatchObject({ callSid: 'bad', where, stack: expect.stringContaining('at ') });
    expect(calls.size).toBe(1);
  });

  it('in a promise that nobody waits for ends its call, and no other', async () => {
    const { lines, observer } = await twoCalls((bad, { model }) => {
      const { script } = model;
      model.script = async function* (...asked) {
        model.script = script;
        await settle();
        // What main.ts does when the process tells it of a rejection, or of a throw in a socket's own listener.
        FaultBoundary.faultOutside(new TypeError('lost'), 'unhandled rejection');
        yield* script(...asked);
      };
      bad.submitText('hello');
    });
    expect(lines[1].last('session.ended')).toMatchObject({ reason: 'error' });
    expect(observer.transitions).toContainEqual(
      expect.objectContaining({ type: 'faulted', where: 'unhandled rejection' }),
    );
  });

  it('of a model that calls a tool with arguments 4500 deep harms no other call', async () => {
    const { lines } = await twoCalls((bad) => bad.submitText('go deep'));
    expect(['error', 'response.text']).toContain(lines[1].types.find((type) => /error|response\.text/.test(type)));
  });

  it('belongs to no call once that is over', async () => {
    const { calls, clock } = fakeProcess();
    const call = calls.start(request(), new LogLine());
    await clock.advance(10);
    call.end('client');
    await call.ended;
    expect(FaultBoundary.faultOutside(new Error('late'), 'unhandled rejection')).toBe(false);
  });
});

describe('describeFault', () => {
  it.each([
    ['what was quoted', () => JSON.parse('my card is 4111'), /Unexpected token/],
    ['what a value was', () => Object.assign('my card is 4111', { length: 1 }), /Cannot assign/],
    ["a stranger's message", () => Promise.reject(new Error('my card is 4111')), /^$/],
  ])('leaves out %s', async (_, explode, kept) => {
    const error: unknown = await Promise.resolve()
      .then(explode)
      .catch((thrown: unknown) => thrown);
    const described = describeFault(error);
    expect(JSON.stringify(described)).not.toMatch(/4111|my card/);
    expect(described.problem).toMatch(kept);
    expect(described.stack).toMatch(/^\s+at /);
  });
});
