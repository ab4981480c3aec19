import type { HttpRefusal } from './openai-knobs.js';
import type { Delay } from './schedule.js';

/** What happens to an answer after so many bytes of its body. */
export interface TranscriptionFault {
  readonly afterBytes: number;
  readonly kind:
    | 'end' // the body ends, cleanly, in the middle of the JSON
    | 'destroy' // the TCP connection is reset
    | 'stall'; // nothing comes any more
}

/** How one request is answered. Everything is optional; without any, it hears speech by loudness. */
export interface TranscriptionKnobs {
  /** The TCP connection is reset before any byte of an answer. */
  readonly reset?: boolean;
  /** Takes the request and never answers. */
  readonly hang?: boolean;
  readonly refusal?: HttpRefusal;
  /** From the request to its answer. */
  readonly delay?: Delay;
  readonly fault?: TranscriptionFault;
  /** Instead of a transcription, with status 200. */
  readonly body?:
    | 'garbage' // HTML of a proxy
    | 'malformed' // JSON of another shape
    | 'binary' // bytes that are no text
    | 'error' // an error object, as whisper.cpp's older versions send
    | 'empty'; // nothing at all
  /** The transcription as it stands. */
  readonly answer?: object;
}

/** What a request has asked for, for tests. */
export interface TranscriptionRequestLog {
  readonly path: string;
  readonly authorization: string | undefined;
  /** All fields but the file; several values of one name are joined by commas. */
  readonly fields: Readonly<Record<string, string>>;
  /** Hz. */
  readonly sampleRate: number;
  readonly audioMs: number;
  /** Whether there was a Content-Length: some servers take no chunked bodies. */
  readonly sized: boolean;
}
