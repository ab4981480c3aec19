// A page in a real Chromium, and what a test sees of it: what it sends and gets, and what it does with the browser's audio.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { ClientMessage, ServerMessage } from '../../src/protocol/index.js';
import { packageRoot } from '../../src/database/package-root.js';
import { waitFor } from '../support/wait-for.js';

/** What test/browser/in-page.js tells. */
export interface PageState {
  readonly liveTracks: number;
  readonly openContexts: number;
  readonly suspendedContexts: number;
  /** Times that what was not played was thrown away. */
  readonly flushes: number;
  /** Samples since the last of them. */
  readonly written: number;
  readonly played: number;
  /** From the server's word that somebody interrupts to the flush; NaN, which comes as null, before there was one. */
  readonly silencedMs: number | null;
}

/** Hz, as the pages say. */
export const OUTPUT_RATE = 24_000;

interface Timed<Message> {
  /** ms of performance.now, of this process. */
  readonly at: number;
  readonly message: Message;
}

export class WatchedPage {
  readonly sent: Timed<ClientMessage>[] = [];
  readonly received: Timed<ServerMessage>[] = [];
  /** WebSockets that the page has opened, or has tried to. */
  sockets = 0;
  /** Uncaught errors. */
  readonly faults: string[] = [];

  protected constructor(readonly page: Page) {
    page.on('pageerror', ({ message }) => this.faults.push(message));
    page.on('websocket', (socket) => {
      this.sockets += 1;
      socket.on('framesent', ({ payload }) => note(this.sent, payload));
      socket.on('framereceived', ({ payload }) => note(this.received, payload));
    });
  }

  /** To be done before the page is gone to. */
  protected static watchAudio(page: Page): Promise<unknown> {
    return page.addInitScript({ path: join(packageRoot(), 'test/browser/in-page.js') });
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

  /** What its user reads, for the error of a test that waits in vain. */
  read(): Promise<string> {
    return this.page.locator('body').innerText();
  }

  async until(what: () => boolean | Promise<boolean>, ms: number): Promise<void> {
    try {
      await waitFor(what, ms);
    } catch (cause) {
      const page = [
        await this.read(),
        JSON.stringify(await this.state().catch(() => 'its audio is not watched')),
        ...this.faults,
      ];
      throw new Error(`${String(cause)}; the page: ${page.join('\n')}`, { cause });
    }
  }

  /** Waits until so much of a reply was played, s. */
  async hear(seconds: number, ms: number): Promise<void> {
    await this.until(async () => (await this.state()).played > seconds * OUTPUT_RATE, ms);
  }

  of<Type extends ServerMessage['type']>(type: Type): Extract<ServerMessage, { type: Type }>[] {
    return this.received.flatMap(({ message }) =>
      message.type === type ? [message as Extract<ServerMessage, { type: Type }>] : [],
    );
  }
}

/** Audio is not kept: the page's own worklet says what was played of it. */
function note<Message>(messages: Timed<Message>[], payload: string | Buffer): void {
  if (typeof payload === 'string') messages.push({ at: performance.now(), message: JSON.parse(payload) as Message });
}
