// How a call stands, and what it may become. The same table is in the database (`call_may_become`), which refuses
// everything else, whoever writes.

/** Nothing has happened outside yet; the callee is being dialled; his telephone rings; people talk. */
export const OPEN_STATUSES = ['created', 'dialing', 'ringing', 'in_progress'] as const;

/**
 * `refused`: a rule of ours said no; `canceled`: given up by who had asked for it, before the talk; `abandoned`: its process
 * is gone, and nobody heard how it ended.
 */
export const END_STATUSES = ['completed', 'failed', 'refused', 'busy', 'no_answer', 'canceled', 'abandoned'] as const;

export const CALL_STATUSES = [...OPEN_STATUSES, ...END_STATUSES] as const;
export type CallStatus = (typeof CALL_STATUSES)[number];
export type EndStatus = (typeof END_STATUSES)[number];

/** `abandoned` is said by somebody who was not there: whoever was knows better, whenever that is heard. */
export const CALL_TRANSITIONS: Readonly<Record<CallStatus, readonly CallStatus[]>> = {
  created: ['dialing', 'ringing', 'in_progress', 'failed', 'refused', 'canceled', 'abandoned'],
  dialing: ['ringing', 'in_progress', 'completed', 'failed', 'busy', 'no_answer', 'canceled', 'abandoned'],
  ringing: ['in_progress', 'completed', 'failed', 'busy', 'no_answer', 'canceled', 'abandoned'],
  in_progress: ['completed', 'failed', 'abandoned'],
  abandoned: ['completed', 'failed', 'busy', 'no_answer', 'canceled'],
  completed: [],
  failed: [],
  refused: [],
  busy: [],
  no_answer: [],
  canceled: [],
};

export const mayBecome = (from: CallStatus, to: CallStatus): boolean => CALL_TRANSITIONS[from].includes(to);

const ends: ReadonlySet<CallStatus> = new Set(END_STATUSES);

export const isEnd = (status: CallStatus): status is EndStatus => ends.has(status);
