// Records of calls as `GET /v1/calls` gives them (docs/records.md): what the page reads of them.

export interface CallSummary {
  readonly callSid: string;
  readonly user: string | null;
  readonly direction: 'inbound' | 'outbound';
  readonly channel: 'web' | 'phone';
  readonly agent: string;
  readonly status: string;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endReason: string | null;
  readonly durationMs: number | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Names of providers, and of the voice where one was named. */
  readonly providers: Readonly<Partial<Record<'stt' | 'llm' | 'tts' | 'voice', string>>> | null;
  readonly cost: Readonly<Record<string, number>> | null;
}

export interface Entry {
  readonly id: string;
  readonly speaker: 'user' | 'agent' | 'person';
  readonly text: string;
  readonly heardText: string | null;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

export interface RecordedTool {
  readonly toolCallId: string;
  readonly name: string;
  readonly arguments: unknown;
  readonly ok: boolean | null;
  readonly code: string | null;
  readonly message: string | null;
  readonly startedAt: string;
  readonly durationMs: number | null;
}

export interface RecordedCall extends CallSummary {
  readonly transcript: readonly Entry[];
  readonly tools: readonly RecordedTool[];
  readonly events: readonly {
    readonly id: string;
    readonly at: string;
    readonly kind: string;
    readonly data: unknown;
  }[];
  readonly summary: { readonly status: string; readonly text: string | null; readonly outcome: unknown } | null;
}

export interface Page {
  readonly calls: readonly CallSummary[];
  readonly next: string | null;
}

/** ms since the talk began; 0 for what was said before. */
export const sinceStart = ({ answeredAt, startedAt }: CallSummary, at: string): number =>
  Math.max(0, Date.parse(at) - Date.parse(answeredAt ?? startedAt));

/** A call that goes on changes, and for some moments after its end so does what is made of it: its recording. */
export function isSettled({ status, events }: RecordedCall): boolean {
  const has = (...kinds: readonly string[]): boolean => events.some(({ kind }) => kinds.includes(kind));
  if (LIVE.has(status)) return false;
  return !has('recording.started') || has('recording.ready', 'recording.failed');
}

const LIVE: ReadonlySet<string> = new Set(['created', 'dialing', 'ringing', 'in_progress']);
