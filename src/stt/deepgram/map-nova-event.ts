import type { SttEvent } from '../stt.port.js';
import { finalEvent, textOf, toMs, toPiece } from './piece.js';
import type { Piece } from './piece.js';
import type { Results, SpeechStarted, UtteranceEnd, WireWord } from './wire.schema.js';

// Nova's messages (v1/listen) to the port's events, as pure functions `(state, message) -> [state, events]`.
//
// Nova has no turns of its own: a turn here is what lies between two ends of speech. `speech_final` and `UtteranceEnd` may
// both come for one end, either may be missing, finals may repeat, and an interim may never be followed by its final. So
// the words since the last final are kept, and the audio time up to which everything is settled decides what is news.

export interface NovaState {
  /** The last interim, as long as no final has settled it. */
  readonly pending: Piece | undefined;
  /** Whether the turn has a final. */
  readonly hasFinals: boolean;
  /** Whether `speech.started` was the last word about speech. */
  readonly speaking: boolean;
  /** All audio before this is settled, s. */
  readonly settledTo: number;
  /** Where the turn's last settled word ends, ms. */
  readonly lastWordMs: number | undefined;
  /** Where the turn's first word starts, ms. */
  readonly turnFromMs: number | undefined;
  /** A `Finalize` is under way: it alone ends the turn. */
  readonly finalizing: boolean;
}

export const initialNovaState: NovaState = {
  pending: undefined,
  hasFinals: false,
  speaking: false,
  settledTo: 0,
  lastWordMs: undefined,
  turnFromMs: undefined,
  finalizing: false,
};

type Step = readonly [NovaState, readonly SttEvent[]];

/** Windows are given to the millisecond or coarser, s. */
const TOLERANCE_S = 0.01;

/** What a result is about, s; where it does not say, what its words say, and else what comes after all that is settled. */
function windowOf({ start, duration, channel }: Results, settledTo: number): { start: number; end: number } {
  const words = channel.alternatives[0]?.words ?? [];
  const from = start ?? words[0]?.start ?? settledTo;
  const to = duration === undefined ? words.at(-1)?.end : from + duration;
  return { start: from, end: to ?? Math.max(from, settledTo) + 2 * TOLERANCE_S };
}

/** What a result says that is not settled yet; `undefined` when there is nothing new. */
function news(results: Results, settledTo: number): Piece | undefined {
  const best = results.channel.alternatives[0];
  const { start, end } = windowOf(results, settledTo);
  if (best === undefined || best.transcript.trim() === '' || end <= settledTo + TOLERANCE_S) return undefined;
  const window = { startMs: toMs(start), endMs: toMs(end) };
  if (start >= settledTo - TOLERANCE_S) return toPiece(best.transcript, best.words, window, best.confidence);
  const isNew = (word: WireWord): boolean => word.start === undefined || word.start >= settledTo - TOLERANCE_S;
  const words = best.words.filter(isNew);
  return words.length === 0 ? undefined : toPiece(textOf(words), words, window, best.confidence);
}

function speechStarted(state: NovaState, audioMs: number): Step {
  return state.speaking ? [state, []] : [{ ...state, speaking: true }, [{ type: 'speech.started', audioMs }]];
}

function speechStopped(state: NovaState, audioMs: number): Step {
  return state.speaking ? [{ ...state, speaking: false }, [{ type: 'speech.stopped', audioMs }]] : [state, []];
}

function settle(state: NovaState, piece: Piece | undefined): Step {
  if (piece === undefined) return [state, []];
  const settled: NovaState = {
    ...state,
    pending: undefined,
    hasFinals: true,
    settledTo: Math.max(state.settledTo, piece.endMs / 1000),
    lastWordMs: piece.endMs,
    turnFromMs: state.turnFromMs ?? piece.startMs,
  };
  return [settled, [finalEvent(piece)]];
}

/** The caller has stopped; the turn ends if it has words (or was asked to end). */
function endTurn(state: NovaState, fallbackMs: number): Step {
  const [quiet, stopped] = speechStopped(state, state.lastWordMs ?? fallbackMs);
  const over: NovaState = {
    ...quiet,
    hasFinals: false,
    lastWordMs: undefined,
    turnFromMs: undefined,
    finalizing: false,
  };
  return [over, state.hasFinals || state.finalizing ? [...stopped, { type: 'turn.ended' }] : stopped];
}

/** Runs steps one after another and collects their events. */
function inTurn(state: NovaState, ...steps: ((state: NovaState) => Step)[]): Step {
  const events: SttEvent[] = [];
  let at = state;
  for (const step of steps) {
    const [next, more] = step(at);
    at = next;
    events.push(...more);
  }
  return [at, events];
}

function mapInterim(state: NovaState, piece: Piece | undefined): Step {
  if (piece === undefined) return [state, []];
  return inTurn(
    state,
    (at) => speechStarted(at, piece.startMs),
    (at) => [
      { ...at, pending: piece, turnFromMs: at.turnFromMs ?? piece.startMs },
      piece.text === at.pending?.text ? [] : [{ type: 'transcript.partial', text: piece.text }],
    ],
  );
}

export function mapResults(state: NovaState, results: Results): Step {
  const piece = news(results, state.settledTo);
  if (!results.is_final) return mapInterim(state, piece);
  const { end } = windowOf(results, state.settledTo);
  const isStale = end <= state.settledTo + TOLERANCE_S;
  const isFlushed = state.finalizing && results.from_finalize;
  // A final without words over an interim that had some: the words were heard, and no later final brings them.
  const settled = piece ?? (isStale && !isFlushed ? undefined : state.pending);
  const hasGoneOn = isStale && state.pending !== undefined;
  const ends = state.finalizing ? results.from_finalize : (results.speech_final || results.from_finalize) && !hasGoneOn;
  return inTurn(
    state,
    (at) => (settled === undefined ? [at, []] : speechStarted(at, settled.startMs)),
    (at) => settle(at, settled),
    (at) => [{ ...at, settledTo: Math.max(at.settledTo, end) }, []],
    (at) => {
      if (ends) return endTurn(at, toMs(end));
      return at.hasFinals || at.pending !== undefined ? [at, []] : speechStopped(at, toMs(end));
    },
  );
}

export function mapSpeechStarted(state: NovaState, message: SpeechStarted): Step {
  return speechStarted(state, toMs(message.timestamp ?? state.settledTo));
}

export function mapUtteranceEnd(state: NovaState, message: UtteranceEnd): Step {
  if (state.finalizing) return [state, []];
  const lastWordEnd = message.last_word_end ?? -1;
  const lastWordMs = toMs(lastWordEnd);
  const isAboutTheLastTurn = state.turnFromMs !== undefined && lastWordMs < state.turnFromMs;
  const hasGoneOn = state.pending !== undefined && state.pending.startMs > lastWordMs;
  if (lastWordEnd >= 0 && (isAboutTheLastTurn || hasGoneOn)) return [state, []];
  return endNow(state, lastWordMs);
}

/** Settles what is pending and ends the turn: the answer to a `Finalize` that Deepgram owes us. */
export function endNow(state: NovaState, audioMs: number): Step {
  return inTurn(
    state,
    (at) => settle(at, at.pending),
    (at) => endTurn(at, audioMs),
  );
}

/** The stream has ended well: words that only an interim brought are settled; a turn ends only if that was asked for. */
export function mapClose(state: NovaState, audioMs: number): Step {
  return state.finalizing ? endNow(state, audioMs) : settle(state, state.pending);
}
