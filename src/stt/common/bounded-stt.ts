import { MAX_TURN_CHARS } from '../../bounds/texts.port.js';
import { protocolError } from '../../provider/failure.js';
import type { Managed } from '../../provider/provider-registry.js';
import type { SpeechToText, SttEvent, SttListener, SttOptions, SttStream } from '../stt.port.js';

/**
 * A recogniser that never tells more than a turn can hold. One that does is at fault: its stream fails, so that the chain
 * goes on with another, and none of it gets to the caller's screen or to the model. The streams are the recogniser's own:
 * a piece of audio costs what it did.
 */
export class BoundedStt implements SpeechToText, Managed {
  readonly name: string;
  readonly endpointing: boolean;
  readonly takesTranscripts: boolean;
  readonly model: string | undefined;
  readonly tellsUsage: boolean;
  /** Absent where the recogniser has none of its own: then it is asked as a call would. */
  readonly check?: (signal: AbortSignal) => Promise<void>;

  constructor(private readonly stt: SpeechToText & Managed) {
    this.name = stt.name;
    this.endpointing = stt.endpointing;
    this.takesTranscripts = stt.takesTranscripts === true;
    this.model = stt.model;
    this.tellsUsage = stt.tellsUsage === true;
    if (stt.check !== undefined) this.check = async (signal) => stt.check?.(signal);
  }

  async warmUp(): Promise<void> {
    await this.stt.warmUp?.();
  }

  async close(): Promise<void> {
    await this.stt.close?.();
  }

  open(options: SttOptions, listener: SttListener): SttStream {
    const stream = this.stt.open(options, (event) => {
      const chars = charsOf(event);
      if (chars <= MAX_TURN_CHARS) return listener(event);
      stream.abort();
      listener({ type: 'failed', error: protocolError(this.name, `a transcript of ${chars} characters`) });
    });
    return stream;
  }
}

/** Characters of a transcript: of its text, or of its words with their blanks where these come to more. */
function charsOf(event: SttEvent): number {
  if (!('text' in event)) return 0;
  if (event.type !== 'transcript.final') return event.text.length;
  const words = event.words.reduce((sum, { text }) => sum + text.length + 1, -1);
  return Math.max(event.text.length, words);
}
