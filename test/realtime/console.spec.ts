// The console in a real Chromium, as a developer opens it: the server with its keyless engines, a microphone that a voice speaks
// into, and ears that hear what the page plays.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { toInt16 } from '../../client/audio/pcm.js';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import { bytesOf } from '../../src/audio/pcm16.js';
import { packageRoot } from '../../src/database/package-root.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { browserThatHears } from '../browser/chromium.js';
import { ConsolePage } from '../browser/console-page.js';
import { OUTPUT_RATE } from '../browser/watched-page.js';
import { SupabaseAuthSimulator } from '../simulators/supabase-auth.js';
import { hearAgain } from '../speech/hear.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { DEMO_COUNT, DEMO_LATEST } from '../support/demo-answer.js';
import { AGENT_ANSWERS, convert, VOICE_RATE } from '../support/telephone-speech.js';

// Two cores that ten others work on too.
jest.setTimeout(180_000);
const PATIENCE_MS = 40_000;
const GRACE_MS = 40_000;
/** In a row of the answer. */
const LATEST = DEMO_LATEST[0]?.description ?? '';
const LONG = `Here is what I know about it. ${'The terms have many words, and all of them are read out slowly. '.repeat(4)}`;

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

const agents = () => {
  const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
  const saying = (words: string): string => julia.replace(/^greeting: .*$/m, `greeting: '${words}'`);
  return { julia: `${saying('Hello, this is Julia. How can I help you?')}\nrecording: on\n`, long: saying(LONG) };
};

