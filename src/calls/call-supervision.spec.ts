import { fakeProcess, LogLine, request, type FakeProcessOptions } from '../../test/fakes/live-calls.js';

function supervised(options: FakeProcessOptions = {}) {
  const process = fakeProcess(options);
  const line = new LogLine();
  process.calls.start(request(), line);
  const acts = () => process.observer.transitions.filter(({ type }) => type === 'supervised');
  const found = process.calls.find('s1');
  if (found === undefined) throw new Error('the call is not here');
  return { ...process, line, acts, supervision: found.call.supervision };
}

describe('a supervised call', () => {
  it('ends when it is hung up, and is not there any more', async () => {
    const { supervision, line, acts, calls } = supervised();
    supervision.hangUp('boss');
    await calls.close();
    expect(line.last('session.ended')).toMatchObject({ reason: 'agent' });
    expect(acts()).toEqual([{ type: 'supervised', act: 'hung_up', by: 'boss' }]);
    expect(calls.find('s1')).toBeUndefined();
  });

  it('tells who did what, and what was not done to nobody', async () => {
    const { supervision, acts, line, calls } = supervised();
    expect(supervision.say('boss', 'Hello.')).toBe('not_taken_over');
    expect(supervision.whisper('boss', 'Be quick.')).toBeUndefined();
    expect(supervision.takeOver('boss')).toBeUndefined();
    expect(supervision.takeOver('boss')).toBeUndefined();
    expect(supervision.takeOver('other')).toBe('taken_over');
    expect(supervision.say('boss', 'Hello.')).toBeUndefined();
    expect(supervision.giveBack('other')).toBeUndefined();
    expect(supervision.giveBack('other')).toBeUndefined();
    expect(acts()).toEqual(
      [
        ['whispered', 'boss'],
        ['took_over', 'boss'],
        ['said', 'boss'],
        ['gave_back', 'other'],
      ].map(([act, by]) => ({ type: 'supervised', act, by })),
    );
    expect(line.types.filter((type) => type === 'supervisor.changed')).toHaveLength(2);
    await calls.close();
  });

  it('has a model that follows instructions, or says so', async () => {
    const { supervision, acts, calls } = supervised({ modelName: 'rules' });
    expect(supervision.whisper('boss', 'Be quick.')).toBe('planner');
    expect(acts()).toEqual([]);
    await calls.close();
  });
});
