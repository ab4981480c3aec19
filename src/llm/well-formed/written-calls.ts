import { MAX_ARGUMENT_CHARS } from '../../bounds/texts.port.js';
import type { ToolSpec } from '../llm.port.js';
import { Balance } from './balance.js';
import { BALANCED, type Marker } from './marker.js';
import { MARKER_CHARS, Markers, plain } from './markers.js';
import { CallText, type WrittenCall } from './read-calls.js';

/** What a call with all that stands around it may be long, characters; one that is longer is a fault. */
const MAX_SPAN_CHARS = MAX_ARGUMENT_CHARS + 2048;
/** The address of a message of a model's own is shorter than this, characters. */
const MAX_HEADER_CHARS = 400;
const MESSAGES = ['<|message|>', '<|content|>'];
/** Where a message to a tool ends. */
const MESSAGE_ENDS = ['<|call|>', '<|stop|>'];
/** How far is looked whether the sentence goes on behind a call, characters. */
const MAX_FOLLOWING = 80;
const IN_A_SENTENCE =
  'It stood in the middle of a sentence, as if it were only spoken of, and was not made. Call tools by the means that you are given for it.';
/** Ends of a thought on a channel of its own. */
const NEXT_MESSAGE = ['<|end|>', '<|return|>', '<|start|>', '<|channel|>'];

