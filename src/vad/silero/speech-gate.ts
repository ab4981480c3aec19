// Turns probabilities of speech, one a frame, into starts and stops: two thresholds, a least duration, a hangover. Pure.
// The thread runs it from the source under Jest: so only TypeScript that can be erased, and no imports.

export interface SpeechGateOptions {
  /** Probability from which a frame is speech, 0 to 1. */
  readonly onset: number;
  /** Speech goes on until the probability is below this, 0 to 1; not above `onset`. */
  readonly offset: number;
  /** So much of a sound must be speech to count, ms, in whole frames. Also how late `speech.started` comes. */
  readonly minSpeechMs: number;
  /** Speech is over when there has been none for this long, ms, in whole frames. */
  readonly hangoverMs: number;
}

export const defaultSpeechGate: SpeechGateOptions = {
  onset: 0.5,
  offset: 0.35,
  minSpeechMs: 32,
  hangoverMs: 300,
};

/** Frames before the first one above `onset` that may belong to the speech: words begin softly. */
const LOOK_BACK_FRAMES = 2;

export type GateEvent =
  | { readonly type: 'speech.started'; readonly frame: number }
  | { readonly type: 'speech.stopped'; readonly frame: number };

export class SpeechGate {
  private readonly options: SpeechGateOptions;
  private readonly minFrames: number;
  private readonly hangoverFrames: number;
  private frame = 0;
  private speaking = false;
  /** First frame of the present run above `offset`; -1 outside of one. */
  private begin = -1;
  /** Frames of that run above `onset`. */
  private sure = 0;
  /** Behind the last frame above `offset`. */
  private end = 0;

  /** @param frameMs length of a frame, ms */
  constructor(options: SpeechGateOptions, frameMs: number) {
    this.options = options;
    this.minFrames = Math.max(1, Math.round(options.minSpeechMs / frameMs));
    this.hangoverFrames = Math.max(1, Math.round(options.hangoverMs / frameMs));
  }

  /** Takes the next frame's probability. A start names the frame in which speech began, a stop the one behind its last. */
  step(probability: number): GateEvent | undefined {
    const frame = this.frame++;
    const { onset, offset } = this.options;
    if (this.speaking) return this.wait(frame, probability >= offset);
    if (probability < offset) {
      this.begin = -1;
      this.sure = 0;
      return undefined;
    }
    if (this.begin < 0) this.begin = frame;
    if (probability < onset) return undefined;
    if (this.sure === 0) this.begin = Math.max(this.begin, frame - LOOK_BACK_FRAMES);
    this.sure += 1;
    if (this.sure < this.minFrames) return undefined;
    this.speaking = true;
    this.end = frame + 1;
    return { type: 'speech.started', frame: this.begin };
  }

  private wait(frame: number, speech: boolean): GateEvent | undefined {
    if (speech) this.end = frame + 1;
    if (frame + 1 - this.end < this.hangoverFrames) return undefined;
    this.speaking = false;
    this.begin = -1;
    this.sure = 0;
    return { type: 'speech.stopped', frame: this.end };
  }
}
