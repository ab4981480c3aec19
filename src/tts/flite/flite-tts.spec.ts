import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faultTitle } from '../../../test/contract/fault-matrix.js';
import type { FaultPhase } from '../../../test/contract/fault-matrix.js';
import { ttsContract } from '../../../test/contract/tts.contract.js';
import { describeWith } from '../../../test/support/needs.js';
import type { ProviderErrorCode } from '../../provider/provider.port.js';
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

describeWith(['flite'])('flite', () => {
  ttsContract('flite', () =>
    Promise.resolve({
      tts: new FliteTts(),
      sentences,
      unreachable: () => new FliteTts({ program: 'flite-that-is-not-there' }),
      close: () => Promise.resolve(),
    }),
  );

  it('delivers the same length at every rate', async () => {
    const [low, high] = await Promise.all([8000, 48_000].map((rate) => speak(new FliteTts(), 'Hello there.', rate)));
    expect(bytesOf(high ?? []) / bytesOf(low ?? [])).toBeCloseTo(6, 1);
  });

  it('says that it has no sounds for a script, and speaks what comes before', async () => {
    const log: TtsEvent[] = [];
    await new Promise<void>((resolve) => {
      const stream = new FliteTts().open({ voice: '', language: 'zh', sampleRate: 16_000 }, (event) => {
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
      const events = await speak(new FliteTts(), text);
      expect(events.at(-1)).toEqual({ type: 'ended' });
    }
  });
});

describe('flite that misbehaves', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'parley-flite-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const program = (script: string): string => {
    const path = join(folder, 'flite');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  };

  const cases: [string, FaultPhase, () => string, ProviderErrorCode, boolean][] = [
    ['a program that is not installed', 'connect', () => '/nowhere/flite', 'unavailable', false],
    ['a program that fails', 'connect', () => program('exit 3'), 'unavailable', true],
    ['a program that hangs', 'connect', () => program('exec sleep 60'), 'timeout', true],
    ['no audio', 'first byte', () => program('exit 0'), 'protocol', true],
    ['audio that is none', 'first byte', () => program('echo hello > "$6"'), 'protocol', true],
    ['far too much audio', 'first byte', () => program('head -c 3000000 /dev/zero > "$6"'), 'bad_request', false],
  ];
  for (const [fault, phase, make, code, retryable] of cases) {
    it(faultTitle('flite', { fault, phase, knobs: undefined, outcome: { code, retryable } }), async () => {
      const events = await speak(new FliteTts({ program: make(), timeoutMs: 700, maxSegmentMs: 2000 }), 'Hello.');
      expect(events).toEqual([
        expect.objectContaining({ type: 'failed', segment: 0, error: expect.objectContaining({ code, retryable }) }),
      ]);
    });
  }
});

test('tells at boot what is missing, and how to get it', async () => {
  await expect(new FliteTts({ program: '/nowhere/flite' }).warmUp()).rejects.toThrow(/sudo apt-get install flite/);
});
