// The console in a real Firefox: it connects, is spoken to, and is heard.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { Browser } from 'puppeteer-core';
import { toInt16 } from '../../client/audio/pcm.js';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import { bytesOf } from '../../src/audio/pcm16.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { firefox, microphoneThatHears } from '../browser/firefox.js';
import { OUTPUT_RATE, type PageState } from '../browser/watched-page.js';
import { hearAgain } from '../speech/hear.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { AGENT_ANSWERS, convert, VOICE_RATE } from '../support/telephone-speech.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that others work on too.
jest.setTimeout(180_000);
const PATIENCE_MS = 60_000;

describeWith(['firefox', 'pocketsphinx'])('the console in Firefox', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-firefox-'));
  const ears = new PocketsphinxStt({ dataDir: folder, domain: AGENT_ANSWERS });
  let app: ParleyApp;
  let browser: Browser;

  beforeAll(async () => {
    app = await ParleyApp.start({ env: { NODE_ENV: 'development' } });
    browser = await firefox();
  });
  afterAll(async () => {
    await browser?.close();
    await app?.close();
    ears.close();
    await endSynthesis();
    rmSync(folder, { recursive: true, force: true });
  });

  it('answers a spoken question audibly, and lets go of everything', async () => {
    const { samples, sampleRate } = await synthesize('What transactions does client 5001 have?', 'slt');
    const heard = new Int16Array(2 * sampleRate + samples.length + 60 * sampleRate);
    heard.set(samples, 2 * sampleRate);
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.evaluateOnNewDocument(microphoneThatHears(heard, sampleRate));
    await page.evaluateOnNewDocument(readFileSync('test/browser/in-page.js', 'utf8'));
    await page.goto(`http://localhost:${app.port}/`);
    const state = (): Promise<PageState> => page.evaluate('inPage.state()') as Promise<PageState>;
    const text = (): Promise<string> => page.evaluate('document.body.innerText') as Promise<string>;
    await page.locator('::-p-aria(Talk[role="button"])').setTimeout(PATIENCE_MS).click();
    await waitFor(async () => (await text()).includes('Corner Grocer'), PATIENCE_MS);
    await waitFor(async () => (await state()).played > 6 * OUTPUT_RATE, PATIENCE_MS);
    const played = (await page.evaluate('inPage.writes()')) as number[];
    const said = convert(bytesOf(toInt16(Float32Array.from(played))), OUTPUT_RATE, VOICE_RATE);
    expect(await hearAgain(ears, said)).toMatch(/has one hundred thirty transactions/);
    await page.locator('::-p-aria(Hang up[role="button"])').click();
    await waitFor(async () => (await text()).includes('The call is over'), PATIENCE_MS);
    expect([await page.evaluate('inPage.violations'), faults]).toEqual([[], []]);
  });
});
