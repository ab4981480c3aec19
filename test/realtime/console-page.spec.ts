// What the console's page offers and costs, in a real Chromium: which voice a call has, its captions, how soon it is there, and
// whether it grows while a call goes on.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { packageRoot } from '../../src/database/package-root.js';
import { browserThatHears } from '../browser/chromium.js';
import { ConsolePage } from '../browser/console-page.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';

jest.setTimeout(180_000);
const PATIENCE_MS = 40_000;

/** No two of its pieces are alike. */
const LONG = `Here is what I know about it. ${['first', 'second', 'third', 'fourth'].map((which) => `The ${which} of the terms has many words, and all of them are read out slowly.`).join(' ')}`;

const LOADS = 5;

interface PageLoad {
  /** First contentful paint, and the largest so far, ms from the start of the load. */
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  /** Of those of 50 ms and more. */
  readonly longestTaskMs: number;
  /** Cumulative layout shift. */
  readonly shift: number;
  readonly requests: number;
}

/** Runs in the page, before its own scripts. */
const WATCH_LOAD = `{
  const load = { largestPaintMs: 0, longestTaskMs: 0, shift: 0 };
  const watch = (type, each) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true });
  watch('largest-contentful-paint', ({ startTime }) => (load.largestPaintMs = startTime));
  watch('longtask', ({ duration }) => (load.longestTaskMs = Math.max(load.longestTaskMs, duration)));
  watch('layout-shift', ({ value }) => (load.shift += value));
  window.seeLoad = async () => {
    await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
    return {
      ...load,
      firstPaintMs: performance.getEntriesByName('first-contentful-paint')[0].startTime,
      requests: 1 + performance.getEntriesByType('resource').length,
    };
  };
}`;

/** Runs in the page: the captions that are shown from now on, also those that stand for less time than a test takes to look. */
const WATCH_CAPTION = `(() => {
  const read = [];
  const look = () => {
    const text = document.querySelector('.caption p')?.textContent ?? '';
    if (text !== '' && read.at(-1) !== text) read.push(text);
  };
  const caption = document.querySelector('.caption');
  new MutationObserver(look).observe(caption, { subtree: true, childList: true, characterData: true });
  return read;
})()`;

const julia = (): string => readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');

