// What a reply has written and done, and how much of it the caller has heard.
import type { ChatMessage } from '../../llm/llm.port.js';
import type { Question } from '../confirmation.js';
import { type CallRecord, type ReplyItem, replyMessages } from '../context.js';
import type { Lexicon } from '../lexicon/lexicon.js';
import type { Mouth } from '../mouth.js';
import { defaultChunkerOptions, SentenceChunker } from '../sentence-chunker.js';

/** Text of the reply and the pieces of it that were given to the voice. */
interface TextItem {
  text: string;
  /** Said to bridge a wait: the caller hears it, the model need not know in the same reply. */
  readonly filler: boolean;
  readonly segments: number[];
}

export class Transcript {
  private readonly items: (TextItem | { readonly calls: readonly CallRecord[] })[] = [];
  private readonly chunker: SentenceChunker;
  private written = 0;
  /** How many of the items the model has been shown. */
  private shown = 0;
  /** Segment of what would be done, when the reply asks for a yes. */
  private statement: number | undefined;

  /** `wrote` hears of every piece of text as it is written. */
  constructor(
    private readonly speaker: Pick<Mouth, 'say' | 'heard' | 'segments'>,
    private readonly wrote: (delta: string) => void,
    lexicon: Lexicon,
  ) {
    this.chunker = new SentenceChunker(defaultChunkerOptions, lexicon.pieces);
  }

  /** Characters written so far, fillers aside. */
  get chars(): number {
    return this.written;
  }

  write(delta: string): void {
    if (delta === '') return;
    this.written += delta.length;
    this.wrote(delta);
    const item = this.textItem();
    item.text += delta;
    for (const piece of this.chunker.add(delta)) item.segments.push(this.speaker.say(piece));
  }

  /** Says something while the caller waits for tools. */
  bridge(phrase: string): void {
    const item: TextItem = { text: `${phrase} `, segments: [], filler: true };
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
    this.items.push({ text, segments: [this.statement, this.speaker.say(ask)], filler: false });
  }

  /** Whether the caller has heard all of what would be done. */
  get statementHeard(): boolean {
    if (this.statement === undefined) return false;
    return this.speaker.heard(this.statement) === this.speaker.segments[this.statement]?.text;
  }

  /** A round of tool calls; their results, and further calls of the round, are filled in as they come. */
  addCalls(calls: readonly CallRecord[]): void {
    this.items.push({ calls });
  }

  /** Speaks what the chunker still holds: the text before a round of tools, or the end. */
  flush(): void {
    const item = this.items.findLast((candidate): candidate is TextItem => 'text' in candidate && !candidate.filler);
    for (const piece of this.chunker.flush()) {
      const segment = this.speaker.say(piece);
      item?.segments.push(segment);
    }
  }

  /** What was added since the last round, as the model should see it. */
  newMessages(): ChatMessage[] {
    const fresh = this.items.slice(this.shown);
    this.shown = this.items.length;
    return replyMessages(
      fresh.filter((item) => !('filler' in item && item.filler)),
      false,
    );
  }

  /** Whether the last words ask something. */
  get asks(): boolean {
    if (this.statement !== undefined) return true;
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
    return this.items.map((item) => ('text' in item ? { text: item.text.trim() } : item));
  }

  /** Words up to the last one heard; nothing that was written after it. Tool calls are kept: they happened. */
  heard(): ReplyItem[] {
    let cut = false;
    return this.items.map((item) => {
      if ('calls' in item) return item;
      if (cut) return { text: '' };
      const pieces = item.segments.map((segment) => ({
        all: this.speaker.segments[segment]?.text ?? '',
        heard: this.speaker.heard(segment),
      }));
      const end = pieces.findIndex(({ all, heard }) => heard !== all);
      const spoken = pieces
        .map(({ all }) => all)
        .join(' ')
        .trim();
      cut = end >= 0 || item.text.trim() !== spoken;
      const heard = end < 0 ? pieces : pieces.slice(0, end + 1);
      return {
        text: heard
          .map((piece) => piece.heard)
          .filter((text) => text !== '')
          .join(' '),
      };
    });
  }

  private textItem(): TextItem {
    const last = this.items.at(-1);
    if (last !== undefined && 'text' in last && !last.filler) return last;
    const item: TextItem = { text: '', segments: [], filler: false };
    this.items.push(item);
    return item;
  }
}
