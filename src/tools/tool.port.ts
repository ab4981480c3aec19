// Tools: what the agent can do besides talking. Here are the shapes that the conversation and the tools agree on.
import type { Caller } from '../identity/caller.port.js';
import type { ToolCall, ToolSpec } from '../llm/llm.port.js';
import type { Word } from '../stt/stt.port.js';

export interface ToolContext {
  readonly caller: Caller;
  readonly sessionId: string;
  readonly signal: AbortSignal;
  /** What the caller has said of late, word by word, oldest first; nothing of what was typed. */
  readonly heard?: readonly Word[];
  /** Runs the tools of the client; absent where there is none that could. */
  readonly client?: ClientSide;
  /** What a `write` runs by; without it none runs. */
  readonly consent?: Consent;
}

/** What a client answers to `tool.call`; `message` says why it could not. */
export interface ClientAnswer {
  readonly ok: boolean;
  readonly data?: unknown;
  readonly message?: string | undefined;
}

/** What a tool tells the page beside its outcome, which is the model's: only the page understands it. See `customMessage`. */
export interface CustomMessage {
  readonly name: string;
  /** JSON's values. */
  readonly data: unknown;
}

/** The client at the other end of the call, as far as tools have to do with it. */
export interface ClientSide {
  /** Settles when it has answered, or the signal aborts; `timeoutMs` is what it is told. Never rejects. */
  call(
    name: string,
    args: Readonly<Record<string, unknown>>,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<ToolOutcome>;
  /** Tells the page something now; where there is none, on the telephone, nobody hears of it. */
  tell(message: CustomMessage): void;
}

/** A tool that the client runs, as an agent's file declares it. */
export interface ClientToolSpec extends ToolSpec {
  readonly effect: ToolEffect;
  readonly timeoutMs: number;
}

/** What an agent's file says of its tools beside their names. */
export interface AgentTools {
  /**
   * What may be left in the server's own store: `effects`, that something was caused and how it went, without what came of
   * it; `nothing`: tools that keep something there are not there either. Everything when absent.
   */
  readonly keeps?: 'everything' | 'effects' | 'nothing';
  /** Taken as reading, where whoever runs them says so too. */
  readonly reads: readonly string[];
  readonly clientTools: readonly ClientToolSpec[];
}

/** The caller's yes to one call, exactly as it was asked about. */
export interface Consent {
  /** Counts the questions that the caller has heard in this call, from 1. */
  readonly number: number;
  /** Called once, right before the side effect begins; false when the yes has been taken back. */
  begin(): boolean;
}

/** What a write would do, and the question that follows it: "I will send ... to ... ." and "Shall I send it?" */
export interface ReadBack {
  /** With every number, address and amount that matters: a yes counts only when all of it was heard. */
  readonly statement: string;
  readonly ask: string;
}

/** Something a tool made for the caller to open, for example a chart. */
export interface Artifact {
  readonly kind: 'chart' | 'email' | 'file';
  readonly title: string;
  /** Path on this server that the owner may read, and for a while whoever has its query: never for a log or a model. */
  readonly url?: string;
  /** MIME type. */
  readonly mediaType: string;
  /** What a picture shows, for those who cannot see it. */
  readonly alt?: string;
}

/** Where something that a tool tells was found. */
export interface Source {
  readonly title: string;
  /** As it is named in a sentence: "our refund policy, updated in May". */
  readonly spoken?: string;
  /** Headings above the passage, outermost first, with ` > ` between them. */
  readonly heading?: string;
  /** Day of the last change, YYYY-MM-DD. */
  readonly updated?: string;
  /** http or https; without one it has no page of its own. */
  readonly url?: string;
}

export type ToolErrorCode =
  | 'invalid_arguments'
  | 'unknown_tool'
  | 'not_found'
  | 'forbidden'
  | 'unavailable'
  | 'timeout'
  | 'cancelled'
  | 'confirmation_required'
  /** The caller said no. */
  | 'declined'
  /** The caller is being asked about something else first. */
  | 'postponed'
  | 'failed';

/** Rows for the client to show, beside what is said of them. */
export interface ResultTable {
  readonly title: string;
  readonly columns: readonly {
    readonly name: string;
    readonly kind: 'text' | 'date' | 'number' | 'money';
    /** Of money, as the records have it: ISO 4217 where whoever entered it kept to that. */
    readonly currency?: string;
  }[];
  /** One value a column: dates as YYYY-MM-DD, amounts as numbers. */
  readonly rows: readonly (readonly (string | number | null)[])[];
  /** How many rows there are, listed or not. */
  readonly total: number;
}

/** `message` is a sentence that can be spoken to the caller as it stands, and says what to do next. */
export type ToolOutcome =
  | {
      readonly ok: true;
      readonly data: unknown;
      readonly artifacts?: readonly Artifact[];
      /** For the client to show; the model is not told. */
      readonly table?: ResultTable;
      /** For the client to show. */
      readonly sources?: readonly Source[];
      /** The data holds texts by strangers: the model is told so right beside them. */
      readonly untrusted?: boolean;
    }
  | {
      readonly ok: false;
      readonly code: ToolErrorCode;
      readonly message: string;
      /** For the model alone: what it did wrong, or what happens next. */
      readonly note?: string;
    };

export type ToolFailure = Extract<ToolOutcome, { readonly ok: false }>;

/**
 * `read` may run early, in parallel, and is aborted on barge-in. `write` runs only after the caller has heard what it would
 * do and has agreed, is not aborted once it has begun, and its result is kept.
 */
export type ToolEffect = 'read' | 'write';

export interface ToolRunner {
  /** The tools of these names, for the model. */
  specs(allowed: readonly string[]): readonly ToolSpec[];
  /** `read` for a name that does not exist (running it only reports that). */
  effect(name: string): ToolEffect;
  /** The caller is on hold while it runs, so that its reply waits for it as long as it takes; no when absent. */
  holdsCaller?(name: string): boolean;
  /**
   * What a write tool would do and how the caller is asked for it, or the outcome that makes asking pointless (bad
   * arguments, unknown client). Reads only; may be aborted; never throws.
   */
  readBack(call: ToolCall, context: ToolContext): Promise<ReadBack | ToolOutcome>;
  /** The same tools as an agent has them, with its own. */
  forAgent?(agent: AgentTools): ToolRunner;
  /** Validates, runs with the tool's timeout, and never throws: whatever goes wrong is an outcome. */
  run(call: ToolCall, context: ToolContext): Promise<ToolOutcome>;
}
