import type { SttEvent } from '../stt.port.js';
import { finalEvent, textOf, toMs, toPiece } from './piece.js';
import type { Piece } from './piece.js';
import type { TurnInfo, WireWord } from './wire.schema.js';

// Flux' messages (v2/listen) to the port's events, as pure functions `(state, message) -> [state, events]`.
//
// Flux keeps the turns itself: every TurnInfo repeats the whole turn so far. What we add: it has no Finalize, so a turn
// that push-to-talk ends is ended here, and the rest of Flux' own turn counts from the words that are already settled.
// Silence that we put into the stream to make Flux finish is taken out of its times again.

export interface FluxState {
  readonly turnIndex: number;
  /** Words of Flux' current turn that belong to a turn we have already ended. */
  readonly wordsDone: number;
  /** Words of Flux' current turn so far, those included. */
  readonly wordsHeard: number;
  /** The turn so far, beyond those that are done. */
  readonly pending: Piece | undefined;
  readonly speaking: boolean;
  /** `turn.eager` stands: neither resumed nor ended. */
  readonly eager: boolean;
  /** Flux' time that a report must reach before push-to-talk ends the turn, ms; `undefined` when nothing waits. */
  readonly endAtMs: number | undefined;
  /** Silence that we inserted: where (Flux' time) and how long, ms. */
  readonly inserted: readonly { readonly atMs: number; readonly ms: number }[];
}

export const initialFluxState: FluxState = {
  turnIndex: -1,
  wordsDone: 0,
  wordsHeard: 0,
  pending: undefined,
  speaking: false,
  eager: false,
  endAtMs: undefined,
  inserted: [],
};

type Step = readonly [FluxState, readonly SttEvent[]];

/** Flux' time to the time of the audio that was pushed, ms. */
export function toStreamMs(state: FluxState, fluxMs: number): number {
  let ms = fluxMs;
  for (const silence of state.inserted) {
    if (fluxMs > silence.atMs) ms -= Math.min(silence.ms, fluxMs - silence.atMs);
  }
  return Math.max(0, ms);
}

function retime(state: FluxState, words: readonly WireWord[]): readonly WireWord[] {
  if (state.inserted.length === 0) return words;
  const shift = (seconds: number) => toStreamMs(state, toMs(seconds)) / 1000;
  return words.map((word) =>
    Object.assign(
      {},
      word,
      word.start === undefined ? {} : { start: shift(word.start) },
      word.end === undefined ? {} : { end: shift(word.end) },
    ),
  );
}

/** Flux' words; a message that has a transcript only is taken apart at its blanks. */
function wordsOf(info: TurnInfo): readonly WireWord[] {
  if (info.words.length > 0 || info.transcript.trim() === '') return info.words;
  return info.transcript
    .trim()
    .split(/\s+/)
    .map((word) => ({ word }));
}

/** Where the audio stands that a message is about, s; where it does not say, at the end of its last word. */
const windowEnd = (info: TurnInfo): number => info.audio_window_end ?? info.words.at(-1)?.end ?? 0;

/** The turn beyond what is settled already. */
function news(state: FluxState, info: TurnInfo, all: readonly WireWord[]): Piece | undefined {
  const words = state.wordsDone === 0 ? all : all.slice(state.wordsDone);
  const text = state.wordsDone === 0 ? info.transcript : textOf(words);
  if (text.trim() === '') return undefined;
  const nowMs = toStreamMs(state, toMs(windowEnd(info)));
  return toPiece(text, retime(state, words), { startMs: nowMs, endMs: nowMs });
}

/**
 * The turn is over: Flux says so, or push-to-talk does, whatever Flux makes of it. `audioMs` is where the audio stands.
 */
export function endTurn(state: FluxState, audioMs: number): Step {
  const { pending } = state;
  const events: SttEvent[] = [];
  if (pending !== undefined) events.push(finalEvent(pending));
  if (state.speaking) events.push({ type: 'speech.stopped', audioMs: pending?.endMs ?? audioMs });
  if (pending !== undefined || state.endAtMs !== undefined) events.push({ type: 'turn.ended' });
  const over = { pending: undefined, speaking: false, eager: false, endAtMs: undefined, wordsDone: state.wordsHeard };
  return [{ ...state, ...over }, events];
}

/** Flux counts its turns up by one after each EndOfTurn; a turn that it left without one is ended here. */
function toTurn(state: FluxState, turnIndex: number, audioMs: number): Step {
  if (turnIndex === state.turnIndex) return [state, []];
  const [over, events] = state.pending === undefined ? [state, []] : endTurn(state, audioMs);
  return [{ ...over, turnIndex, wordsDone: 0, wordsHeard: 0 }, events];
}

export function mapTurnInfo(before: FluxState, info: TurnInfo): Step {
  const turnIndex = info.turn_index ?? Math.max(0, before.turnIndex);
  if (turnIndex < before.turnIndex) return [before, []];
  const windowMs = toMs(windowEnd(info));
  const audioMs = toStreamMs(before, windowMs);
  const [state, past] = toTurn(before, turnIndex, audioMs);
  const words = wordsOf(info);
  const piece = news(state, info, words);
  const events: SttEvent[] = [...past];

  let { speaking, eager } = state;
  if (!speaking && piece !== undefined) {
    speaking = true;
    events.push({ type: 'speech.started', audioMs: piece.startMs });
  }
  if (info.event === 'TurnResumed' && eager) {
    eager = false;
    events.push({ type: 'turn.resumed' });
  }
  const next: FluxState = {
    ...state,
    speaking,
    eager,
    pending: piece,
    wordsHeard: Math.max(state.wordsDone, words.length),
  };
  if (info.event === 'EndOfTurn') {
    const [over, ended] = endTurn(next, audioMs);
    return [over, [...events, ...ended]];
  }
  if (piece !== undefined && piece.text !== state.pending?.text) {
    events.push({ type: 'transcript.partial', text: piece.text });
  }
  if (info.event === 'EagerEndOfTurn' && piece !== undefined && next.endAtMs === undefined) {
    events.push({ type: 'turn.eager', text: piece.text });
    return [{ ...next, eager: true }, events];
  }
  if (next.endAtMs === undefined || windowMs < next.endAtMs) return [next, events];
  const [over, ended] = endTurn(next, audioMs);
  return [over, [...events, ...ended]];
}

/** The stream has ended well: what is pending is settled; a turn ends only if that was asked for. */
export function mapClose(state: FluxState, audioMs: number): Step {
  if (state.endAtMs !== undefined) return endTurn(state, audioMs);
  if (state.pending === undefined) return [state, []];
  return [{ ...state, pending: undefined }, [finalEvent(state.pending)]];
}
