import type { StreamKnobs } from './event-stream.js';

/** A content block of a request, as far as the simulator and scripts look at it. */
export interface SimulatedBlock {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly name?: string;
  readonly input?: unknown;
  readonly tool_use_id?: string;
  readonly content?: unknown;
  readonly thinking?: string;
  readonly signature?: string;
}

/** The request body of `POST /v1/messages`, as far as the simulator and scripts look at it. */
export interface SimulatedMessagesRequest {
  readonly model: string;
  readonly max_tokens?: number;
  readonly system?: string;
  readonly messages: readonly { readonly role: string; readonly content: string | readonly SimulatedBlock[] }[];
  readonly tools?: readonly { readonly name: string; readonly input_schema?: { readonly type?: unknown } }[];
  readonly tool_choice?: { readonly type: string };
  readonly thinking?: { readonly type: string };
  readonly temperature?: number;
  readonly stream?: boolean;
}

export type MessagePart =
  /** One text_delta; texts in a row share a block. */
  | { readonly text: string }
  /** A thinking block of one delta. */
  | { readonly thinking: string }
  /** A tool_use block; `pieces` (3 by default) is in how many deltas its arguments come. */
  | {
      readonly tool: {
        readonly id?: string;
        readonly name: string;
        readonly arguments: string;
        readonly pieces?: number;
      };
    }
  /** An event as it stands. */
  | { readonly raw: { readonly type: string } };

/** Answers a request; every part becomes an event or more. */
export type MessageScript = (request: SimulatedMessagesRequest) => readonly MessagePart[];

export interface MessageRefusal {
  readonly status: number;
  readonly headers?: Record<string, string>;
  /** The `error` of the body. */
  readonly error?: {
    readonly type?: string;
    readonly message?: string;
    readonly details?: { readonly error_code?: string };
  };
}

export interface MessageKnobs extends StreamKnobs {
  readonly refusal?: MessageRefusal;
  /** Takes the request and never answers. */
  readonly hang?: boolean;
  /** By default `tool_use` when there is one, else `end_turn`; null leaves the whole message_delta out. */
  readonly stopReason?: string | null;
  /** The stream ends after message_delta. */
  readonly withoutStop?: boolean;
  readonly withoutUsage?: boolean;
  /** A `ping` between any two events. */
  readonly pings?: boolean;
  /** What was read from the prompt cache, tokens. */
  readonly cachedTokens?: number;
  /** The type of an error in the stream (`overloaded_error` by default). */
  readonly errorType?: string;
  /** Refuses calls of tools that come back without what was thought before them, as models do that think. */
  readonly wantsThoughts?: boolean;
  /** Events of kinds that no client knows yet. */
  readonly novelties?: boolean;
}