describeWith(['chromium', 'pocketsphinx'])('the console', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-console-'));
  const ears = new PocketsphinxStt({ dataDir: join(folder, 'ears'), domain: AGENT_ANSWERS });
  let silent: BrowserContext;
  let app: ParleyApp;
  let network: TcpProxy;
  const pages: ConsolePage[] = [];

  beforeAll(async () => {
    silent = await browserThatHears(new Int16Array(16_000), 16_000, join(folder, 'silence.wav'));
    app = await ParleyApp.start({
      agents: agents(),
      env: { NODE_ENV: 'development', STREAM_RESUME_GRACE_MS: String(GRACE_MS) },
    });
  });
  beforeEach(async () => {
    network = await TcpProxy.to(app.port);
  });
  afterEach(async () => {
    network.flow();
    network.back();
    for (const page of pages.splice(0)) await page.close();
    await network.stop();
  });
  afterAll(async () => {
    await silent?.browser()?.close();
    await app?.close();
    ears.close();
    await endSynthesis();
    rmSync(folder, { recursive: true, force: true });
  });

  async function open(browser = silent, fragment = ''): Promise<ConsolePage> {
    const page = await ConsolePage.open(browser, `http://localhost:${network.port}`, fragment);
    pages.push(page);
    return page;
  }

  /** A browser whose microphone hears these sentences, each so many seconds after the one before. */
  async function hearing(...said: readonly (readonly [number, string])[]): Promise<BrowserContext> {
    const parts: Int16Array[] = [];
    let rate = VOICE_RATE;
    for (const [seconds, text] of said) {
      const { samples, sampleRate } = await synthesize(text, 'slt');
      rate = sampleRate;
      parts.push(new Int16Array(seconds * rate), samples);
    }
    const all = new Int16Array(parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return browserThatHears(all, rate, join(folder, `${said.length}-${parts.length}-${all.length}.wav`));
  }

  it('answers a spoken question audibly: rows, a chart that can be pointed at, sources, latencies, events', async () => {
    const browser = await hearing([1, 'What transactions does client 5001 have?']);
    try {
      const page = await open(browser);
      await page.page.getByLabel('Agent', { exact: true }).waitFor({ timeout: PATIENCE_MS });
      await page.picture('desktop-ready');
      await page.talk(PATIENCE_MS);
      const row = page.page.getByRole('row').filter({ hasText: LATEST });
      await row.first().waitFor({ timeout: PATIENCE_MS });
      await page.hear(6, PATIENCE_MS);
      const heard = await hearAgain(
        ears,
        convert(bytesOf(toInt16(Float32Array.from(await page.writes()))), OUTPUT_RATE, VOICE_RATE),
      );
      expect(heard).toMatch(`has ${DEMO_COUNT} transactions`);
      await page.picture('desktop-rows');
      await page.says('Generate a chart for client 5001');
      const chart = page.page.getByRole('img', { name: /by month/ });
      await chart.waitFor({ timeout: PATIENCE_MS });
      await page.page.getByText('p95').waitFor();
      await chart.hover();
      await page.picture('desktop-chart');
      expect(await page.barriers()).toEqual([]);
      await page.page.emulateMedia({ colorScheme: 'dark' });
      await page.picture('desktop-chart-dark');
      expect(await page.barriers()).toEqual([]);
      await page.page.getByLabel('Filter events').fill('tool.finished chart');
      expect(await page.page.locator('.log li').count()).toBe(1);
      await page.hangUp();
      expect(await page.state()).toMatchObject({ liveTracks: 0, openContexts: 0 });
      expect([await page.violations(), page.faults]).toEqual([[], []]);
    } finally {
      await browser.browser()?.close();
    }
  });

  it('falls silent when somebody talks over the agent, and shows what was not heard', async () => {
    const browser = await hearing([4, 'No, stop. What is the total for client 5001?']);
    try {
      const page = await open(browser);
      await page.page.getByLabel('Agent', { exact: true }).selectOption('long');
      await page.talk(PATIENCE_MS);
      await page.until(() => page.of('response.interrupted').length > 0, PATIENCE_MS);
      await page.until(async () => (await page.level()) < 0.001, PATIENCE_MS);
      const { silencedMs } = await page.state();
      expect(silencedMs).toBeGreaterThanOrEqual(0);
      expect(silencedMs).toBeLessThan(100);
      const unheard = page.page.locator('del.unheard').first();
      await unheard.waitFor({ timeout: PATIENCE_MS });
      expect(LONG).toContain((await unheard.innerText()).trim());
      await page.picture('desktop-interrupted');
    } finally {
      await browser.browser()?.close();
    }
  });

  it('goes on with a call whose network is gone for 3, 12 and 25 seconds; nothing has to be said twice', async () => {
    const page = await open();
    await page.page.getByLabel('Agent', { exact: true }).selectOption('long');
    await page.talk(PATIENCE_MS);
    await page.hear(1, PATIENCE_MS);
    const questions: string[] = [];
    for (const seconds of [3, 12, 25]) {
      network.away();
      await page.until(async () => (await page.status.innerText()).startsWith('The connection is lost'), 6000);
      // What is typed meanwhile is kept.
      questions.push(`What is the total for client 50${String(seconds).padStart(2, '0')}?`);
      await page.says(questions.at(-1) ?? '');
      await pause(seconds * 1000);
      network.back();
      await page.isTalking(PATIENCE_MS);
      await page.until(() => page.of('tool.finished').length === questions.length, PATIENCE_MS);
    }
    expect([page.of('session.started').length, page.of('session.resumed').length]).toEqual([1, 3]);
    expect(page.of('turn.ended').map(({ text }) => text)).toEqual(questions);
  });

  it('goes on by itself when it is loaded anew in mid-call, with all that was said', async () => {
    const page = await open();
    await page.talk(PATIENCE_MS);
    await page.says('What is the total for client 5001?');
    await page.until(() => page.of('tool.finished').length > 0, PATIENCE_MS);
    await page.page.reload();
    await page.isTalking(PATIENCE_MS);
    expect(page.of('session.resumed')).toHaveLength(1);
    await page.page.getByText('query transactions').first().waitFor({ timeout: PATIENCE_MS });
    expect(await page.page.evaluate('Object.keys(localStorage).concat(Object.keys(sessionStorage))')).toEqual([
      'parley.console.settings',
    ]);
    expect(page.page.url()).not.toMatch(/token|eyJ/);
  });

  it('serves two tabs, each its own call', async () => {
    const [one, other] = [await open(), await open()];
    await one.talk(PATIENCE_MS);
    await other.talk(PATIENCE_MS);
    await other.says('What is the total for client 5003?');
    await other.until(() => other.of('tool.finished').length > 0, PATIENCE_MS);
    expect([one.of('tool.finished').length, await app.activeSessions()]).toEqual([0, 2]);
  });

  it('says what to do where the microphone is denied, and is typed to without one', async () => {
    const browser = await silent.browser()?.newContext({ permissions: [] });
    if (browser === undefined) throw new Error('there is no browser');
    try {
      const page = await open(browser);
      await page.page.evaluate(
        "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'))",
      );
      await page.button('Talk').click();
      await page.page.getByText('The microphone cannot be used. Allow it').waitFor({ timeout: PATIENCE_MS });
      await page.picture('desktop-denied');
      await page.page.getByLabel('Way to speak').selectOption('type');
      await page.talk(PATIENCE_MS);
      await page.says('How do refunds work?');
      await page.page.getByRole('list', { name: 'Sources' }).waitFor({ timeout: PATIENCE_MS });
      await page.picture('desktop-sources');
    } finally {
      await browser.close();
    }
  });

  it('says that the browser has stopped its sound, and goes on with a click', async () => {
    const page = await open();
    await page.page.getByLabel('Agent', { exact: true }).selectOption('long');
    await page.talk(PATIENCE_MS);
    await page.hear(0.5, PATIENCE_MS);
    await page.page.evaluate('inPage.takeAudio()');
    await page.page.getByText('Click anywhere to go on').waitFor({ timeout: 10_000 });
    await page.page.evaluate('inPage.giveAudioBack()');
    await page.page.locator('body').click({ position: { x: 5, y: 300 } });
    const { played } = await page.state();
    await page.until(async () => (await page.state()).played > played, PATIENCE_MS);
  });

  it('takes turns by a key that is held', async () => {
    const browser = await hearing([2, 'What is the total for client 5001?']);
    try {
      const page = await open(browser);
      await page.page.getByLabel('Way to speak').selectOption('push');
      await page.talk(PATIENCE_MS);
      await page.page.locator('main').focus();
      await page.page.keyboard.down('Space');
      await page.until(() => page.of('transcript.partial').some(({ text }) => /total/.test(text)), PATIENCE_MS);
      await pause(3000);
      expect(page.of('turn.ended')).toEqual([]);
      await page.page.keyboard.up('Space');
      await page.until(() => page.of('tool.finished').length > 0, PATIENCE_MS);
      expect(page.of('turn.ended')[0]?.text).toMatch(/total for client five thousand one/);
    } finally {
      await browser.browser()?.close();
    }
  });

  it('plays past calls, with the words in step', async () => {
    const page = await open();
    await page.talk(PATIENCE_MS);
    await page.hear(1, PATIENCE_MS);
    await page.says('What is the total for client 5004?');
    await page.until(
      () => page.of('response.completed').length >= 1 && page.of('tool.finished').length > 0,
      PATIENCE_MS,
    );
    await page.hear(2, PATIENCE_MS);
    await page.hangUp();
    await page.page.getByRole('link', { name: 'Calls' }).click();
    await page.page.getByRole('cell').getByRole('link').first().click();
    await page.page.locator('audio').waitFor({ timeout: PATIENCE_MS });
    await page.page.getByText('What is the total for client 5004?').first().waitFor({ timeout: PATIENCE_MS });
    await page
      .button(/^Play from/)
      .last()
      .click();
    await page.until(async () => (await page.page.locator('.replay [aria-current]').count()) === 1, PATIENCE_MS);
    await page.picture('desktop-replay');
    expect(await page.barriers()).toEqual([]);
    expect([await page.violations(), page.faults]).toEqual([[], []]);
  });

  it('lets a supervisor watch a call, take it over, speak in it, give it back and hang up', async () => {
    const caller = await open();
    await caller.talk(PATIENCE_MS);
    const page = await open(silent, '#/supervise');
    await page.page.getByRole('cell').getByRole('link', { name: 'demo' }).first().click();
    const panel = page.page.getByRole('article', { name: 'Call of demo' });
    await caller.says('What is the total for client 5001?');
    await panel.getByText('What is the total for client 5001?').waitFor({ timeout: PATIENCE_MS });
    await panel.getByText(/^Client 5001, Ada Park, spent/).waitFor({ timeout: PATIENCE_MS });
    await panel.getByLabel('Whisper to the agent').fill('Offer a discount.');
    await panel.getByRole('button', { name: 'Whisper' }).click();
    // The keyless planner follows no instructions, and that is said.
    await panel
      .getByRole('alert')
      .filter({ hasText: /planner/ })
      .waitFor({ timeout: PATIENCE_MS });
    await panel.getByRole('button', { name: 'Take over' }).click();
    await panel.getByLabel('Say to the caller').fill('A person is with you now.');
    await panel.getByRole('button', { name: 'Say' }).click();
    await caller.page.getByText('A person is with you now.').first().waitFor({ timeout: PATIENCE_MS });
    await page.picture('desktop-supervise');
    expect(await page.barriers()).toEqual([]);
    await panel.getByRole('button', { name: 'Give back' }).click();
    await panel.getByRole('button', { name: 'Hang up' }).click();
    await panel.getByText('The call is over').waitFor({ timeout: PATIENCE_MS });
    await caller.page.getByRole('button', { name: 'Talk', exact: true }).waitFor({ timeout: PATIENCE_MS });
    expect(await caller.status.innerText()).toBe('The session ended as it should.');
    expect([await page.violations(), page.faults, caller.faults]).toEqual([[], [], []]);
  });

  it('is used on a phone, and by keyboard alone', async () => {
    const phone = await silent.browser()?.newContext({
      viewport: { width: 390, height: 800 },
      deviceScaleFactor: 2,
      hasTouch: true,
      isMobile: true,
    });
    if (phone === undefined) throw new Error('there is no browser');
    try {
      await phone.addInitScript(`new MutationObserver(() => {
        if (document.querySelector('form input[type=password], #token')) window.wasAskedToSignIn = true;
      }).observe(document, { childList: true, subtree: true })`);
      const page = await open(phone);
      await page.page.getByLabel('Agent', { exact: true }).waitFor({ timeout: PATIENCE_MS });
      expect(await page.page.evaluate('window.wasAskedToSignIn === true')).toBe(false);
      await page.picture('phone-ready');
      // Nothing is wider than the screen.
      expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await page.button('Talk').focus();
      await page.page.keyboard.press('Enter');
      await page.isTalking(PATIENCE_MS);
      await page.page.getByLabel('Type instead of speaking').focus();
      await page.page.keyboard.type('What transactions does client 5001 have?');
      await page.page.keyboard.press('Enter');
      await page.page.getByRole('row').filter({ hasText: LATEST }).first().waitFor({ timeout: PATIENCE_MS });
      expect(await page.page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      await page.picture('phone-rows');
      await page.page.emulateMedia({ colorScheme: 'dark' });
      await page.picture('phone-rows-dark');
      expect(await page.barriers()).toEqual([]);
      // What a screen reader is told: settled lines.
      expect(await page.page.locator('[aria-live=polite]').first().innerText()).toMatch(/^(You|julia): /);
    } finally {
      await phone.close();
    }
  });
});

describeWith(['chromium'])('the console of a server that is not in development', () => {
  const SECRET = 'a secret for tests, long enough for HS256';
  const USER = { email: 'ada@example.com', password: 'correct horse' };
  const folder = mkdtempSync(join(tmpdir(), 'parley-sign-in-'));
  let browser: BrowserContext;
  let supabase: SupabaseAuthSimulator;
  let app: ParleyApp;
  let page: ConsolePage;

  beforeAll(async () => {
    browser = await browserThatHears(new Int16Array(16_000), 16_000, join(folder, 'silence.wav'));
    supabase = await SupabaseAuthSimulator.start(USER, SECRET);
    app = await ParleyApp.start({
      env: { JWT_SECRET: SECRET, SUPABASE_URL: supabase.url, SUPABASE_ANON_KEY: supabase.anonKey },
    });
  });
  beforeEach(async () => {
    page = await ConsolePage.open(browser, `http://localhost:${app.port}`);
  });
  afterEach(() => page.close());
  afterAll(async () => {
    await browser?.browser()?.close();
    await app?.close();
    await supabase?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const agentIsOffered = (): Promise<void> => page.page.getByLabel('Recogniser').waitFor({ timeout: PATIENCE_MS });
  const stored = (): Promise<unknown> =>
    page.page.evaluate('JSON.stringify([Object.values(localStorage), Object.values(sessionStorage), location.href])');

  it('signs in with Supabase, says why it cannot, and keeps nothing', async () => {
    await page.page.getByLabel('E-mail').fill(USER.email);
    await page.page.getByLabel('Password').fill('wrong');
    await page.button('Sign in').click();
    await page.page
      .getByRole('alert')
      .filter({ hasText: 'Invalid login credentials' })
      .waitFor({ timeout: PATIENCE_MS });
    expect(await page.barriers()).toEqual([]);
    await page.picture('desktop-sign-in');
    await page.page.getByLabel('Password').fill(USER.password);
    await page.button('Sign in').click();
    await agentIsOffered();
    expect(await stored()).not.toMatch(/eyJ|refresh/);
    await page.button('Sign out').click();
    await page.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect([await page.violations(), page.faults]).toEqual([[], []]);
  });

  it('asks for a new token when the one that it has is about to end', async () => {
    // The page takes no token that has less than a minute left.
    supabase.lifetimeS = 30;
    supabase.grants.length = 0;
    await page.page.getByLabel('E-mail').fill(USER.email);
    await page.page.getByLabel('Password').fill(USER.password);
    await page.button('Sign in').click();
    await agentIsOffered();
    expect(supabase.grants[0]).toBe('password');
    expect(supabase.grants).toContain('refresh_token');
  });

  it('takes a token that is pasted, and says what is wrong with one that is none', async () => {
    const field = page.page.getByLabel('Or a token');
    await field.fill('hello');
    await page.button('Sign in').click();
    await page.page.getByRole('alert').filter({ hasText: 'three parts' }).waitFor({ timeout: PATIENCE_MS });
    await field.fill(app.token('demo', { ttlSeconds: -10 }));
    await page.button('Sign in').click();
    await page.page.getByRole('alert').filter({ hasText: 'expired' }).waitFor({ timeout: PATIENCE_MS });
    await field.fill(app.token());
    await page.button('Sign in').click();
    await agentIsOffered();
    expect(await stored()).not.toMatch(/eyJ/);
  });
});
