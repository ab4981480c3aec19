import { jest } from '@jest/globals';
import { SentryReceiver } from '../../../test/simulators/sentry.js';
import { waitFor } from '../../../test/support/wait-for.js';
import { describeFault } from '../../calls/describe-fault.js';
import type { FaultReport } from '../../calls/fault-reports.port.js';
import { CallFaultReports } from './call-fault-reports.js';
import { type FaultSender, openFaultSender } from './fault-sender.js';

const FACTS = { release: 'parley@1.2.3', environment: 'test', folder: process.cwd() };
const fault = (more: Partial<FaultReport> = {}): FaultReport => ({
  ...describeFault(new TypeError('it broke')),
  where: 'timer',
  ...more,
});

describe('faults that are told by Sentry’s protocol', () => {
  let receiver: SentryReceiver;
  let sender: FaultSender;
  beforeEach(async () => {
    receiver = await SentryReceiver.start();
    sender = await openFaultSender(receiver.dsn, FACTS);
  });
  afterEach(async () => {
    await sender.close();
    await receiver.stop();
    expect(receiver.faults).toEqual([]);
  });

  it('come with their stack, the release, the environment, the call and its agent, and nothing besides', async () => {
    sender.report(fault({ callSid: 'c1', agent: 'julia' }));
    sender.report(fault({ where: 'uncaught exception', fatal: true }));
    await sender.close();
    expect(receiver.events).toMatchObject([
      {
        level: 'error',
        release: 'parley@1.2.3',
        environment: 'test',
        tags: { where: 'timer', callSid: 'c1', agent: 'julia' },
        exception: { values: [{ type: 'TypeError', value: 'it broke', mechanism: { handled: true } }] },
      },
      { level: 'fatal', tags: { where: 'uncaught exception' } },
    ]);
    const frames = receiver.events[0]?.exception.values[0]?.stacktrace?.frames ?? [];
    // The latest call comes last, and no folder of the machine with it.
    expect(frames.at(-1)).toMatchObject({ filename: 'app:///src/telemetry/faults/fault-sender.spec.ts', in_app: true });
    expect(frames.at(-1)?.lineno).toBeGreaterThan(1);
    expect(receiver.raw).not.toContain(process.cwd());
  });

  it('hold no words: neither those that an error quotes, nor those of a stranger’s error', async () => {
    const parse = (): unknown => {
      try {
        return JSON.parse('planted words');
      } catch (error) {
        return error;
      }
    };
    sender.report(fault({ ...describeFault(parse()) }));
    sender.report(fault({ ...describeFault(new Error('planted message')) }));
    sender.report(fault({ ...describeFault('planted string') }));
    await sender.close();
    expect(receiver.events).toHaveLength(3);
    expect(receiver.raw).not.toContain('planted');
  });

  it('come once for a call that fails at every door, and again for another', async () => {
    const reports = new CallFaultReports(sender);
    const info = { userId: 'planted', agent: 'julia', providers: { stt: 'a', llm: 'b', tts: 'c' } };
    const known = describeFault(new TypeError('it broke'));
    for (const sessionId of ['c1', 'c1', 'c2']) {
      reports.transition({ ...info, sessionId }, { type: 'faulted', where: 'line', fault: known });
    }
    reports.transition({ ...info, sessionId: 'c3' }, { type: 'detached' });
    await sender.close();
    expect(receiver.events.map(({ tags }) => tags['callSid'])).toEqual(['c1', 'c2']);
    expect(receiver.raw).not.toContain('planted');
  });

  it('are thrown away beyond 30 while the receiver says nothing, cost nobody a wait, and are not waited for long', async () => {
    receiver.knobs.silent = true;
    const from = performance.now();
    for (let n = 0; n < 2000; n += 1) sender.report(fault());
    // 2000 envelopes are written, none of them is waited for.
    expect(performance.now() - from).toBeLessThan(2000);
    await waitFor(() => receiver.waiting === 30, 5000);
    const closing = performance.now();
    await sender.close();
    expect(performance.now() - closing).toBeLessThan(4000);
    expect(receiver.requests).toBe(30);
  });

  it('are not sent while the receiver has had enough', async () => {
    Object.assign(receiver.knobs, { status: 429, headers: { 'retry-after': '60' } });
    sender.report(fault());
    await sender.close();
    for (let n = 0; n < 10; n += 1) sender.report(fault());
    await sender.close();
    expect(receiver.requests).toBe(1);
  });

  it('go nowhere, without a word, where nobody is', async () => {
    const escaped = jest.fn();
    process.on('unhandledRejection', escaped);
    const lonely = await openFaultSender('http://key@127.0.0.1:9/1', FACTS);
    for (let n = 0; n < 100; n += 1) lonely.report(fault());
    await lonely.close();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', escaped);
    expect(escaped).not.toHaveBeenCalled();
  });
});
