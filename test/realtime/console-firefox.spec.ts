// The console in a real Firefox on a real sound server: it connects, is spoken to, and is heard.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Browser, Page } from 'puppeteer-core';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { endFirefox, firefox } from '../browser/firefox.js';
import { hearAgain } from '../speech/hear.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { SoundServer } from '../support/sound-server.js';
import { DEMO_COUNT, DEMO_LATEST } from '../support/demo-answer.js';
import { AGENT_ANSWERS, VOICE_RATE } from '../support/telephone-speech.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(240_000);
// One Firefox in seven stands still with the sound server, for a reason that nobody has found; two in a row were not seen yet.
jest.retryTimes(2, { logErrorsBeforeRetry: true });
const PATIENCE_MS = 60_000;
/** Of an answer, s: enough to know it by. */
const ENOUGH_S = 8;

describeWith(['firefox', 'pulseaudio', 'pocketsphinx'])('the console in Firefox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-firefox-'));
  const ears = new PocketsphinxStt({ dataDir: folder, domain: AGENT_ANSWERS });
  let app: ParleyApp;
  let sound: SoundServer | undefined;
  let browser: Browser | undefined;

  beforeAll(async () => {
    app = await ParleyApp.start({ env: { NODE_ENV: 'development' } });
  });
  // A browser that has stood still once does so again: each try has its own.
  afterEach(async () => {
    await endFirefox(browser);
    await sound?.stop();
    browser = undefined;
    sound = undefined;
  });
  afterAll(async () => {
    await app?.close();
    ears.close();
    await endSynthesis();
    rmSync(folder, { recursive: true, force: true });
  });

  const text = async (page: Page): Promise<string> => String(await page.evaluate('document.body.innerText'));
  const shows = (page: Page, words: string): Promise<void> =>
    waitFor(async () => (await text(page)).includes(words), PATIENCE_MS);

  it('answers a spoken question audibly, and hangs up', async () => {
    const speakers = await SoundServer.start();
    sound = speakers;
    browser = await firefox(speakers.env);
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.evaluateOnNewDocument(readFileSync('test/browser/in-page.js', 'utf8'));
    await page.goto(`http://localhost:${app.port}/`);
    await page.locator('::-p-aria(Talk[role="button"])').setTimeout(PATIENCE_MS).click();
    await shows(page, 'Connected');
    await shows(page, 'How can I help you?');
    // The greeting has been played to its end before anybody speaks: that is the tests of barge-in.
    await waitFor(async () => (await page.evaluate('inPage.level()')) === 0, PATIENCE_MS);
    const { samples, sampleRate } = await synthesize('What transactions does client 5001 have?', 'slt');
    await speakers.say(samples, sampleRate);
    const answer = speakers.record(VOICE_RATE);
    await shows(page, DEMO_LATEST[0]?.description ?? '');
    const from = answer.seconds();
    await waitFor(() => answer.seconds() > from + ENOUGH_S, PATIENCE_MS);
    expect(await hearAgain(ears, await answer.stop())).toMatch(`has ${DEMO_COUNT} transactions`);
    await page.locator('::-p-aria(Hang up[role="button"])').click();
    await shows(page, 'The call is over');
    expect([await page.evaluate('inPage.violations'), faults]).toEqual([[], []]);
  });
});
