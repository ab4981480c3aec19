import { Injectable, Logger } from '@nestjs/common';

/** Lines in one window; whoever knocks ten thousand times does not fill the disk. */
const MAX_LINES = 20;
/** ms. */
const WINDOW_MS = 10_000;
/** Origins and paths are the client's to make up. */
const MAX_CHARS = 200;

/** A handshake or a request that was refused. */
export interface Refused {
  readonly code: string;
  readonly status: number;
  /** Where the client came from, as far as the trusted proxies say. */
  readonly address: string;
  /** Without its query, which may hold a token. */
  readonly path: string;
  /** What the client was not told in so many words: the check a token did not pass, the origin, the limit. */
  readonly why: string;
}

/**
 * Tells the operator who was refused and why, a line each, bounded in rate: what is beyond that is counted, and told by code
 * at the end of the window.
 */
@Injectable()
export class RefusalLog {
  private readonly log: Pick<Logger, 'warn'> = new Logger('Refused');
  private lines = 0;
  private readonly untold = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  refused({ path, why, ...refused }: Refused): void {
    // Nobody waits for a log to be complete before the process ends.
    this.timer ??= setTimeout(() => this.nextWindow(), WINDOW_MS).unref();
    this.lines += 1;
    if (this.lines <= MAX_LINES) {
      this.log.warn({ msg: 'refused', ...refused, path: shown(path), why: shown(why) });
    } else {
      this.untold.set(refused.code, (this.untold.get(refused.code) ?? 0) + 1);
    }
  }

  private nextWindow(): void {
    this.timer = undefined;
    this.lines = 0;
    if (this.untold.size === 0) return;
    this.log.warn({ msg: 'more were refused', seconds: WINDOW_MS / 1000, ...Object.fromEntries(this.untold) });
    this.untold.clear();
  }
}

/** Of a path as the client wrote it. */
export const withoutQuery = (url = ''): string => url.split('?', 1)[0] ?? '';

/** Control characters could forge a second line where the log is read as text. */
const shown = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, MAX_CHARS);
