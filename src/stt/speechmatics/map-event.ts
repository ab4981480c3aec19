import type { SttEvent, Word } from '../stt.port.js';
import type { WireResult, WireTranscript } from './wire.schema.js';

// Speechmatics' messages to the port's events, as pure functions `(state, message) -> [state, events]`.
//
// AddTranscript settles a few words at a time, AddPartialTranscript has the words after them, and EndOfUtterance comes after
// the words before it are settled. A mark ("." or "?") may come alone, after its word was settled: it says nothing new.

export interface RecognitionState {
  /** The last partial, as long as no final has settled it. */
  readonly pending: Piece | undefined;
  /** Whether the turn has a final. */
  readonly hasFinals: boolean;
  /** Whether `speech.started` was the last word about speech. */
  readonly speaking: boolean;
  /** All audio before this is settled, ms. */
  readonly settledToMs: number;
  /** A ForceEndOfUtterance is under way. */
  readonly finalizing: boolean;
}

export const initialState: RecognitionState = {
  pending: undefined,
  hasFinals: false,
  speaking: false,
  settledToMs: 0,
  finalizing: false,
};

/** A stretch of recognised text, in the port's units. */
interface Piece {
  /** Not blank. */
  readonly text: string;
  readonly words: readonly Word[];
  readonly startMs: number;
  readonly endMs: number;
}

type Step = readonly [RecognitionState, readonly SttEvent[]];

/** Marks that end what was settled before. Not "¿" and the like, which begin what follows. */
const CLOSING_MARKS = /^[\s.,!?;:…、。，！？]+/u;
/** Times are given to 10 ms, and a final may begin where the one before has ended, ms. */
const TOLERANCE_MS = 20;

const toMs = (seconds: number): number => Math.max(0, Math.round(seconds * 1000));

/**
 * The words with the marks that belong to them; blank results and leading marks are left out. A word without a time has that
 * of the word before it, the first of them `fromMs`.
 */
function wordsOf(results: readonly WireResult[], fromMs: number): Word[] {
  const words: Word[] = [];
  let opening = '';
  for (const result of results) {
    const [best] = result.alternatives;
    if (best === undefined || best.content.trim() === '') continue;
    if (result.type !== 'punctuation') {
      const { start_time: start, end_time: end } = result;
      const startMs = start === undefined ? (words.at(-1)?.endMs ?? fromMs) : toMs(start);
      words.push({
        text: opening + best.content,
        startMs,
        endMs: end === undefined ? startMs : Math.max(startMs, toMs(end)),
        confidence: Math.min(1, Math.max(0, best.confidence ?? 0)),
      });
      opening = '';
      continue;
    }
    if (result.attaches_to === 'next') {
      opening += best.content;
      continue;
    }
    const last = words.pop();
    if (last !== undefined) words.push({ ...last, text: last.text + best.content });
  }
  return words;
}

/** What a transcript says that is not settled yet; `undefined` when there is nothing new. */
function news({ metadata, results }: WireTranscript, settledToMs: number): Piece | undefined {
  const all = wordsOf(results, metadata.start_time === undefined ? settledToMs : toMs(metadata.start_time));
  const words = all.filter((word) => word.startMs >= settledToMs - TOLERANCE_MS);
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return undefined;
  // The provider's own text knows where a language puts blanks; it serves as long as all of it is new.
  const whole = metadata.transcript.trim().replace(CLOSING_MARKS, '');
  const text = words.length === all.length && whole !== '' ? whole : words.map((word) => word.text).join(' ');
  return { text, words, startMs: first.startMs, endMs: last.endMs };
}

const mean = (words: readonly Word[]): number =>
  words.reduce((sum, { confidence = 0 }) => sum + confidence, 0) / words.length;

function speechStarted(state: RecognitionState, piece: Piece): Step {
  if (state.speaking) return [state, []];
  return [{ ...state, speaking: true }, [{ type: 'speech.started', audioMs: piece.startMs }]];
}

function settle(state: RecognitionState, piece: Piece | undefined): Step {
  if (piece === undefined) return [state, []];
  const [speaking, started] = speechStarted(state, piece);
  const settled: RecognitionState = { ...speaking, pending: undefined, hasFinals: true, settledToMs: piece.endMs };
  const { text, words, endMs } = piece;
  return [settled, [...started, { type: 'transcript.final', text, words, confidence: mean(words), audioMs: endMs }]];
}

export function mapPartial(state: RecognitionState, message: WireTranscript): Step {
  const piece = news(message, state.settledToMs);
  // An empty partial takes the one before back.
  if (piece === undefined) return [{ ...state, pending: undefined }, []];
  const [speaking, started] = speechStarted(state, piece);
  const isNews = piece.text !== state.pending?.text;
  return [
    { ...speaking, pending: piece },
    isNews ? [...started, { type: 'transcript.partial', text: piece.text }] : started,
  ];
}

export function mapFinal(state: RecognitionState, message: WireTranscript): Step {
  return settle(state, news(message, state.settledToMs));
}

/** The caller has stopped (or `finalize` was not answered in time): what only a partial brought is settled, too. */
export function endTurn(state: RecognitionState): Step {
  const [settled, finals] = settle(state, state.pending);
  const stopped: SttEvent[] = settled.speaking ? [{ type: 'speech.stopped', audioMs: settled.settledToMs }] : [];
  const ended: SttEvent[] = settled.hasFinals || settled.finalizing ? [{ type: 'turn.ended' }] : [];
  return [{ ...settled, speaking: false, hasFinals: false, finalizing: false }, [...finals, ...stopped, ...ended]];
}

/** The stream has ended well: words that only a partial brought are settled; a turn ends only if that was asked for. */
export function endStream(state: RecognitionState): Step {
  return state.finalizing ? endTurn(state) : settle(state, state.pending);
}
