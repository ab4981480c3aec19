// A call that goes on and on: what the console's page holds does not grow with it. A turn is typed as soon as the one before
// is answered, so that a minute has the turns of an hour; LONG_CALL_S is for a longer one, by hand.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import type { BrowserContext } from 'playwright-core';
import { browserThatHears } from '../browser/chromium.js';
import { ConsolePage } from '../browser/console-page.js';
import { PageScales, type PageWeight } from '../browser/page-weight.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';

const LONG_CALL_S = Number(process.env['LONG_CALL_S'] ?? 0);
jest.setTimeout(240_000 + LONG_CALL_S * 1000);
const PATIENCE_MS = 40_000;
const MINUTE_MS = 60_000;

const WEIGHED_TURNS = 20;
const MOST_WEIGHINGS = 3;
/** So many lines of a talk are drawn. */
const MOST_LINES = 100;
/** Lines of a talk are kept for longer than this test lasts: its words, and the rows of its tools. */
const MOST_BYTES_A_TURN = 12_000;
/** Lines differ in how many nodes they have. */
const MOST_NODES = 300;

describeWith(['chromium', 'pocketsphinx'])('the page of a call that goes on and on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-growth-'));
  let browser: BrowserContext;
  let app: ParleyApp;
  let page: ConsolePage;
  let scales: PageScales;
  let turns = 0;

  beforeAll(async () => {
    browser = await browserThatHears(new Int16Array(16_000), 16_000, join(folder, 'silence.wav'));
    app = await ParleyApp.start({ env: { NODE_ENV: 'development' } });
    page = await ConsolePage.open(browser, `http://localhost:${app.port}`, '', { watchAudio: false });
    scales = await PageScales.of(page.page);
    await page.page.getByRole('switch', { name: /captions/ }).check();
    await page.talk(PATIENCE_MS);
  });
  afterAll(async () => {
    await page?.close();
    await browser?.browser()?.close();
    await app?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** So many questions, each with its answer: rows, and now and then a document. */
  async function talkFor(count: number): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) {
      turns += 1;
      const wanted = page.of('tool.finished').length + 1;
      const client = 5001 + (turns % 20);
      await page.says(turns % 5 === 0 ? 'How do refunds work?' : `What transactions does client ${client} have?`);
      await page.until(() => page.of('tool.finished').length >= wanted, PATIENCE_MS);
    }
  }

  const grown = (before: PageWeight, after: PageWeight) => ({
    bytesATurn: Math.round((after.heap - before.heap) / WEIGHED_TURNS),
    nodes: after.nodes - before.nodes,
    listeners: after.listeners - before.listeners,
  });

  const isLittle = ({ bytesATurn, nodes, listeners }: ReturnType<typeof grown>): boolean =>
    bytesATurn < MOST_BYTES_A_TURN && nodes < MOST_NODES && listeners < MOST_NODES / 10;

  it('holds what it held, turn after turn', async () => {
    // Until the log of events is full, and the talk: from here on what is new takes the place of what is old.
    const isFull = async (): Promise<boolean> =>
      (await page.page.getByText(/older ones were dropped/).count()) > 0 &&
      (await page.page.locator('.conversation > ol > li').count()) >= MOST_LINES;
    while (!(await isFull())) await talkFor(5);
    // A page that does not let go grows each time. What was compiled meanwhile, or is being said at that moment, weighs once.
    const all: ReturnType<typeof grown>[] = [];
    while (all.length < MOST_WEIGHINGS && !all.some(isLittle)) {
      const before = await scales.weigh();
      await talkFor(WEIGHED_TURNS);
      all.push(grown(before, await scales.weigh()));
    }
    expect({ all, little: all.some(isLittle) }).toMatchObject({ little: true });
    // Bounds that are drawn: lines, and events.
    expect(await page.page.locator('.conversation > ol > li').count()).toBeLessThanOrEqual(MOST_LINES);
    expect(await page.page.locator('.log > li').count()).toBeLessThanOrEqual(200);
    expect(page.faults).toEqual([]);
  });

  it('is weighed by what would find a page that does not let go', async () => {
    await page.page.evaluate(`
      window.held = [];
      window.holder = new MutationObserver(() => {
        // A line that has gone by and is kept, with somebody who listens to it.
        const line = document.querySelector('.conversation > ol > li:last-child').cloneNode(true);
        if (held.at(-1)?.textContent === line.textContent) return;
        line.addEventListener('click', () => held.length);
        held.push(line);
      });
      holder.observe(document.querySelector('.conversation > ol'), { childList: true });`);
    const before = await scales.weigh();
    await talkFor(WEIGHED_TURNS);
    const { nodes, listeners } = grown(before, await scales.weigh());
    // Whoever is tried a second time comes after this.
    await page.page.evaluate('holder.disconnect(); held = []');
    expect(nodes).toBeGreaterThan(MOST_NODES);
    expect(listeners).toBeGreaterThan(MOST_NODES / 10);
  });

  (LONG_CALL_S > 0 ? it : it.skip)('goes on for as long as one wants', async () => {
    await page.page.evaluate('location.reload()').catch(() => undefined);
    await page.isTalking(PATIENCE_MS);
    const end = Date.now() + LONG_CALL_S * 1000;
    for (let next = Date.now(); Date.now() < end;) {
      await talkFor(1);
      if (Date.now() < next) continue;
      next += MINUTE_MS;
      console.log(JSON.stringify({ turns, ...(await scales.weigh()) }));
    }
    console.log(JSON.stringify({ turns, ...(await scales.weigh()) }));
    expect(page.faults).toEqual([]);
  });
});
