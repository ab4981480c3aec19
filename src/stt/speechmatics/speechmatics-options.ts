// Every tunable of the Speechmatics adapter: what it does, its unit, its default.

export interface SpeechmaticsSttOptions {
  readonly apiKey: string;
  /** Another region or server, `ws(s)://host/v2`. */
  readonly url?: string | undefined;
  /** `standard` is faster and cheaper, `enhanced` more accurate. */
  readonly model?: 'standard' | 'enhanced';
  /**
   * Silence after which EndOfUtterance comes, ms; 0 to 2000, Speechmatics recommends 500 to 800 for voice agents. Below
   * `maxDelayMs`, or it would come only after that.
   */
  readonly endOfUtteranceMs?: number;
  /** How long Speechmatics may wait for more context before it settles a word, ms; at least 700. */
  readonly maxDelayMs?: number;
  /** From `open()` to RecognitionStarted, ms. Audio pushed meanwhile is kept and sent in order. */
  readonly connectTimeoutMs?: number;
  /** How much longer RecognitionStarted may take when there are key terms, ms: their pronunciations are worked out first. */
  readonly vocabularyTimeoutMs?: number;
  /** Most audio that waits, for the start or for the network to take it, ms; more is a failure. */
  readonly maxPendingMs?: number;
  /** How long Speechmatics may take audio without acknowledging any, ms. */
  readonly stallTimeoutMs?: number;
  /** How long the words may take to be settled after `finalize()`, ms; then the words so far are the turn. */
  readonly finalizeTimeoutMs?: number;
  /** From `close()` to EndOfTranscript, ms. */
  readonly closeTimeoutMs?: number;
  /** Audio is sent in messages of at least this length, ms: each is acknowledged by a message of its own. */
  readonly sendEveryMs?: number;
  /** Quiet time on our side after which a ping is sent, ms. Speechmatics asks for one every 20 to 60 s. */
  readonly keepAliveMs?: number;
}

export type SpeechmaticsSettings = Required<SpeechmaticsSttOptions> & {
  readonly url: string;
  /** The same as `sendEveryMs`: acknowledgements, not messages, are what costs. */
  readonly quietSendEveryMs: number;
};

/** The region of the SDK's default. */
const EU = 'wss://eu2.rt.speechmatics.com/v2';

export function withDefaults(options: SpeechmaticsSttOptions): SpeechmaticsSettings {
  return {
    model: 'enhanced',
    endOfUtteranceMs: 600,
    maxDelayMs: 1000,
    connectTimeoutMs: 5000,
    vocabularyTimeoutMs: 15_000,
    maxPendingMs: 60_000,
    stallTimeoutMs: 15_000,
    finalizeTimeoutMs: 2000,
    closeTimeoutMs: 5000,
    sendEveryMs: 40,
    keepAliveMs: 20_000,
    ...options,
    quietSendEveryMs: options.sendEveryMs ?? 40,
    url: options.url ?? EU,
  };
}

/** Speechmatics takes up to 1000 terms of up to six words; a list as long as this already delays the start. */
export const MAX_VOCABULARY = 200;
