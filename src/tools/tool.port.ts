// Tools: what the agent can do besides talking. Here are the shapes that the conversation and the tools agree on.
import type { ToolCall, ToolSpec } from '../llm/llm.port.js';
import type { Word } from '../stt/stt.port.js';

/** On whose behalf a tool runs. Row-level security is decided by these claims. */
export interface Caller {
  readonly userId: string;
  /** Claims of the verified token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The verified token itself, for services that check it again (Supabase). Never logged. */
  readonly accessToken: string;
}

export interface ToolContext {
  readonly caller: Caller;
  readonly sessionId: string;
  readonly signal: AbortSignal;
  /** What the caller has said of late, word by word, oldest first; nothing of what was typed. */
  readonly heard?: readonly Word[];
}

/** Something a tool made for the caller to open, for example a chart. */
export interface Artifact {
  readonly kind: 'chart' | 'email' | 'file';
  readonly title: string;
  /** Path on this server that only the owner may read, for example `/v1/artifacts/<id>.svg`. */
  readonly url?: string;
  /** MIME type. */
  readonly mediaType: string;
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
  | 'declined'
  | 'failed';

/** `message` is a sentence that can be spoken to the caller as it stands, and says what to do next. */
export type ToolOutcome =
  | { readonly ok: true; readonly data: unknown; readonly artifacts?: readonly Artifact[] }
  | { readonly ok: false; readonly code: ToolErrorCode; readonly message: string };

/**
 * `read` may run early, in parallel, and is aborted on barge-in. `write` runs only after the caller has agreed, is not
 * aborted once it has begun, and its result is kept.
 */
export type ToolEffect = 'read' | 'write';

export interface ToolRunner {
  /** The tools of these names, for the model. */
  specs(allowed: readonly string[]): readonly ToolSpec[];
  /** `read` for a name that does not exist (running it only reports that). */
  effect(name: string): ToolEffect;
  /**
   * What a write tool would do, as a question for the caller ("I will send ... to ... . Shall I?"), or the outcome that
   * makes asking pointless (bad arguments, unknown client).
   */
  readBack(call: ToolCall, context: ToolContext): Promise<{ question: string } | ToolOutcome>;
  /** Validates, runs with the tool's timeout, and never throws: whatever goes wrong is an outcome. */
  run(call: ToolCall, context: ToolContext): Promise<ToolOutcome>;
}
