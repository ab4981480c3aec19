/** Who has written down what was said, in the transcript. */
export const SOURCE = 'elevenlabs';

/** Longest text that is kept, characters, as of our own calls. */
export const MAX_TEXT = 10_000;
