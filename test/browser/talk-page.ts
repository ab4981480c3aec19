// The page of docs/browser-client.md in a real Chromium, and what a test sees of it: what it says, what it sends, and what
// it does with the browser's audio.
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { ClientMessage, ServerMessage } from '../../src/protocol/index.js';
import { packageRoot } from '../../src/database/package-root.js';
import { waitFor } from '../support/wait-for.js';

/** What test/browser/in-page.js tells. */
interface PageState {
  readonly liveTracks: number;
  readonly openContexts: number;
  readonly suspendedContexts: number;
  /** Times that what was not played was thrown away. */
  readonly flushes: number;
  /** Samples since the last of them. */
  readonly written: number;
  readonly played: number;
}

/** Hz, as the page says. */
const OUTPUT_RATE = 24_000;

/** The client waits 5 s for the server's goodbye, and then 3 for its close, ms. */
const HANG_UP_MS = 10_000;

interface Timed<Message> {
  /** ms of performance.now, of this process. */
  readonly at: number;
  readonly message: Message;
}

export class TalkPage {
  readonly sent: Timed<ClientMessage>[] = [];
  readonly received: Timed<ServerMessage>[] = [];
  /** WebSockets that the page has opened, or has tried to. */
  sockets = 0;
  /** Uncaught errors. */
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('websocket', (socket) => {
      this.sockets += 1;
      socket.on('framesent', ({ payload }) => note(this.sent, payload));
      socket.on('framereceived', ({ payload }) => note(this.received, payload));
    });
  }

  static async open(browser: BrowserContext, address: string, name = 'talk.html'): Promise<TalkPage> {
    const page = await browser.newPage();
    await page.addInitScript({ path: join(packageRoot(), 'test/browser/in-page.js') });
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

  state(): Promise<PageState> {
    return this.page.evaluate('inPage.state()');
  }

  level(): Promise<number> {
    return this.page.evaluate('inPage.level()');
  }

  /** Everything that was given to the loudspeaker and not thrown away. */
  writes(): Promise<number[]> {
    return this.page.evaluate('inPage.writes()');
  }

  violations(): Promise<string[]> {
    return this.page.evaluate('inPage.violations');
  }

  async until(what: () => boolean | Promise<boolean>, ms: number): Promise<void> {
    try {
      await waitFor(what, ms);
    } catch (cause) {
      const page = [await this.status(), await this.said(), JSON.stringify(await this.state()), ...this.faults];
      throw new Error(`${String(cause)}; the page: ${page.join('\n')}`, { cause });
    }
  }

  /** ms until the page says so. */
  async untilStatus(text: string, ms: number): Promise<number> {
    const from = performance.now();
    await this.until(async () => (await this.status()).includes(text), ms);
    return performance.now() - from;
  }

  /** Waits until so much of a reply was played, s. */
  async hear(seconds: number, ms: number): Promise<void> {
    await this.until(async () => (await this.state()).played > seconds * OUTPUT_RATE, ms);
  }

  async hangUp(): Promise<void> {
    // Other pages have other buttons.
    if ((await this.page.locator('#hang-up').count()) === 0) return;
    if (await this.page.isEnabled('#hang-up')) await this.page.click('#hang-up');
    await this.untilStatus('Ready', HANG_UP_MS);
  }

  of<Type extends ServerMessage['type']>(type: Type): Extract<ServerMessage, { type: Type }>[] {
    return this.received.flatMap(({ message }) =>
      message.type === type ? [message as Extract<ServerMessage, { type: Type }>] : [],
    );
  }

  /** Hangs up first: a call whose page is merely gone is waited for. */
  async close(): Promise<void> {
    if (this.page.isClosed()) return;
    await this.hangUp();
    await this.page.close();
  }
}

/** Audio is not kept: the page's own worklet says what was played of it. */
function note<Message>(messages: Timed<Message>[], payload: string | Buffer): void {
  if (typeof payload === 'string') messages.push({ at: performance.now(), message: JSON.parse(payload) as Message });
}
