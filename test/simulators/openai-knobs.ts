import type { StreamKnobs } from './event-stream.js';
import type { Delay } from './schedule.js';

/** The request body of chat/completions, as far as the simulator and scripts look at it. */
export interface SimulatedChatRequest {
  readonly model: string;
  readonly messages: readonly {
    readonly role: string;
    readonly content?: unknown;
    readonly tool_calls?: readonly unknown[];
    readonly tool_call_id?: string;
  }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
  readonly max_completion_tokens?: number;
  readonly max_tokens?: number;
  readonly temperature?: number;
}

export type ChatPart =
  /** One content delta. */
  | { readonly text: string }
  /** A tool call; `pieces` (3 by default) is in how many deltas its arguments come. */
  | {
      readonly tool: {
        readonly id?: string;
        readonly name: string;
        readonly arguments: string;
        readonly pieces?: number;
      };
    }
  /** A chunk as it stands. */
  | { readonly raw: object };

/** Answers a chat request; parts are sent one chunk each. */
export type ChatScript = (request: SimulatedChatRequest) => readonly ChatPart[];

export interface HttpRefusal {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** The `error` of the body. */
  readonly error?: { readonly message?: string; readonly type?: string; readonly code?: string | null };
}

export interface ChatKnobs extends StreamKnobs {
  readonly refusal?: HttpRefusal;
  /** Takes the request and never answers. */
  readonly hang?: boolean;
  /** By default `tool_calls` when there is one, else `stop`; null leaves it out. */
  readonly finishReason?: string | null;
  /** How other servers differ: no usage, no ids, no indexes, whole tool calls in one delta, no [DONE]. */
  readonly withoutUsage?: boolean;
  readonly withoutToolIds?: boolean;
  readonly withoutToolIndexes?: boolean;
  readonly wholeToolCalls?: boolean;
  readonly withoutDone?: boolean;
  /** `content: null` in the role chunk. */
  readonly nullContent?: boolean;
  /** A comment line of SSE before every event. */
  readonly comments?: boolean;
  /** Fields of its own in every chunk. */
  readonly extraFields?: object;
  /** Answers with one JSON object, although a stream was asked for. */
  readonly ignoresStream?: boolean;
  /** Answers 307 to this address. */
  readonly redirect?: string;
  /** Answers 400 to `max_completion_tokens`, `max_tokens` or `stream_options`, as servers do that do not know the field. */
  readonly refusesField?: 'max_completion_tokens' | 'max_tokens' | 'stream_options';
}

export interface SpeechFault {
  /** How many bytes of audio come before it. */
  readonly afterBytes: number;
  readonly kind: 'end' | 'destroy' | 'stall';
  /** It waits for this too: for example until the test has heard what came before, which a reset would take with it. */
  readonly when?: Promise<void>;
}

export interface SpeechKnobs {
  readonly refusal?: HttpRefusal;
  readonly hang?: boolean;
  readonly firstAudio?: Delay;
  readonly betweenChunks?: Delay;
  /** Bytes of a chunk; odd sizes split samples. */
  readonly chunkBytes?: number;
  /** Audio for one character of text, ms. */
  readonly msPerChar?: number;
  /** No audio at all, with status 200. */
  readonly empty?: boolean;
  readonly fault?: SpeechFault;
  /** How other servers differ: another type, other bytes than raw PCM16 at 24 kHz. */
  readonly contentType?: string;
  readonly encode?: (pcm: Buffer) => Buffer;
}

export interface SimulatedSpeechRequest {
  readonly model: string;
  readonly input: string;
  readonly voice: string;
  readonly response_format?: string;
  readonly instructions?: string;
  readonly speed?: number;
}
