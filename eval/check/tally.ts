// The numbers of a call: answers heard, answers missed, answers too many, cut-offs, and how long answers took.
import type { CallLog } from '../call/call-log.js';

export interface Tally {
  /** Answers that the caller should have heard. */
  readonly turns: number;
  /** Answers that the caller heard something of. */
  readonly answers: number;
  readonly missedTurns: number;
  readonly doubleAnswers: number;
  /** Turns ended while the caller was still speaking, and replies stopped by what was not meant to stop them. */
  readonly falseCutOffs: number;
  /** End of speech to first audio at the caller, ms, of spoken turns. */
  readonly responseMs: readonly number[];
}

export function tallyOf(log: CallLog, wanted: { readonly turns: number; readonly interruptions: number }): Tally {
  const { turns, interruptions } = wanted;
  const begun = log.of('response.started').filter(({ turnId }) => turnId !== undefined);
  const audio = log.of('response.audio');
  const heard = begun.filter(({ responseId }) => audio.some((event) => event.responseId === responseId));
  const ended = log.of('turn.ended');
  const stopped = log
    .of('response.interrupted')
    .filter(({ responseId }) => audio.some((event) => event.responseId === responseId));
  const responseMs = heard.flatMap(({ responseId, turnId }) => {
    const turn = ended.find((event) => event.turnId === turnId);
    const first = audio.find((event) => event.responseId === responseId);
    const said =
      turn &&
      log.events.findLast(
        ({ type, atMs }) => (type === 'caller.stopped' || type === 'caller.types') && atMs <= turn.atMs,
      );
    return said?.type === 'caller.stopped' && first !== undefined ? [first.atMs - said.atMs] : [];
  });
  return {
    turns,
    answers: heard.length,
    missedTurns: Math.max(0, turns - heard.length),
    doubleAnswers: Math.max(0, heard.length - turns),
    falseCutOffs:
      Math.max(0, stopped.length - interruptions) + ended.filter(({ atMs }) => isSpeakingAt(log, atMs)).length,
    responseMs,
  };
}

/** Whether the caller was in the middle of something that was said. */
function isSpeakingAt(log: CallLog, atMs: number): boolean {
  const starts = log.of('caller.speaks');
  const stops = log.of('caller.stopped');
  return starts.some((start, n) => start.atMs < atMs && atMs < (stops[n]?.atMs ?? Number.POSITIVE_INFINITY));
}
