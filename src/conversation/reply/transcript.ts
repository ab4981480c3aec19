// What a reply has written and done, and how much of it the caller has heard.
import type { ChatMessage } from '../../llm/llm.port.js';
import type { Question } from '../confirmation.js';
import { type CallRecord, type ReplyItem, replyMessages } from '../context.js';
import type { Mouth } from '../mouth.js';
import type { ConversationOptions } from '../options.js';
import { defaultChunkerOptions, SentenceChunker } from '../sentence-chunker.js';
import type { ReplySnapshot } from '../snapshot.js';
import { speakable } from '../speakable.js';
import type { LeftItem } from './cut-reply.js';
import { Repetition } from './repetition.js';

/** Text of the reply and the pieces of it that were given to the voice. */
interface TextItem {
  /** Heard in another process, before the reply was cut there: it comes before `text`. */
  readonly said: string;
  text: string;
  /** Said to bridge a wait: the caller hears it, the model need not know in the same reply. */
  readonly filler: boolean;
  /** It states what would be done, and asks for a yes. */
  readonly asks?: boolean;
  readonly segments: number[];
}

export class Transcript {
  private readonly items: Item[] = [];
  private readonly chunker: SentenceChunker;
  private written = 0;
  /** How many of the items the model has been shown. */
  private shown = 0;
  /** Segment of what would be done, when the reply asks for a yes. */
  private statement: number | undefined;
  /** That was heard in another process. */
  private stated = false;
  /** Something that can be heard was written since the last round of tools. */
  private audible = false;
  /** Keeps a model that goes on after its own words from saying them again. */
  private repetition: Repetition | undefined;

  /** `wrote` hears of every piece of text as it is written. */
  constructor(
    private readonly speaker: Pick<Mouth, 'say' | 'heard' | 'segments'>,
    private readonly wrote: (delta: string) => void,
    private readonly options: Pick<ConversationOptions, 'language' | 'lexicon'>,
  ) {
    this.chunker = new SentenceChunker(defaultChunkerOptions, options.lexicon.pieces);
  }

  /** Whether the caller hears something after the last round of tools, fillers aside. */
  get concludes(): boolean {
    return this.audible || this.statement !== undefined || this.stated;
  }

  /** Characters written so far, fillers aside. */
  get chars(): number {
    return this.written;
  }

  write(text: string): void {
    const delta = this.repetition?.take(text) ?? text;
    if (delta === '') return;
    this.written += delta.length;
    this.wrote(delta);
    const item = this.textItem();
    item.text += delta;
    for (const piece of this.chunker.add(delta)) item.segments.push(this.say(piece));
  }

  /** Says something while the caller waits for tools. */
  bridge(phrase: string): void {
    const item: TextItem = { said: '', text: `${phrase} `, segments: [], filler: true };
    this.items.push(item);
    this.wrote(item.text);
    item.segments.push(this.speaker.say(phrase));
  }

  /** The last words of a reply that asks for a yes: what would be done, and the question, each as a piece of its own. */
  ask({ statement, ask }: Pick<Question, 'statement' | 'ask'>): void {
    const text = `${this.written > 0 ? ' ' : ''}${statement} ${ask}`;
    this.written += text.length;
    this.wrote(text);
    this.statement = this.speaker.say(statement);
    this.items.push({ said: '', text, segments: [this.statement, this.speaker.say(ask)], filler: false, asks: true });
  }

  /** Tools have run: what is said from here on has to tell what came of them. */
  toolsRan(): void {
    this.audible = false;
  }

  /** Whether the caller has heard all of what would be done. */
  get statementHeard(): boolean {
    if (this.stated) return true;
    if (this.statement === undefined) return false;
    return this.speaker.heard(this.statement) === this.speaker.segments[this.statement]?.text;
  }

  /** A round of tool calls; their results, and further calls of the round, are filled in as they come. */
  addCalls(calls: readonly CallRecord[]): void {
    this.toolsRan();
    this.items.push({ calls });
  }

  /** All calls of the reply, in order. */
  get records(): readonly CallRecord[] {
    return this.items.flatMap((item) => ('calls' in item ? item.calls : []));
  }

  /** Speaks what the chunker still holds: the text before a round of tools, or the end. */
  flush(): void {
    const held = this.repetition?.end() ?? '';
    this.repetition = undefined;
    this.write(held);
    const item = this.items.findLast((candidate): candidate is TextItem => 'text' in candidate && !candidate.filler);
    for (const piece of this.chunker.flush()) item?.segments.push(this.say(piece));
  }

