import { faultTitle } from '../../../test/contract/fault-matrix.js';
import type { FaultPhase } from '../../../test/contract/fault-matrix.js';
import { ttsContract } from '../../../test/contract/tts.contract.js';
import type { ProviderErrorCode } from '../../provider/provider.port.js';
import { Flite } from '../../flite/flite.js';
import type { TtsEvent } from '../tts.port.js';
import { FliteTts } from './flite-tts.js';

const sentences = [
  'This is the first sentence.',
  'A second one follows it, a little longer.',
  'And here is the third.',
];

function speak(tts: FliteTts, text: string, sampleRate = 16_000): Promise<TtsEvent[]> {
  return new Promise((resolve) => {
    const events: TtsEvent[] = [];
    const stream = tts.open({ voice: '', language: 'en-US', sampleRate }, (event) => {
      events.push(event);
      if (event.type === 'ended' || event.type === 'failed') resolve(events);
    });
    stream.speak(0, text);
    stream.end();
  });
}

const bytesOf = (events: readonly TtsEvent[]): number =>
  events.reduce((sum, event) => sum + (event.type === 'audio' ? event.chunk.length : 0), 0);

describe('flite', () => {
  const tts = new FliteTts();
  const elsewhere = new FliteTts({ flite: new Flite({ worker: new URL('file:///nowhere/flite.js') }) });
  afterAll(() => tts.close());

  ttsContract('flite', () =>
    Promise.resolve({ tts, sentences, unreachable: () => elsewhere, close: () => Promise.resolve() }),
  );

  it('delivers the same length at every rate', async () => {
    const [low, high] = await Promise.all([8000, 48_000].map((rate) => speak(tts, 'Hello there.', rate)));
    expect(bytesOf(high ?? []) / bytesOf(low ?? [])).toBeCloseTo(6, 1);
  });

  it('says that it has no sounds for a script, and speaks what comes before', async () => {
    const log: TtsEvent[] = [];
    await new Promise<void>((resolve) => {
      const stream = tts.open({ voice: '', language: 'zh', sampleRate: 16_000 }, (event) => {
        log.push(event);
        if (event.type === 'ended' || event.type === 'failed') resolve();
      });
      stream.speak(0, 'Your answer follows.');
      stream.speak(1, '您的余额是四十二美元。');
      stream.end();
    });
    expect(bytesOf(log)).toBeGreaterThan(16_000);
    expect(log.at(-1)).toMatchObject({
      type: 'failed',
      segment: 1,
      error: { code: 'bad_request', retryable: false, message: expect.stringContaining('Latin letters only') },
    });
  });

  it('takes text for text, whatever it begins with', async () => {
    for (const text of ['-o /etc/passwd', '--help', 'a\0b', '$(reboot) `x`; |']) {
      const events = await speak(tts, text);
      expect(events.at(-1)).toEqual({ type: 'ended' });
    }
  });
});

describe('flite that misbehaves', () => {
  /** A thread that does this with each job it is given. */
  const thread = (code: string): URL =>
    new URL(
      `data:text/javascript,${encodeURIComponent(
        `import { parentPort } from 'node:worker_threads';
        const answer = (id, file) => parentPort.postMessage({ id, file, text: '' });
        parentPort.on('message', ({ id, maxBytes }) => { ${code} });`,
      )}`,
    );

  const cases: [string, FaultPhase, URL, ProviderErrorCode, boolean][] = [
    ['a thread that cannot be started', 'connect', new URL('file:///nowhere/flite.js'), 'unavailable', true],
    ['a thread that ends', 'connect', thread('process.exit(3)'), 'unavailable', true],
    ['a thread that throws', 'connect', thread('throw new Error("oops")'), 'unavailable', true],
    ['a thread that hangs', 'connect', thread('for (;;);'), 'timeout', true],
    ['a run that breaks off', 'first byte', thread('parentPort.postMessage({ id, failed: "x" })'), 'unavailable', true],
    ['no audio', 'first byte', thread('answer(id, new Uint8Array(0))'), 'protocol', true],
    ['audio that is none', 'first byte', thread('answer(id, new Uint8Array(5000).fill(7))'), 'protocol', true],
    ['far too much audio', 'first byte', thread('answer(id, new Uint8Array(maxBytes))'), 'bad_request', false],
  ];
  for (const [fault, phase, worker, code, retryable] of cases) {
    it(faultTitle('flite', { fault, phase, knobs: undefined, outcome: { code, retryable } }), async () => {
      const tts = new FliteTts({ flite: new Flite({ worker }), timeoutMs: 700, maxSegmentMs: 2000 });
      const events = await speak(tts, 'Hello.');
      expect(events).toEqual([
        expect.objectContaining({ type: 'failed', segment: 0, error: expect.objectContaining({ code, retryable }) }),
      ]);
      await tts.close();
    });
  }
});
