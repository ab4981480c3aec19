/** One response's part of everything that was written to the speaker, in samples since the speaker was made. */
export interface Segment {
  readonly responseId: string;
  begin: number;
  end: number;
  /** Samples that will come again although they are written already: the session was resumed before them. */
  known: number;
  /** The client speaks it by itself: it has no audio, and another player knows how far it is. */
  spoken: boolean;
  /** The session was resumed in the middle of it. */
  resent: boolean;
  /** Samples of all of it, when they were told before the audio came again. */
  total: number;
  /** response.audio_done has come: `end` is final. */
  complete: boolean;
  reportedMs: number;
}

/** A response of which nothing was written yet; `at` is where in the samples it begins. */
export function newSegment(responseId: string, at: number): Segment {
  return {
    responseId,
    begin: at,
    end: at,
    known: 0,
    spoken: false,
    resent: false,
    total: Infinity,
    complete: false,
    reportedMs: 0,
  };
}