const QUOTES = /["'`“”‘’„‚«»]/;
/** What a sentence that is not over ends in. */
const OPEN = /[\p{L}\p{N},(]/u;

type State =
  | { readonly kind: 'text' }
  | {
      readonly kind: 'thought';
      readonly ends: readonly string[];
      readonly keepsEnd: boolean;
      /** Its tag, behind words whose sentence has not ended. */
      readonly tag?: string;
      /** All of it so far, where its tag may only be spoken of: without an end it was. */
      readonly perhaps?: string;
    }
  | { readonly kind: 'header' }
  | {
      readonly kind: 'call';
      /** Any of these ends it; without one it goes on to the end of the answer. */
      readonly ends: readonly string[];
      /** Its brackets end it, or the JSON in it, before which no end counts: it may be quoted. */
      readonly balance: Balance | undefined;
      readonly json: number | undefined;
      readonly certain: boolean;
      /** Nothing marks it as a call. */
      readonly bare: boolean;
      /** It stands behind words whose sentence has not ended, or behind a quotation mark. */
      readonly inSentence: boolean;
      readonly quoted: boolean;
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
  /** The last character of it that is no blank, or a line's end. */
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
        return this.readThought(this.state, whole);
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
      const quoted = QUOTES.test(before);
      const verdict = this.markers.judge(this.held.slice(at, at + MARKER_CHARS), whole, first, quoted);
      if (verdict === 'none') continue;
      this.say(at);
      if (verdict === 'wait') return false;
      this.begin(verdict, quoted);
      return true;
    }
    this.say(this.held.length);
    return false;
  }

  private say(length: number): void {
    const text = this.held.slice(0, length);
    this.out.push(text);
    // What separates two calls is no beginning of a sentence.
    const isSeparator = this.lastSaid === '' && /^[\s,;]*$/.test(text);
    if (!isSeparator) this.lastSaid = /(\n|\S)[^\S\n]*$/.exec(text)?.[1] ?? this.lastSaid;
    this.spoke ||= text.trim() !== '';
    this.drop(length);
  }

  private drop(length: number): void {
    if (length > 0) this.before = this.held[length - 1] ?? '';
    this.held = this.held.slice(length);
    this.seen = 0;
  }

  private begin(marker: Marker, quoted: boolean): void {
    switch (marker.kind) {
      case 'token':
        this.drop(marker.length);
        this.before = ' ';
        return;
      case 'thought':
        this.state = {
          kind: 'thought',
          ends: marker.ends,
          keepsEnd: marker.keepsEnd === true,
          ...(OPEN.test(this.lastSaid) ? { tag: this.held.slice(0, marker.length) } : {}),
        };
        return this.drop(marker.length);
      case 'header':
        this.state = { kind: 'header' };
        return;
      case 'call': {
        const { end, certain, bare = false, json } = marker;
        const isBalanced = end === BALANCED;
        this.state = {
          kind: 'call',
          ends: isBalanced || end === undefined ? [] : [end],
          balance: isBalanced || json !== undefined ? new Balance() : undefined,
          json,
          certain,
          bare,
          inSentence: quoted || OPEN.test(this.lastSaid),
          quoted,
        };
      }
    }
  }

  /** Thoughts are dropped as they come: they can be long. */
  private readThought(state: Extract<State, { kind: 'thought' }>, whole: boolean): boolean {
    const { ends, keepsEnd, tag, perhaps } = state;
    if (tag !== undefined) {
      if (this.held.length < 2 && !whole) return false;
      // "A <think> tag is" has words of the same sentence on both sides.
      this.state = { kind: 'thought', ends, keepsEnd, ...(/^ \p{Ll}/u.test(this.held) ? { perhaps: tag } : {}) };
      return true;
    }
    const found = earliest(this.held, ends);
    if (found !== undefined) {
      this.drop(found.at + (keepsEnd ? 0 : found.end.length));
      this.before = ' ';
      this.state = { kind: 'text' };
      return true;
    }
    const longest = Math.max(...ends.map((end) => end.length));
    const left = whole ? '' : this.held.slice(1 - longest);
    const dropped = this.held.slice(0, this.held.length - left.length);
    this.held = left;
    if (perhaps === undefined) return false;
    const kept = perhaps + dropped;
    if (whole) this.out.push(kept);
    this.state = kept.length > MAX_SPAN_CHARS ? { kind: 'thought', ends, keepsEnd } : { ...state, perhaps: kept };
    return false;
  }

  /** To whom what follows is addressed: a tool, the model itself, or the caller. */
  private readHeader(whole: boolean): boolean {
    const found = earliest(this.held, MESSAGES);
    const header = found === undefined ? this.held : this.held.slice(0, found.at);
    const recipient = /(?:^|<\|recipient\|>)\s*([\w.-]+)\s*$/i.exec(header)?.[1] ?? 'all';
    if (/\bto\s*=/i.test(header) || (found !== undefined && recipient !== 'all')) {
      this.state = { ...ADDRESSED, ends: MESSAGE_ENDS };
      return true;
    }
    if (found === undefined && !whole && header.length < MAX_HEADER_CHARS) return false;
    this.drop(found === undefined ? this.held.length : found.at + found.end.length);
    this.before = ' ';
    this.state = /analysis/i.test(header) ? { kind: 'thought', ends: NEXT_MESSAGE, keepsEnd: true } : { kind: 'text' };
    return true;
  }

  private readCall(state: Extract<State, { kind: 'call' }>, whole: boolean): boolean {
    const at = this.endOf(state, whole);
    const isWhole = at >= 0;
    if (!isWhole && !whole && this.held.length <= MAX_SPAN_CHARS) return false;
    const text = isWhole ? this.held.slice(0, at) : this.held;
    const behind = this.held.slice(at, at + MAX_FOLLOWING);
    const goesOn = isWhole && this.markers.words.goesOn(behind, whole || behind.length === MAX_FOLLOWING);
    if (goesOn === 'wait') return false;
    // JSON that was cut off is no speech either.
    const certain = state.certain || (state.bare && !isWhole);
    const calls = meant(this.reader.read(text, certain, /^[.!?…]?$/.test(this.lastSaid)), state, isWhole, goesOn);
    this.calls.push(...calls);
    this.state = { kind: 'text' };
    if (calls.length === 0) this.say(text.length);
    else {
      this.drop(text.length);
      this.before = ' ';
      this.lastSaid = '';
    }
    return true;
  }

  /** Where the call is over, or -1; looks at nothing twice. */
  private endOf({ ends, balance, json }: Extract<State, { kind: 'call' }>, whole: boolean): number {
    if (json === undefined && balance !== undefined) return balance.end(this.held);
    const behind = json === undefined ? 0 : (balance?.end(this.held.slice(json)) ?? -1);
    // JSON that never ends is over where any other call is.
    if (behind < 0 && !whole) return -1;
    if (ends.length === 0) return -1;
    const longest = Math.max(...ends.map((end) => end.length));
    const least = behind > 0 && json !== undefined ? json + behind : 1;
    const from = Math.max(least, this.seen - longest);
    const found = earliest(this.held.slice(from), ends);
    if (found !== undefined) return from + found.at + found.end.length;
    this.seen = this.held.length;
    return -1;
  }
}

/** What of the calls that were read is made: none that is only spoken of. */
function meant(
  calls: readonly WrittenCall[],
  { bare, inSentence, quoted }: Extract<State, { kind: 'call' }>,
  isWhole: boolean,
  goesOn: boolean,
): readonly WrittenCall[] {
  if (bare && quoted) return [];
  const isSpokenOf = quoted || (inSentence && goesOn);
  if (!(isSpokenOf || (bare && (inSentence || goesOn))) || !isWhole) return calls;
  const real = calls.find((call) => !('fault' in call));
  const told = real?.name === undefined ? [] : [{ name: real.name, fault: IN_A_SENTENCE }];
  if (bare) return isSpokenOf ? [] : told;
  return real === undefined ? calls : told;
}

/** A message whose header names a tool. */
const ADDRESSED = {
  kind: 'call',
  balance: undefined,
  json: undefined,
  certain: true,
  bare: false,
  inSentence: false,
  quoted: false,
} as const;

function earliest(text: string, ends: readonly string[]): { readonly at: number; readonly end: string } | undefined {
  const lower = plain(text);
  let best: { at: number; end: string } | undefined;
  for (const end of ends) {
    const at = lower.indexOf(end);
    if (at >= 0 && (best === undefined || at < best.at)) best = { at, end };
  }
  return best;
}
