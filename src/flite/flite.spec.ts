import { levelDbfs } from '../audio/pcm16.js';
import { FLITE_VOICES, Flite, type FliteSpeech } from './flite.js';

const SENTENCE = 'I found twelve transactions.';

/** A thread that is told what to do by the text that it is to speak, and otherwise answers with 2 ms of silence. */
const OBEDIENT = new URL(
  `data:text/javascript,${encodeURIComponent(
    `import { parentPort } from 'node:worker_threads';
    const wav = Buffer.alloc(44 + 64);
    wav.write('RIFF'); wav.writeUInt32LE(16000, 24); wav.writeUInt16LE(16, 34);
    parentPort.on('message', ({ id, args }) => {
      const text = args[args.indexOf('-t') + 1];
      if (text === 'die') process.exit(9);
      if (text === 'hang') for (;;);
      setTimeout(() => parentPort.postMessage({ id, file: new Uint8Array(wav), text: '' }), 20);
    });`,
  )}`,
);

const outcome = (speech: Promise<FliteSpeech>): Promise<string> =>
  speech.then(
    () => 'spoken',
    (error: Error) => error.message,
  );

describe('flite', () => {
  const flite = new Flite();
  afterAll(() => flite.close());

  it.each(FLITE_VOICES)('speaks with voice %s', async (voice) => {
    const { pcm, sampleRate } = await flite.speak({ text: SENTENCE, voice });
    expect(sampleRate).toBe(voice === 'kal' ? 8000 : 16_000);
    expect(pcm.length / 2 / sampleRate).toBeGreaterThan(1);
    expect(pcm.length / 2 / sampleRate).toBeLessThan(4);
    expect(levelDbfs(pcm)).toBeGreaterThan(-30);
  });

  it('says the same in the same way, whatever was said before', async () => {
    const before = await flite.speak({ text: SENTENCE, voice: 'rms' });
    await flite.speak({ text: 'and another thing '.repeat(60), voice: 'awb' });
    const after = await flite.speak({ text: SENTENCE, voice: 'rms' });
    expect(Buffer.compare(before.pcm, after.pcm)).toBe(0);
  });

  it('tells how a word sounds', async () => {
    expect(await flite.phones('kowalski')).toEqual(['pau', 'k', 'ax', 'w', 'aa', 'l', 's', 'k', 'iy', 'pau']);
  });

  it.each([
    ['in characters', 'so on and '.repeat(500), 120_000],
    ['in sound', SENTENCE, 500],
  ])('refuses what is too long %s', async (_, text, maxMs) => {
    await expect(flite.speak({ text, voice: 'slt', maxMs })).rejects.toMatchObject({
      code: 'bad_request',
      retryable: false,
    });
  });

  it('has no time for a deadline that has passed, and speaks after it', async () => {
    const long = flite.speak({ text: 'and another thing '.repeat(200), voice: 'slt', timeoutMs: 20 });
    await expect(long).rejects.toMatchObject({ code: 'timeout', retryable: true });
    expect((await flite.speak({ text: 'Yes.', voice: 'slt' })).pcm.length).toBeGreaterThan(5000);
  });
});

describe('the threads of flite', () => {
  let flite: Flite;
  beforeEach(() => {
    flite = new Flite({ worker: OBEDIENT, threads: 2 });
  });
  afterEach(() => flite.close());
  const say = (text: string, more: { timeoutMs?: number; signal?: AbortSignal } = {}): Promise<string> =>
    outcome(flite.speak({ text, voice: 'slt', ...more }));

  it.each([
    ['ends', 'die', "flite's thread ended with code 9"],
    ['hangs', 'hang', 'flite did not finish within 500 ms'],
  ])('one that %s takes its own sentence along, and no other', async (_, fault, message) => {
    const texts = ['one', 'two', fault, 'three', 'four', 'five', 'six'];
    const outcomes = await Promise.all(texts.map((text) => say(text, text === fault ? { timeoutMs: 500 } : {})));
    expect(outcomes).toEqual(texts.map((text) => (text === fault ? message : 'spoken')));
  });

  it('leave a sentence that nobody wants any more, whether it waits or is being spoken', async () => {
    const controller = new AbortController();
    const running = say('one', { signal: controller.signal });
    const waiting = say('die', { signal: controller.signal });
    controller.abort(new Error('interrupted'));
    expect(await Promise.all([running, waiting, say('two')])).toEqual(['interrupted', 'interrupted', 'spoken']);
    expect(await say('three', { signal: controller.signal })).toBe('interrupted');
  });

  it('take so many sentences, and no more', async () => {
    const outcomes = await Promise.all(Array.from({ length: 300 }, (_, n) => say(`${n}`)));
    expect(new Set(outcomes)).toEqual(new Set(['spoken', 'too many sentences wait for flite']));
    expect(outcomes.filter((said) => said === 'spoken').length).toBeGreaterThanOrEqual(256);
  });

  it('end with it, and what waits for them fails', async () => {
    const waiting = ['one', 'two', 'three'].map((text) => say(text));
    await flite.close();
    expect(await Promise.all([...waiting, say('four')])).toEqual(Array.from({ length: 4 }, () => 'flite was stopped'));
  });
});