  /**
   * The model was cut off: it has said what was whole. A half sentence is left out, unless there is nothing else; then it
   * is seen and heard to be one.
   */
  breakOff(): void {
    this.write(this.repetition?.end() ?? '');
    this.repetition = undefined;
    const item = this.textItem();
    const pieces = this.chunker.flush();
    const half = pieces.pop() ?? '';
    for (const piece of pieces) item.segments.push(this.say(piece));
    if (half === '') return;
    const whole = /^.*[.!?…。！？]["'”’)\]]*(?=\s|$)/su.exec(half)?.[0] ?? '';
    const rest = whole !== '' || this.audible ? whole : `${half.replace(/\s+\S*$/u, '')}…`;
    item.text = item.text.slice(0, item.text.lastIndexOf(half)) + rest;
    if (whole !== half) this.wrote('…');
    if (rest !== '') item.segments.push(this.say(rest));
  }

  /** Adds a sentence of ours behind what was written. */
  add(sentence: string): void {
    this.flush();
    const last = this.items.findLast((item): item is TextItem => 'text' in item && !item.filler);
    const gap = last === undefined || /(?:^|\s)$/u.test(last.text) ? '' : ' ';
    this.write(gap + sentence);
    this.flush();
  }

  private say(piece: string): number {
    this.audible ||= speakable(piece, this.options.language) !== '';
    return this.speaker.say(piece);
  }

  /** What was added since the last round, as the model should see it. */
  newMessages(): ChatMessage[] {
    const fresh = this.items.slice(this.shown);
    this.shown = this.items.length;
    return replyMessages(fresh.filter((item) => !('filler' in item && item.filler)).map(wholeOf), false);
  }

  /**
   * Takes up a reply that was cut in another process: what was heard of it counts as said, the rest is said now. Calls that
   * had no result are made by `again`.
   */
  resume(left: readonly LeftItem[], again: (call: CallRecord) => CallRecord): void {
    for (const item of left) {
      if ('calls' in item) {
        const calls = item.calls.map((record) => (record.content === '' ? again(record) : { ...record }));
        if (calls.length > 0) this.addCalls(calls);
        continue;
      }
      const { said, rest, filler, asks = false } = item;
      const text = rest.length === 0 ? '' : `${rest.join(' ')} `;
      this.written += said.length + text.length;
      if (!filler) this.audible ||= speakable(said + text, this.options.language) !== '';
      if (text !== '') this.wrote(text);
      const segments = rest.map((piece) => this.speaker.say(piece));
      if (asks) this.statement = rest.length > 1 ? segments[0] : this.statement;
      this.stated ||= asks && rest.length < 2;
      this.items.push({ said, text, segments, filler, asks });
    }
  }

  /** The model goes on from here, after its own words: what of them it says again is left out. */
  goOn(): void {
    const said = this.items.flatMap((item) => ('text' in item && !item.filler ? wordsOf(item) : []));
    if (said.length > 0) this.repetition = new Repetition(said.join(' '));
  }

  /** Plain data: how what was written stands to the pieces that the voice was given. */
  snapshot(): ReplySnapshot['items'] {
    return this.items.map((item) => {
      if ('calls' in item) return { calls: item.calls.map((record) => ({ ...record })) };
      const { said, segments, filler, asks } = item;
      return { said, segments: [...segments], filler, ...(asks === true ? { asks } : {}) };
    });
  }

  /** Whether the last words ask something. */
  get asks(): boolean {
    if (this.statement !== undefined || this.stated) return true;
    const last = this.items.findLast((item) => 'text' in item)?.text ?? '';
    return /[?？]["'”’)]*\s*$/u.test(last);
  }

  /** Everything written, for the client. */
  get text(): string {
    return this.items
      .map((item) => ('text' in item ? item.text : ''))
      .join('')
      .trim();
  }

  /** Everything written and done. */
  whole(): ReplyItem[] {
    return this.items.map(wholeOf);
  }

  /** Words up to the last one heard; nothing that was written after it. Tool calls are kept: they happened. */
  heard(): ReplyItem[] {
    const heard = this.heardTexts();
    return this.items.map((item, n) => ('calls' in item ? item : { text: `${item.said} ${heard[n] ?? ''}`.trim() }));
  }

  /** The words heard of this reply itself, not of the one that it goes on with. */
  get heardText(): string {
    return joined(this.heardTexts());
  }

  private heardTexts(): string[] {
    let cut = false;
    return this.items.map((item) => {
      if ('calls' in item || cut) return '';
      const pieces = item.segments.map((segment) => ({
        all: this.speaker.segments[segment]?.text ?? '',
        heard: this.speaker.heard(segment),
      }));
      const end = pieces.findIndex(({ all, heard }) => heard !== all);
      cut = end >= 0 || item.text.trim() !== joined(pieces.map(({ all }) => all)).trim();
      return joined((end < 0 ? pieces : pieces.slice(0, end + 1)).map(({ heard }) => heard));
    });
  }

  private textItem(): TextItem {
    const last = this.items.at(-1);
    const fresh = this.items.length > this.shown;
    if (last !== undefined && 'text' in last && !last.filler && fresh) return last;
    const item: TextItem = { said: '', text: '', segments: [], filler: false };
    this.items.push(item);
    return item;
  }
}

const joined = (texts: readonly string[]): string => texts.filter((text) => text !== '').join(' ');

type Item = TextItem | { readonly calls: readonly CallRecord[] };

/** All words of a stretch, heard or not. */
const wordsOf = ({ said, text }: TextItem): string => `${said} ${text}`.trim();

const wholeOf = (item: Item): ReplyItem => ('text' in item ? { text: wordsOf(item) } : item);
