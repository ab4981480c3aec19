import { MAX_ARGUMENT_CHARS } from '../../bounds/texts.port.js';
import type { ToolSpec } from '../llm.port.js';
import { Balance } from './balance.js';
import { BALANCED, type Marker, MARKER_CHARS, Markers, plain } from './markers.js';
import { CallText, type WrittenCall } from './read-calls.js';

/** What a call with all that stands around it may be long, characters; one that is longer is a fault. */
const MAX_SPAN_CHARS = MAX_ARGUMENT_CHARS + 2048;
/** The address of a message of a model's own is shorter than this, characters. */
const MAX_HEADER_CHARS = 400;
const MESSAGE = '<|message|>';
/** Ends of a thought on a channel of its own. */
const NEXT_MESSAGE = ['<|end|>', '<|return|>', '<|start|>', '<|channel|>'];

type State =
  | { readonly kind: 'text' }
  | { readonly kind: 'thought'; readonly ends: readonly string[]; readonly keepsEnd: boolean }
  | { readonly kind: 'header' }
  | {
      readonly kind: 'call';
      readonly end: string | undefined;
      readonly balance: Balance | undefined;
      readonly certain: boolean;
    };

/**
 * Takes an answer apart as it comes: what is for the caller goes through at once, but for the few characters that may begin
 * something else; tool calls that were written as text are read; thoughts and tokens are left out, wherever they stand. The
 * result depends on the text alone, not on how it is split.
 */
export class WrittenCalls {
  /** Calls that were read so far. */
  readonly calls: WrittenCall[] = [];
  private readonly markers: Markers;
  private readonly reader: CallText;
  private state: State = { kind: 'text' };
  /** What is not decided yet: begins where the state began. */
  private held = '';
  /** Up to here the text has been searched for its end, or for markers. */
  private seen = 0;
  /** The character before `held`. */
  private before = ' ';
  /** Whether anything has gone through to the caller. */
  private spoke = false;
  /** The last character of it that is no blank. */
  private lastSaid = '';
  private out: string[] = [];

  constructor(tools: readonly ToolSpec[]) {
    this.markers = new Markers(tools.map(({ name }) => name));
    this.reader = new CallText(tools);
  }

  /** Takes a piece of text; returns what of it is for the caller, perhaps nothing. */
  add(delta: string): string {
    this.held += delta;
    return this.advance(false);
  }

  /** No more text comes. */
  end(): string {
    return this.advance(true);
  }

  private advance(whole: boolean): string {
    while (this.step(whole));
    const text = this.out.join('');
    this.out = [];
    return text;
  }

  /** Whether there may be more to do. */
  private step(whole: boolean): boolean {
    if (this.held === '') return false;
    switch (this.state.kind) {
      case 'text':
        return this.readText(whole);
      case 'thought':
        return this.readThought(this.state.ends, this.state.keepsEnd, whole);
      case 'header':
        return this.readHeader(whole);
      case 'call':
      default:
        return this.readCall(this.state, whole);
    }
  }

  private readText(whole: boolean): boolean {
    for (let at = 0; at < this.held.length; at += 1) {
      const before = at === 0 ? this.before : (this.held[at - 1] ?? '');
      if (!this.markers.mayBegin(this.held[at] ?? '', before)) continue;
      const first = !this.spoke && this.held.slice(0, at).trim() === '';
      const verdict = this.markers.judge(this.held.slice(at, at + MARKER_CHARS), whole, first);
      if (verdict === 'none') continue;
      this.say(at);
      if (verdict === 'wait') return false;
      this.begin(verdict);
      return true;
    }
    this.say(this.held.length);
    return false;
  }

  private say(length: number): void {
    const text = this.held.slice(0, length);
    this.out.push(text);
    this.lastSaid = text.trimEnd().at(-1) ?? this.lastSaid;
    this.spoke ||= text.trim() !== '';
    this.drop(length);
  }

  private drop(length: number): void {
    if (length > 0) this.before = this.held[length - 1] ?? '';
    this.held = this.held.slice(length);
    this.seen = 0;
  }

  private begin(marker: Marker): void {
    switch (marker.kind) {
      case 'token':
        this.drop(marker.length);
        this.before = ' ';
        return;
      case 'thought':
        this.state = { kind: 'thought', ends: marker.ends, keepsEnd: marker.keepsEnd === true };
        return this.drop(marker.length);
      case 'header':
        this.state = { kind: 'header' };
        return;
      case 'call': {
        const { end, certain } = marker;
        const isBalanced = end === BALANCED;
        this.state = {
          kind: 'call',
          end: isBalanced ? undefined : end,
          balance: isBalanced ? new Balance() : undefined,
          certain,
        };
      }
    }
  }

  /** Thoughts are dropped as they come: they can be long. */
  private readThought(ends: readonly string[], keepsEnd: boolean, whole: boolean): boolean {
    const found = earliest(this.held, ends);
    if (found !== undefined) {
      this.drop(found.at + (keepsEnd ? 0 : found.end.length));
      this.before = ' ';
      this.state = { kind: 'text' };
      return true;
    }
    const longest = Math.max(...ends.map((end) => end.length));
    this.held = whole ? '' : this.held.slice(1 - longest);
    return false;
  }

  /** To whom what follows is addressed: a tool, the model itself, or the caller. */
  private readHeader(whole: boolean): boolean {
    const at = plain(this.held).indexOf(MESSAGE);
    const header = at < 0 ? this.held : this.held.slice(0, at);
    if (/\bto\s*=/i.test(header)) {
      this.state = { kind: 'call', end: '<|call|>', balance: undefined, certain: true };
      return true;
    }
    if (at < 0 && !whole && header.length < MAX_HEADER_CHARS) return false;
    this.drop(at < 0 ? this.held.length : at + MESSAGE.length);
    this.before = ' ';
    this.state = /analysis/i.test(header) ? { kind: 'thought', ends: NEXT_MESSAGE, keepsEnd: true } : { kind: 'text' };
    return true;
  }

  private readCall({ end, balance, certain }: Extract<State, { kind: 'call' }>, whole: boolean): boolean {
    const at = balance?.end(this.held) ?? this.endOf(end);
    const isWhole = at >= 0;
    if (!isWhole && !whole && this.held.length <= MAX_SPAN_CHARS) return false;
    const text = isWhole ? this.held.slice(0, at) : this.held;
    // JSON that was cut off is no speech either.
    const calls = this.reader.read(
      text,
      certain || (balance !== undefined && !isWhole),
      /^[.!?…]?$/.test(this.lastSaid),
    );
    this.calls.push(...calls);
    this.state = { kind: 'text' };
    if (calls.length === 0) this.out.push(text);
    this.drop(text.length);
    if (calls.length > 0) this.before = ' ';
    return true;
  }

  /** Where the call is over; looks at nothing twice. */
  private endOf(end: string | undefined): number {
    if (end === undefined) return -1;
    const opening = end === '```' ? 3 : 0;
    const from = Math.max(opening, this.seen - end.length);
    const found = plain(this.held.slice(from)).indexOf(end);
    this.seen = this.held.length;
    return found < 0 ? -1 : from + found + end.length;
  }
}

function earliest(text: string, ends: readonly string[]): { readonly at: number; readonly end: string } | undefined {
  const lower = plain(text);
  let best: { at: number; end: string } | undefined;
  for (const end of ends) {
    const at = lower.indexOf(end);
    if (at >= 0 && (best === undefined || at < best.at)) best = { at, end };
  }
  return best;
}
