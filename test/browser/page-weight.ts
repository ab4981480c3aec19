// What a page holds on to, as Chromium counts it once it has thrown away what nobody needs.
import type { CDPSession, Page } from 'playwright-core';

export interface PageWeight {
  /** Of scripts, bytes. */
  readonly heap: number;
  /** Nodes of documents, those too that are in none and still held. */
  readonly nodes: number;
  readonly listeners: number;
}

export class PageScales {
  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<PageScales> {
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable');
    return new PageScales(session);
  }

  async weigh(): Promise<PageWeight> {
    // What the first round frees may have held the rest.
    for (let round = 0; round < 3; round += 1) await this.session.send('HeapProfiler.collectGarbage');
    const { metrics } = await this.session.send('Performance.getMetrics');
    const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
    return { heap: of('JSHeapUsedSize'), nodes: of('Nodes'), listeners: of('JSEventListeners') };
  }
}
