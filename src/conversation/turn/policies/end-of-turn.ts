// Who says that the caller has finished: the recogniser, silence, or the client.
import { completeness } from '../../lexicon/listening.js';
import type { TurnDetectionMode } from '../../options.js';
import type { MachineOptions } from '../machine-options.js';
import type { TurnState } from '../turn-state.js';

export interface EndOfTurn {
  /** The recogniser's own end of a turn counts. */
  readonly heedsRecogniser: boolean;
  /** The caller's voice keeps a turn open: somebody promises to say when it has stopped. */
  readonly heedsVoice: boolean;
  /** Silence after these words that ends the turn, ms; undefined when silence ends none. */
  silenceMs(text: string, options: MachineOptions): number | undefined;
}

/** The longer, the less finished the words sound. */
const bySound = (text: string, { minSilenceMs, maxSilenceMs, lexicon }: MachineOptions): number =>
  maxSilenceMs - completeness(text, lexicon) * (maxSilenceMs - minSilenceMs);

export const endOfTurn: Readonly<Record<TurnDetectionMode, EndOfTurn>> = {
  /** The recogniser decides; the silence is for one that never does. */
  provider: {
    heedsRecogniser: true,
    heedsVoice: false,
    silenceMs: (_text, { providerSilenceMs }) => providerSilenceMs,
  },
  /** Silence decides. */
  vad: {
    heedsRecogniser: false,
    heedsVoice: true,
    silenceMs: bySound,
  },
  /** Push to talk: the client decides, and the recogniser settles what it was given. */
  manual: { heedsRecogniser: false, heedsVoice: false, silenceMs: () => undefined },
};

/** The same where no audio comes in which a recogniser could hear silence: only the clock is left, ms. */
export const silenceWithoutAudioMs = (text: string, options: MachineOptions): number | undefined =>
  options.mode === 'manual' ? undefined : bySound(text, options);

/** Whether the caller's voice keeps the turn open now. */
export const isHeldOpen = ({ callerSpeaking }: TurnState, { mode }: MachineOptions): boolean =>
  endOfTurn[mode].heedsVoice && callerSpeaking;
