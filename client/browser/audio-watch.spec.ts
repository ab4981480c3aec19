import { jest } from '@jest/globals';
import { bytesOf } from '../audio/pcm.js';
import { ScriptedBrowser } from '../testing/browser-audio.js';
import type { AudioWatchEvents } from './audio-watch.js';
import { BrowserSpeaker } from './browser-speaker.js';
import { Microphone } from './microphone.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** A page with a microphone and a loudspeaker, and the time that passes on it. */
async function page() {
  const browser = new ScriptedBrowser();
  const told: string[] = [];
  let now = 0;
  const events: AudioWatchEvents = {
    onInterrupted: ({ device, reason, remedy }) => told.push(`${now} ${device} ${reason}: ${remedy}`),
    onRestored: ({ device, gapMs }) => told.push(`${now} ${device} back after ${gapMs}`),
  };
  let frames = 0;
  const speaker = await BrowserSpeaker.create({ sampleRate: 16_000, audio: browser, ...events });
  const microphone = await Microphone.open({
    sampleRate: 16_000,
    audio: browser,
    onAudio: () => (frames += 1),
    ...events,
  });
  const stuck = { clock: false, device: false };
  return {
    browser,
    speaker,
    microphone,
    told,
    stuck,
    frames: () => frames,
    pass: async (ms: number): Promise<void> => {
      for (let step = 0; step < ms; step += 20) {
        now += 20;
        const runs = browser.state === 'running' && !stuck.clock;
        if (runs) browser.currentTime += 0.02;
        if (runs && !stuck.device) browser.say(new Float32Array(960));
        await jest.advanceTimersByTimeAsync(20);
      }
    },
    close: async (): Promise<void> => {
      await speaker.close();
      await microphone.close();
      expect(jest.getTimerCount()).toBe(0);
    },
  };
}

const SECONDS_5 = bytesOf(new Int16Array(5 * 16_000));

it('says nothing of audio that runs', async () => {
  const { pass, told, close } = await page();
  await pass(10_000);
  expect(told).toEqual([]);
  await close();
});

it('goes on by itself, and says nothing, where the browser only stops for a moment', async () => {
  const { browser, pass, told, close } = await page();
  await pass(1000);
  browser.become('suspended');
  await pass(5000);
  expect(browser.state).toBe('running');
  expect(told).toEqual([]);
  await close();
});

it('says within 2 s that a telephone call has taken the audio, and goes on when it is over', async () => {
  const { browser, speaker, pass, told, close } = await page();
  speaker.write(SECONDS_5);
  await pass(1000);
  browser.become('interrupted');
  const heard = speaker.heardSamples();
  await pass(2000);
  expect(told).toEqual(['1800 loudspeaker suspended: wait', '1800 microphone suspended: wait']);
  await pass(60_000);
  expect(told).toHaveLength(2);
  expect(speaker.heardSamples()).toBe(heard);
  browser.become('suspended'); // as some phones leave it
  await pass(1200);
  expect(told.slice(2)).toEqual([
    expect.stringContaining('loudspeaker back after'),
    expect.stringContaining('microphone back after'),
  ]);
  await pass(1000);
  expect(speaker.heardSamples()).toBeGreaterThan(heard + 16_000);
  await close();
});

it('asks for a click where the browser waits for one, and goes on with it', async () => {
  const { browser, pass, told, close } = await page();
  browser.waitsForClick = true;
  browser.become('suspended');
  await pass(2000);
  expect(told).toEqual(['1200 loudspeaker suspended: click', '1200 microphone suspended: click']);
  await pass(5000);
  browser.user();
  await pass(1000);
  expect(told).toHaveLength(2);
  browser.waitsForClick = false;
  browser.user();
  expect(browser.state).toBe('running');
  await pass(1200);
  expect(told).toHaveLength(4);
  await close();
});

it('waits for a page that nobody sees, and asks for the click when somebody does', async () => {
  const { browser, pass, told, close } = await page();
  browser.waitsForClick = true;
  browser.isVisible = false;
  browser.become('suspended');
  await pass(10_000);
  browser.isVisible = true;
  browser.user();
  await pass(1200);
  expect(told.map((line) => line.replace(/^\d+ /, ''))).toEqual([
    'loudspeaker suspended: wait',
    'microphone suspended: wait',
    'loudspeaker suspended: click',
    'microphone suspended: click',
  ]);
  await close();
});

it('starts audio anew that stands still although it says that it runs', async () => {
  const { browser, pass, stuck, told, close } = await page();
  await pass(1000);
  stuck.clock = true;
  await pass(2000);
  expect(told).toEqual(['2400 loudspeaker stalled: click', '2400 microphone no_audio: reopen']);
  expect(browser.log.slice(-2)).toEqual(['suspend', 'resume']);
  stuck.clock = false;
  await pass(1200);
  expect(told.slice(2)).toEqual(['3600 loudspeaker back after 2400', '3600 microphone back after 2400']);
  await close();
});

it('says that the microphone gives nothing, and that it does again', async () => {
  const { pass, stuck, told, close } = await page();
  await pass(600);
  stuck.device = true;
  await pass(2000);
  stuck.device = false;
  await pass(600);
  expect(told).toEqual(['1800 microphone no_audio: reopen', '3000 microphone back after 2400']);
  await close();
});

it('says that the system has muted the microphone, which gives silence then', async () => {
  const { browser, pass, told, close } = await page();
  browser.trackMuted = true;
  await pass(1200);
  browser.trackMuted = false;
  await pass(600);
  expect(told).toEqual(['1200 microphone muted: wait', '1800 microphone back after 1800']);
  await close();
});

it('takes another microphone for the same call when the first was pulled out', async () => {
  const { browser, microphone, pass, stuck, told, frames, close } = await page();
  browser.unplug();
  stuck.device = true;
  expect(told).toEqual(['0 microphone ended: reopen']);
  await pass(3000);
  browser.denied = new Error('nothing there');
  await expect(microphone.reopen()).rejects.toMatchObject({ code: 'microphone_unavailable' });
  browser.denied = undefined;
  await microphone.reopen();
  stuck.device = false;
  const before = frames();
  await pass(1200);
  expect(frames()).toBeGreaterThan(before + 50);
  expect(told.slice(1)).toEqual([expect.stringContaining('microphone back after')]);
  await close();
  const stopped = browser.log.filter((line) => line === 'track stopped').length;
  await microphone.reopen();
  expect(browser.log.filter((line) => line === 'track stopped')).toHaveLength(stopped + 1);
});
