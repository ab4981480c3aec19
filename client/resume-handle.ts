// What a page keeps of a call to go on with it after it was loaded anew.
import type { SessionInfo } from './client-events.js';
import { VoiceClientError } from './errors.js';
import type { SessionResumeMessage } from './wire/messages.js';

/**
 * A call that another client, in a page that was loaded anew, can go on with. A value for JSON, and a secret: whoever has it
 * and a token of the same user can take the call, once. Good as long as the server waits for its client (`resumeGraceMs` of
 * `session.started`).
 */
export interface ResumeHandle {
  readonly sessionId: string;
  readonly resumeToken: string;
  /** Number of the last message that came: the server's earlier ones are told again as `history`. */
  readonly lastSeq: number;
  /** The rates of the call, which stay. */
  readonly audio: SessionInfo['audio'];
  /** How far the caller had heard the reply. */
  readonly heard?: SessionResumeMessage['heard'];
}

/** The handle as it was kept, or rejects with `resume_failed` what cannot be one. */
export function checkedHandle(kept: ResumeHandle): ResumeHandle {
  const { sessionId, resumeToken, lastSeq, audio }: Partial<ResumeHandle> = kept ?? {};
  const isWhole =
    typeof sessionId === 'string' &&
    typeof resumeToken === 'string' &&
    Number.isSafeInteger(lastSeq) &&
    typeof audio?.input?.sampleRate === 'number' &&
    typeof audio.output?.sampleRate === 'number';
  if (isWhole) return kept;
  throw new VoiceClientError('resume_failed', 'what was kept of the call is not whole: begin a new one');
}
