/** The part of a writable stream that the screen needs. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const LABEL_WIDTH = 9;
const DIM = '\u001B[2m';
const RESET = '\u001B[0m';
const CLEAR_LINE = '\r\u001B[2K';

/** Control characters: what callers, models and web pages say must not be able to move the cursor or set a title. */
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001F\u007F-\u009F]+/g;

/** Writes labelled lines: finished ones, one that is overwritten until it is final, and one that grows. */
export class TerminalWriter {
  readonly #screen: Screen;
  readonly #colour: boolean;
  /** What the cursor's line holds that is not ended yet. */
  #unfinished: 'nothing' | 'draft' | 'growing' = 'nothing';

  /** @param colour dim labels; only ever on a terminal */
  constructor(screen: Screen, colour: boolean) {
    this.#screen = screen;
    this.#colour = colour && screen.isTTY === true;
  }

  get interactive(): boolean {
    return this.#screen.isTTY === true;
  }

  line(label: string, text: string): void {
    this.#endUnfinished();
    this.#screen.write(`${this.#label(label)}${clean(text)}\n`);
  }

  blank(): void {
    this.#endUnfinished();
    this.#screen.write('\n');
  }

  /** A line that the next draft or line replaces. Only for a terminal: see `interactive`. */
  draft(label: string, text: string): void {
    if (this.#unfinished === 'growing') this.#endUnfinished();
    const room = Math.max(10, (this.#screen.columns ?? 80) - LABEL_WIDTH - 1);
    const words = clean(text);
    // The end of a long sentence is what changes.
    const shown = words.length > room ? `…${words.slice(1 - room)}` : words;
    this.#screen.write(`${CLEAR_LINE}${this.#label(label)}${shown}`);
    this.#unfinished = 'draft';
  }

  /** Adds to the growing line, which begins with the label. */
  grow(label: string, text: string): void {
    if (this.#unfinished !== 'growing') {
      this.#endUnfinished();
      this.#screen.write(this.#label(label));
      this.#unfinished = 'growing';
    }
    this.#screen.write(clean(text));
  }

  #endUnfinished(): void {
    if (this.#unfinished === 'draft') this.#screen.write(CLEAR_LINE);
    if (this.#unfinished === 'growing') this.#screen.write('\n');
    this.#unfinished = 'nothing';
  }

  #label(label: string): string {
    const padded = label.slice(0, LABEL_WIDTH - 1).padEnd(LABEL_WIDTH);
    return this.#colour ? `${DIM}${padded}${RESET}` : padded;
  }
}

const clean = (text: string): string => text.replaceAll(CONTROL, ' ');
