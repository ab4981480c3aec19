// The page of docs/browser-client.md in a real Chromium, and those that are made of the package.
import type { BrowserContext } from 'playwright-core';
import { WatchedPage } from './watched-page.js';

/** The client waits 5 s for the server's goodbye, and then 3 for its close, ms. */
const HANG_UP_MS = 10_000;

export class TalkPage extends WatchedPage {
  static async open(browser: BrowserContext, address: string, name = 'talk.html'): Promise<TalkPage> {
    const page = await browser.newPage();
    await WatchedPage.watchAudio(page);
    const talkPage = new TalkPage(page);
    await page.goto(`${address}/${name}`);
    return talkPage;
  }

  status(): Promise<string> {
    return this.page.locator('#status').innerText();
  }

  said(): Promise<string> {
    return this.page.locator('#said').innerText();
  }

  /** ms until the page says so. */
  async untilStatus(text: string, ms: number): Promise<number> {
    const from = performance.now();
    await this.until(async () => (await this.status()).includes(text), ms);
    return performance.now() - from;
  }

  async hangUp(): Promise<void> {
    // Other pages have other buttons.
    if ((await this.page.locator('#hang-up').count()) === 0) return;
    if (await this.page.isEnabled('#hang-up')) await this.page.click('#hang-up');
    await this.untilStatus('Ready', HANG_UP_MS);
  }

  /** Hangs up first: a call whose page is merely gone is waited for. */
  async close(): Promise<void> {
    if (this.page.isClosed()) return;
    await this.hangUp();
    await this.page.close();
  }
}
