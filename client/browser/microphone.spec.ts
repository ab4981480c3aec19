import { samplesOf } from '../audio/pcm.js';
import { ScriptedBrowser } from '../testing/browser-audio.js';
import { Microphone } from './microphone.js';

let opened: Microphone | undefined;

afterEach(() => opened?.close());

async function listening(browser = new ScriptedBrowser()) {
  const chunks: Int16Array[] = [];
  const told: string[] = [];
  const microphone = await Microphone.open({
    sampleRate: 16_000,
    audio: browser,
    onAudio: (pcm) => chunks.push(samplesOf(pcm)),
    onInterrupted: ({ reason, remedy }) => told.push(`${reason}: ${remedy}`),
  });
  opened = microphone;
  return { browser, microphone, chunks, told };
}

const level = (value: number): Float32Array => new Float32Array(960).fill(value);

it('asks the browser to take the loudspeaker out of the microphone', async () => {
  const { browser } = await listening();
  expect(browser.constraints).toEqual({
    audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 },
  });
  expect(browser.log).toEqual([
    'context at 48000',
    'module blob:parley-capture',
    'worklet connected',
    'microphone connected',
  ]);
});

it('gives PCM16 at the session’s rate: a third of 48 kHz', async () => {
  const { browser, chunks } = await listening();
  for (let frame = 0; frame < 50; frame += 1) browser.say(level(0.5));
  const samples = chunks.flatMap((chunk) => [...chunk]);
  expect(Math.abs(samples.length - 16_000)).toBeLessThan(20);
  expect(samples.slice(100).every((sample) => Math.abs(sample - 16_384) < 10)).toBe(true);
});

it('sends silence while muted', async () => {
  const { browser, microphone, chunks } = await listening();
  microphone.muted = true;
  browser.say(level(0.5));
  browser.say(level(0.5));
  expect(chunks.flatMap((chunk) => [...chunk]).every((sample) => sample === 0)).toBe(true);
  expect(chunks.length).toBe(2);
});

it('tells when the device goes away, and lets go of it at the end', async () => {
  const { browser, microphone, told } = await listening();
  browser.unplug();
  expect(told).toEqual(['ended: reopen']);
  await microphone.close();
  await microphone.close();
  expect(browser.log.slice(-3)).toEqual(['worklet disconnected', 'track stopped', 'context closed']);
});

it('says why there is no microphone', async () => {
  const browser = new ScriptedBrowser();
  browser.denied = Object.assign(new Error('Permission denied'), { name: 'NotAllowedError' });
  await expect(listening(browser)).rejects.toMatchObject({
    code: 'microphone_unavailable',
    message: 'the microphone cannot be used (NotAllowedError: Permission denied)',
  });
});

it('lets go of the device when the worklet cannot be loaded', async () => {
  const browser = new ScriptedBrowser();
  browser.brokenModule = new Error('blocked by policy');
  await expect(listening(browser)).rejects.toMatchObject({
    code: 'audio_unavailable',
    message: expect.stringContaining('blocked by policy') as string,
  });
  expect(browser.log.slice(-2)).toEqual(['track stopped', 'context closed']);
});

it('lets go of the device when the browser gives no audio context', async () => {
  const browser = new ScriptedBrowser();
  browser.noContext = new Error('too many contexts');
  await expect(listening(browser)).rejects.toMatchObject({ code: 'audio_unavailable' });
  expect(browser.log).toEqual(['track stopped']);
});

it.each([
  [true, true],
  ['all', true],
  ['remote-only', false],
  [false, false],
  [undefined, false],
] as const)(
  'knows of a track that says echoCancellation: %p whether it cancels the agent: %p',
  async (said, cancels) => {
    const { browser, microphone } = await listening();
    browser.echoCancellation = said;
    expect(microphone.cancelsEcho).toBe(cancels);
  },
);
