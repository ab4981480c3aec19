// The console in a real Chromium.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import type { BrowserContext, Locator } from 'playwright-core';
import { WatchedPage } from './watched-page.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Where the pictures of a run are. */
const PICTURES = resolve('.parley', 'console');
const HANG_UP_MS = 10_000;

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

export class ConsolePage extends WatchedPage {
  /** Who watches what is played keeps all of it: not for a call that lasts. */
  static async open(
    browser: BrowserContext,
    address: string,
    fragment = '',
    { watchAudio = true } = {},
  ): Promise<ConsolePage> {
    const page = await browser.newPage();
    if (watchAudio) await WatchedPage.watchAudio(page);
    const consolePage = new ConsolePage(page);
    // Pictures are of what stands still.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(`${address}/${fragment}`);
    return consolePage;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  get status(): Locator {
    return this.page.locator('.status');
  }

  /** Begins a call with the one button. */
  async talk(ms: number): Promise<void> {
    await this.button('Talk').click();
    await this.isTalking(ms);
  }

  async isTalking(ms: number): Promise<void> {
    await this.until(async () => (await this.status.innerText()).startsWith('Connected'), ms);
  }

  async says(text: string): Promise<void> {
    await this.page.getByLabel('Type instead of speaking').fill(text);
    await this.button('Send').click();
  }

  async hangUp(): Promise<void> {
    const button = this.page.locator('.call-bar').getByRole('button', { name: 'Hang up' });
    if ((await button.count()) === 0) return;
    await button.click();
    await this.button(/^(Talk|Go on)$/).waitFor({ timeout: HANG_UP_MS });
  }

  async close(): Promise<void> {
    if (this.page.isClosed()) return;
    await this.hangUp();
    await this.page.close();
  }

  /** A picture of what is to be seen, to be looked at. */
  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** Serious faults for people who use the page otherwise than most, by axe. */
  async barriers(): Promise<string[]> {
    const { violations } = (await this.page.evaluate(
      `${AXE}; axe.run(document, { resultTypes: ['violations'] })`,
    )) as AxeResults;
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  }
}
