// Calls of several processes that share them: who owns a call, and what its client and its records see of a change.
import { caller } from '../../test/fakes/call.js';
import { fakeProcess, LogLine, request } from '../../test/fakes/live-calls.js';
import { ManualClock } from '../../test/fakes/manual-clock.js';
import { SharedMemory } from '../../test/fakes/memory-session-store.js';
import { CallMoving, NotResumable, type Call } from './call.port.js';

const chunk = new Uint8Array(640);

/** A call of process A that has had a turn, in a world with other processes. */
async function world() {
  const clock = new ManualClock();
  const memory = new SharedMemory();
  const join = (name: string) => fakeProcess({ clock, shared: { memory, name } });
  const a = join('a');
  const line = new LogLine();
  const call = a.calls.start(request(), line);
  await clock.advance(100);
  call.submitText('my name is Ada');
  await clock.advance(3000);
  const resumeToken = call.resumeToken;
  const resume = async (process: ReturnType<typeof join>, token = resumeToken): Promise<[Call, LogLine]> => {
    const found = await process.calls.resume({ sessionId: 's1', resumeToken: token, caller });
    const next = new LogLine();
    found.attach(next, { lastSeq: call.seq }, () => undefined);
    return [found, next];
  };
  return { clock, memory, join, a, line, call, resumeToken, resume };
}

const ends = ({ observer }: ReturnType<typeof fakeProcess>) =>
  observer.events.filter(({ type }) => type === 'session.ended').length;

describe('a call whose process is gone', () => {
  it('goes on in another one, with its context and higher numbers, and is ended once', async () => {
    const { clock, join, a, call, resume } = await world();
    a.store?.close();
    const b = join('b');
    const [resumed, next] = await resume(b);
    expect(b.observer.begun).toEqual(['resumed s1']);
    resumed.submitText('what is my name');
    await clock.advance(3000);
    expect(JSON.stringify(b.model.requests.at(-1)?.messages)).toContain('my name is Ada');
    expect(next.types.filter((type) => type === 'response.completed')).toHaveLength(1);
    expect(next.events[0]?.seq).toBeGreaterThan(call.seq);
    resumed.end('client');
    await resumed.ended;
    await clock.advance(100_000);
    expect(ends(a) + ends(b)).toBe(1);
  });

  it('is dropped without a word by a process that only stood still', async () => {
    const { clock, join, a, line, resume } = await world();
    a.store?.close();
    await resume(join('b'));
    const said = line.events.length;
    await clock.advance(6000);
    expect(line.gone).toBe('taken');
    expect(line.events.length).toBe(said);
    expect(ends(a)).toBe(0);
    expect(a.calls.size).toBe(0);
  });

  it('is not ended as disconnected by a process that has lost it', async () => {
    const { clock, join, a, line, call, resume } = await world();
    a.store?.close();
    call.detach(line);
    await clock.advance(29_000);
    const [resumed] = await resume(join('b'));
    await clock.advance(60_000);
    expect(ends(a)).toBe(0);
    resumed.end('client');
  });
});

