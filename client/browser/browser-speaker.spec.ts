import { jest } from '@jest/globals';
import { bytesOf } from '../audio/pcm.js';
import { ScriptedBrowser } from '../testing/browser-audio.js';
import { BrowserSpeaker } from './browser-speaker.js';

let made: BrowserSpeaker | undefined;

afterEach(() => made?.close());

async function speaking(): Promise<{ browser: ScriptedBrowser; speaker: BrowserSpeaker }> {
  const browser = new ScriptedBrowser();
  made = await BrowserSpeaker.create({ sampleRate: 16_000, audio: browser });
  return { browser, speaker: made };
}

const silence = (samples: number): Uint8Array => bytesOf(new Int16Array(samples));

it('plays at the session’s rate and leaves the conversion to the browser', async () => {
  const { browser, speaker } = await speaking();
  expect(browser.log).toEqual(['context at 16000', 'module blob:parley-playback', 'worklet connected']);
  speaker.write(bytesOf(Int16Array.from([0, 16_384, -32_768])));
  expect(browser.posted).toEqual([{ type: 'write', samples: Float32Array.from([0, 0.5, -1]) }]);
});

it('knows between two reports how far playback is, and believes the reports', async () => {
  const { browser, speaker } = await speaking();
  browser.currentTime = 10;
  speaker.write(silence(16_000));
  browser.currentTime = 10.25;
  expect(speaker.heardSamples()).toBe(4000);
  browser.say({ epoch: 0, played: 4400, at: 10.25 });
  expect(speaker.heardSamples()).toBe(4400);
  browser.currentTime = 10.5;
  expect(speaker.heardSamples()).toBe(8400);
  browser.say({ epoch: 0, played: 8300, at: 10.5 });
  expect(speaker.heardSamples()).toBe(8400);
  browser.currentTime = 20;
  expect(speaker.heardSamples()).toBe(16_000);
});

it('does not count silence between two replies as heard', async () => {
  const { browser, speaker } = await speaking();
  speaker.write(silence(1600));
  browser.currentTime = 5;
  speaker.write(silence(1600));
  expect(speaker.heardSamples()).toBe(1600);
  browser.currentTime = 5.05;
  expect(speaker.heardSamples()).toBe(2400);
});

it('leaves out what is on its way through the device', async () => {
  const { browser, speaker } = await speaking();
  browser.outputLatency = 0.1;
  speaker.write(silence(16_000));
  browser.currentTime = 0.05;
  expect(speaker.heardSamples()).toBe(0);
  browser.currentTime = 0.5;
  expect(speaker.heardSamples()).toBe(6400);
});

it('stands still while paused', async () => {
  const { browser, speaker } = await speaking();
  speaker.write(silence(16_000));
  browser.currentTime = 0.5;
  speaker.pause();
  browser.currentTime = 3;
  expect(speaker.heardSamples()).toBe(8000);
  speaker.resume();
  browser.currentTime = 3.25;
  expect(speaker.heardSamples()).toBe(12_000);
});

it('never counts what was flushed, and does not listen to reports from before', async () => {
  const { browser, speaker } = await speaking();
  speaker.write(silence(16_000));
  browser.currentTime = 0.5;
  speaker.flush();
  browser.say({ epoch: 0, played: 9000, at: 0.51 });
  browser.currentTime = 2;
  expect(speaker.heardSamples()).toBe(8000);
  speaker.write(silence(1600));
  browser.currentTime = 3;
  expect(speaker.heardSamples()).toBe(9600);
  expect(browser.posted.at(-2)).toEqual({ type: 'flush', epoch: 1 });
});

it('is as loud as it is told to be, and knows how loud the voice is', async () => {
  const { browser, speaker } = await speaking();
  expect([speaker.volume, speaker.level]).toEqual([1, 0]);
  speaker.volume = 0.25;
  expect([speaker.volume, browser.posted]).toEqual([0.25, [{ type: 'volume', volume: 0.25 }]]);
  for (const volume of [-0.1, 1.1, Number.NaN]) expect(() => (speaker.volume = volume)).toThrow(/0 to 1/);
  browser.say({ epoch: 0, played: 320, at: 0.02, level: 0.4 });
  expect(speaker.level).toBe(0.4);
  browser.waitsForClick = true;
  browser.become('suspended');
  expect(speaker.level).toBe(0);
});

it('plays on the loudspeaker that it is told to use, and says why it cannot', async () => {
  const { browser, speaker } = await speaking();
  await speaker.useDevice('headphones');
  await speaker.useDevice('default');
  await speaker.useDevice();
  expect(browser.log.slice(-3)).toEqual(['plays on headphones', 'plays on the system’s', 'plays on the system’s']);
  await expect(speaker.useDevice('gone')).rejects.toMatchObject({
    code: 'speaker_unavailable',
    message: 'the loudspeaker cannot be used (NotFoundError: no such device)',
  });
  const other = new ScriptedBrowser();
  other.sinks = undefined;
  const without = await BrowserSpeaker.create({ sampleRate: 16_000, audio: other });
  await expect(without.useDevice('headphones')).rejects.toMatchObject({ code: 'not_supported' });
  await without.close();
});

it('frees the device, also when it cannot start', async () => {
  const { browser, speaker } = await speaking();
  await speaker.close();
  await speaker.close();
  expect(browser.log.slice(-2)).toEqual(['worklet disconnected', 'context closed']);
  const broken = new ScriptedBrowser();
  broken.brokenModule = new Error('blocked by policy');
  await expect(
    BrowserSpeaker.create({ sampleRate: 16_000, audio: broken, workletUrl: '/playback.js' }),
  ).rejects.toMatchObject({
    code: 'audio_unavailable',
    message: expect.stringContaining('blocked by policy') as string,
  });
  expect(broken.log).toEqual(['context at 16000', 'module /playback.js', 'context closed']);
});

it('gives up, and frees the device, when the browser waits for a click that does not come', async () => {
  jest.useFakeTimers();
  try {
    const browser = new ScriptedBrowser();
    browser.waitsForClick = true;
    const refused = expect(BrowserSpeaker.create({ sampleRate: 16_000, audio: browser })).rejects.toMatchObject({
      code: 'audio_blocked',
      retryable: true,
    });
    await jest.advanceTimersByTimeAsync(3000);
    await refused;
    expect(browser.log.at(-1)).toBe('context closed');
  } finally {
    jest.useRealTimers();
  }
});

it('says that the browser does not play at a rate', async () => {
  const browser = new ScriptedBrowser();
  browser.noContext = Object.assign(new Error('the rate is out of range'), { name: 'NotSupportedError' });
  await expect(BrowserSpeaker.create({ sampleRate: 1, audio: browser })).rejects.toMatchObject({
    code: 'audio_unavailable',
    message: 'the browser gives no audio context (NotSupportedError: the rate is out of range)',
  });
});
