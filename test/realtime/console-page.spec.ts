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

const julia = (): string => readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');

describeWith(['chromium', 'pocketsphinx'])('the page of the console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-page-'));
  let browser: BrowserContext;
  let app: ParleyApp;
  const pages: ConsolePage[] = [];

  beforeAll(async () => {
    browser = await browserThatHears(new Int16Array(16_000), 16_000, join(folder, 'silence.wav'));
    app = await ParleyApp.start({
      agents: { closed: `${julia()}\nchoices: false\n` },
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
