import { MAX_TURN_CHARS } from '../../bounds/texts.port.js';
import type { SttEvent } from '../stt.port.js';

/** Everything that is not the end of a stream. */
export type SpeechEvent = Exclude<SttEvent, { readonly type: 'closed' | 'failed' }>;

/** Of the settled words only what `turn.eager` may tell is remembered. */
const joined = (a: string, b: string): string => (a === '' ? b : `${a} ${b}`).slice(-MAX_TURN_CHARS);

/** The event on the call's clock instead of its stream's, which began `offsetMs` later. */
function shifted(event: SpeechEvent, offsetMs: number): SpeechEvent {
  if (offsetMs === 0 || !('audioMs' in event)) return event;
  const audioMs = event.audioMs + offsetMs;
  if (event.type !== 'transcript.final') return { ...event, audioMs };
  const words = event.words.map((word) =>
    Object.assign({}, word, { startMs: word.startMs + offsetMs, endMs: word.endMs + offsetMs }),
  );
  return { ...event, words, audioMs };
}

/**
 * Makes the events of several recognition streams, one after another, read as those of one stream: one clock, one state of
 * speech, whole turns.
 *
 * A chain that does not end turns on its own (because not everyone in it does) tells nothing of turns that it was not asked
 * for: its caller decides by silence, and must not be told half of the time by someone else.
 */
export class EventStitcher {
  private speaking = false;
  private eager = false;
  /** The turn has final words, and no end yet. */
  private open = false;
  /** The turn's words from streams that are gone, and from the current one. */
  private carried = '';
  private own = '';
  /** Speech began in a stream that is gone; the current one has still to notice. */
  private inherited = false;

  constructor(private readonly endpointing: boolean) {}

  /** Something was begun that the next stream has to end: a turn with words, or speech. */
  get unfinished(): boolean {
    return this.speaking || (this.endpointing && this.open);
  }

  /**
   * The event as the chain tells it; undefined when it does not.
   *
   * @param offsetMs where the stream's clock begins on the chain's
   * @param asked whether an end of turn was asked for (`finalize`)
   */
  translate(event: SpeechEvent, offsetMs: number, asked: boolean): SpeechEvent | undefined {
    switch (event.type) {
      case 'speech.started':
      case 'speech.stopped': {
        const known = this.inherited && event.type === 'speech.started';
        this.inherited = false;
        this.speaking = event.type === 'speech.started';
        return known ? undefined : shifted(event, offsetMs);
      }
      case 'transcript.final':
        this.open = true;
        if (this.endpointing) this.own = joined(this.own, event.text);
        return shifted(event, offsetMs);
      case 'turn.eager':
        this.eager = this.endpointing;
        if (!this.endpointing) return undefined;
        return this.carried === '' ? event : { ...event, text: joined(this.carried, event.text) };
      case 'turn.resumed': {
        const { eager } = this;
        this.eager = false;
        return eager ? event : undefined;
      }
      case 'turn.ended':
        this.turnOver();
        return this.endpointing || asked ? event : undefined;
      case 'transcript.partial':
      default:
        return event;
    }
  }

  /** The current stream is gone. A turn that seemed over is open again: the next stream decides anew. */
  cut(): SpeechEvent[] {
    this.carried = this.own === '' ? this.carried : joined(this.carried, this.own);
    this.own = '';
    this.inherited = this.speaking;
    const { eager } = this;
    this.eager = false;
    return eager ? [{ type: 'turn.resumed' }] : [];
  }

  /** What was begun ends here, because the stream that would have said so is gone. */
  finish(audioMs: number): SpeechEvent[] {
    const events: SpeechEvent[] = [];
    if (this.speaking) events.push({ type: 'speech.stopped', audioMs });
    if (this.endpointing && this.open) events.push({ type: 'turn.ended' });
    this.turnOver();
    return events;
  }

  private turnOver(): void {
    this.open = false;
    this.eager = false;
    this.speaking = false;
    this.inherited = false;
    this.carried = '';
    this.own = '';
  }
}