describe('a call whose process lives', () => {
  it('is handed over when its client turns up elsewhere', async () => {
    const { clock, join, a, line, resume } = await world();
    const b = join('b');
    const [resumed] = await resume(b);
    expect(line.gone).toBe('taken');
    expect(a.calls.size).toBe(0);
    expect(b.calls.size).toBe(1);
    await clock.advance(50_000);
    expect(ends(a)).toBe(0);
    resumed.end('client');
    await resumed.ended;
    expect(ends(b)).toBe(1);
  });

  it.each(['lives', 'is killed'])('is found by the token that it gave a moment ago; its process %s', async (fate) => {
    const { join, a, resume } = await world();
    const [again] = await resume(a);
    const [onceMore] = await resume(a, again.resumeToken);
    if (fate === 'is killed') a.store?.close();
    const [resumed] = await resume(join('b'), onceMore.resumeToken);
    const [home] = await resume(join('c'), resumed.resumeToken);
    home.end('client');
  });

  it('is handed over when its process stops, and asks for the audio that came too late', async () => {
    const { clock, join, a, line, call, resume } = await world();
    call.pushAudio(chunk);
    await a.calls.handOver(1000);
    expect(line.gone).toBe('handover');
    call.pushAudio(chunk);
    const [resumed] = await resume(join('b'));
    expect(resumed.receivedBytes).toBeLessThanOrEqual(chunk.length);
    await clock.advance(100);
    resumed.end('client');
    expect(ends(a)).toBe(0);
  });

  it('is handed over after those before it: their clients come back at once', async () => {
    const { clock, a, line } = await world();
    const next = new LogLine();
    a.calls.start(request('s2'), next);
    await clock.advance(100);
    const handed = a.calls.handOver(1000);
    await clock.advance(20);
    expect([line.gone, next.gone]).toEqual(['handover', undefined]);
    await clock.advance(30);
    await handed;
    expect(next.gone).toBe('handover');
  });

  it('is said to be moving to whoever comes for it while it leaves, and right after', async () => {
    const { join, a, call, resume } = await world();
    const attach = () => call.attach(new LogLine(), { lastSeq: 0 }, () => undefined);
    const handed = a.calls.handOver(1000);
    expect(attach).toThrow(CallMoving);
    await handed;
    expect(attach).toThrow(CallMoving);
    const [resumed] = await resume(join('b'));
    resumed.end('client');
    await resumed.ended;
    expect(() => resumed.attach(new LogLine(), { lastSeq: 0 }, () => undefined)).toThrow(NotResumable);
  });

  it('stays when nobody can write it down, and loses nothing', async () => {
    const { clock, memory, a, line, call } = await world();
    memory.away = true;
    const handed = a.calls.handOver(1000);
    call.submitText('and now');
    await handed;
    expect(line.gone).toBeUndefined();
    await clock.advance(5000);
    expect(line.last('turn.ended')).toMatchObject({ text: 'and now' });
    expect(line.types.at(-1)).toBe('response.completed');
    memory.away = false;
    await clock.advance(5000);
    await a.calls.handOver(1000);
    expect(line.gone).toBe('handover');
  });
});

describe('two processes that want one call', () => {
  it('have it one after the other, never both', async () => {
    const { clock, join, a, resume } = await world();
    a.store?.close();
    const [b, c] = [join('b'), join('c')];
    const outcomes = await Promise.allSettled([resume(b), resume(c)]);
    await clock.advance(10_000);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect(b.calls.size + c.calls.size).toBe(1);
    expect(a.calls.size).toBe(0);
    const lines = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value[1]] : []));
    expect(lines.filter(({ gone }) => gone === undefined)).toHaveLength(1);
  });

  it.each([
    ['a wrong token', { resumeToken: 'no' }],
    ['another user', { caller: { ...caller, userId: 'x' } }],
  ])('do not get it with %s', async (_, wrong) => {
    const { join, a, resumeToken } = await world();
    const resume = join('b').calls.resume({ sessionId: 's1', resumeToken, caller, ...wrong });
    await expect(resume).rejects.toThrow(NotResumable);
    expect(a.calls.size).toBe(1);
  });

  it('do not get a call that is over', async () => {
    const { clock, join, call, resume } = await world();
    call.end('client');
    await call.ended;
    await clock.advance(10);
    await expect(resume(join('b'))).rejects.toThrow(NotResumable);
  });

  it('do not get a call that another version has written', async () => {
    const { memory, join, a, resume } = await world();
    a.store?.close();
    const entry = memory.entries.get('s1');
    if (entry?.json !== undefined)
      entry.json = entry.json.replace('"snapshot":{"version":1', '"snapshot":{"version":99');
    await expect(resume(join('b'))).rejects.toThrow(NotResumable);
  });
});