describeWith(['chromium', 'pocketsphinx'])('the page of the console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
  let browser: BrowserContext;
  let app: ParleyApp;
  const pages: ConsolePage[] = [];

  beforeAll(async () => {
    browser = await browserThatHears(new Int16Array(16_000), 16_000, join(folder, 'silence.wav'));
    app = await ParleyApp.start({
      agents: {
        closed: `${julia()}\nchoices: false\n`,
        long: julia().replace(/^greeting: .*$/m, `greeting: '${LONG}'`),
      },
      env: { NODE_ENV: 'development' },
    });
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
  });
  afterAll(async () => {
    await browser?.browser()?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(context = browser, fragment = ''): Promise<ConsolePage> {
    const page = await ConsolePage.open(context, `http://localhost:${app.port}`, fragment);
    pages.push(page);
    return page;
  }

  /** A browser's user who has never been here. */
  async function newcomer(): Promise<BrowserContext> {
    const context = await browser.browser()?.newContext();
    if (context === undefined) throw new Error('there is no browser');
    return context;
  }

  it('gives a call the voice that was chosen, for as long as it is offered, and tells it afterwards', async () => {
    const context = await newcomer();
    try {
      const page = await open(context);
      const voice = page.page.getByLabel('Voice');
      await voice.selectOption({ label: 'rms, a man' });
      await page.talk(PATIENCE_MS);
      expect(await voice.isDisabled()).toBe(true);
      const [start] = page.sent.map(({ message }) => message);
      expect(start).toMatchObject({ type: 'session.start', choice: { tts: 'flite', voice: 'rms' } });
      await page.hear(0.5, PATIENCE_MS);
      await page.hangUp();
      // It is kept for the next visit.
      await page.page.reload();
      await page.until(async () => (await voice.inputValue()) === 'flite rms', PATIENCE_MS);
      await page.page.getByRole('link', { name: 'Calls' }).click();
      await page.page.getByRole('cell').getByRole('link').first().click();
      await page.page.getByText('flite, rms', { exact: true }).waitFor({ timeout: PATIENCE_MS });

      await page.page.getByRole('link', { name: 'Talk' }).click();
      await page.page.getByLabel('Agent', { exact: true }).selectOption('closed');
      expect([await voice.isDisabled(), await voice.inputValue()]).toEqual([true, '']);
      page.sent.length = 0;
      await page.talk(PATIENCE_MS);
      expect(page.sent[0]?.message).toMatchObject({ type: 'session.start', agent: 'closed' });
      expect(page.sent[0]?.message).not.toHaveProperty('choice');
      expect([await page.violations(), page.faults]).toEqual([[], []]);
    } finally {
      await context.close();
    }
  });

  it('is there within its budget: requests, time to the first words, nothing that jumps or stands still', async () => {
    const loads: PageLoad[] = [];
    for (let load = 0; load < LOADS; load += 1) {
      const context = await newcomer();
      try {
        const page = await context.newPage();
        await page.addInitScript(WATCH_LOAD);
        await page.goto(`http://localhost:${app.port}/`);
        await page.getByLabel('Recogniser').waitFor({ timeout: PATIENCE_MS });
        loads.push(await page.evaluate<PageLoad>('seeLoad()'));
      } finally {
        await context.close();
      }
    }
    const median = (of: (load: PageLoad) => number): number =>
      loads.map(of).toSorted((a, b) => a - b)[Math.floor(LOADS / 2)] ?? Number.NaN;
    const figures = {
      firstPaintMs: median(({ firstPaintMs }) => firstPaintMs),
      largestPaintMs: median(({ largestPaintMs }) => largestPaintMs),
      longestTaskMs: median(({ longestTaskMs }) => longestTaskMs),
      shift: Math.max(...loads.map(({ shift }) => shift)),
      requests: Math.max(...loads.map(({ requests }) => requests)),
    };
    if (process.env['SHOW_FIGURES'] !== undefined) console.log(JSON.stringify(figures));
    // The page, its script, its style and its icon; how to sign in, a token, whom to talk to.
    expect(figures.requests).toBeLessThanOrEqual(8);
    expect(figures.shift).toBeLessThan(0.1);
    expect(figures.firstPaintMs).toBeLessThan(1000);
    expect(figures.largestPaintMs).toBeLessThan(2500);
    expect(figures.longestTaskMs).toBeLessThan(200);
  });

  it('shows what is being said large, in step with the voice, for as long as that is wanted', async () => {
    const context = await newcomer();
    try {
      const page = await open(context);
      await page.page.getByLabel('Agent', { exact: true }).selectOption('long');
      await page.talk(PATIENCE_MS);
      expect(await page.page.locator('.caption').count()).toBe(0);
      await page.button('Captions').click();
      const caption = page.page.locator('.caption');
      /** Characters of the greeting up to the last word that is lit, and how many ms were played by the last report. */
      const look = async (): Promise<readonly [chars: number, playedMs: number]> => {
        const positions = page.sent.flatMap(({ message }) =>
          message.type === 'playback.position' ? [message.playedMs] : [],
        );
        const [cue = '', heard = ''] = await page.page.evaluate<string[]>(
          "[...document.querySelectorAll('.caption p, .caption .heard')].map((part) => part.textContent)",
        );
        return [LONG.indexOf(cue.replace(/^long/, '')) + heard.length, positions.at(-1) ?? 0];
      };
      const looks: (readonly [number, number])[] = [];
      await page.until(async () => {
        looks.push(await look());
        return page.of('response.completed').length > 0;
      }, PATIENCE_MS);
      const { audioMs = 0 } = page.of('response.audio_done')[0] ?? {};
      const late = looks.filter(([, playedMs]) => playedMs > 500 && playedMs < audioMs);
      expect(late.length).toBeGreaterThan(20);
      for (const [chars, playedMs] of late) {
        // A word, and what is said between two reports and two looks.
        expect(Math.abs(chars - (LONG.length * playedMs) / audioMs)).toBeLessThan(20);
      }
      const read = await page.page.evaluateHandle<string[]>(WATCH_CAPTION);
      await page.says('What is the total for client 5001?');
      await page.until(async () => /Client 5001, Ada Park, spent/.test(await caption.innerText()), PATIENCE_MS);
      // What he asked stands there until its answer is heard, however soon its text has come.
      const spoken = (await read.jsonValue()).slice(0, 2);
      expect(spoken).toEqual([
        'YouWhat is the total for client 5001?',
        expect.stringMatching(/^longClient 5001, Ada Park, spent/),
      ]);
      await page.picture('desktop-captions');
      expect(await page.barriers()).toEqual([]);
      await page.hangUp();
      expect(await caption.count()).toBe(0);
      await page.page.reload();
      expect(await page.page.getByRole('switch', { name: /captions/ }).isChecked()).toBe(true);
      await page.page.setViewportSize({ width: 390, height: 800 });
      await page.talk(PATIENCE_MS);
      await caption.getByText(/Here is/).waitFor({ timeout: PATIENCE_MS });
      expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await page.picture('phone-captions');
      await page.button('Captions').click();
      expect(await caption.count()).toBe(0);
      expect([await page.violations(), page.faults]).toEqual([[], []]);
    } finally {
      await context.close();
    }
  });

  it('speaks with the browser’s own voice where that was chosen', async () => {
    const context = await newcomer();
    try {
      const page = await open(context);
      await page.page.getByLabel('Voice').selectOption('browser');
      // A browser without a desktop has no voices: it is enough that it is told to speak.
      await page.page.evaluate('window.told = []; speechSynthesis.speak = ({ text }) => told.push(text)');
      await page.talk(PATIENCE_MS);
      await page.until(async () => /this is Julia/.test(await page.page.evaluate('told.join()')), PATIENCE_MS);
    } finally {
      await context.close();
    }
  });
});
