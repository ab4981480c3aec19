// Every tunable of the Deepgram adapter: what it does, its unit, its default.

export interface DeepgramSttOptions {
  readonly apiKey: string;
  /** `flux-*` goes to v2/listen (Flux), every other name to v1/listen (Nova). */
  readonly model: string;
  /** Another address of the API (self-hosted, a test), `http(s)://host:port`. */
  readonly baseUrl?: string | undefined;
  /** From `open()` to the open socket, ms. Audio pushed meanwhile is kept and sent in order. */
  readonly connectTimeoutMs?: number;
  /**
   * Most audio that waits, for the socket to open or for the network to take it, ms of audio; more is a failure. Generous,
   * because a replay to a new stream arrives at once.
   */
  readonly maxPendingMs?: number;
  /** From `close()` to the end of the stream, ms. */
  readonly closeTimeoutMs?: number;
  /** How long Deepgram may take to settle the words after `finalize()`, ms; then the words so far are the turn. */
  readonly finalizeTimeoutMs?: number;
  /** How long Deepgram may take audio without saying anything, ms. Both endpoints speak at least every few seconds. */
  readonly stallTimeoutMs?: number;
  /** Quiet time on our side after which KeepAlive (v1) or a ping (v2) is sent, ms. Deepgram asks for 3 to 5 s. */
  readonly keepAliveMs?: number;
  /**
   * Audio is sent in messages of at least this length, ms of audio, while the caller speaks; Deepgram recommends 20 to 250.
   * What is left over waits for the next chunk, so this is also how much later Deepgram may notice the end of a turn.
   * `finalize()` and `close()` never wait for it.
   */
  readonly sendEveryMs?: number;
  /**
   * The same while the caller is silent, which is most of a call: only the first sound is noticed later, and the messages
   * cost half the CPU (a message costs 14 us, whatever its size).
   */
  readonly quietSendEveryMs?: number;
  /** Nova: silence after which `speech_final` comes, ms. */
  readonly endpointingMs?: number;
  /** Nova: gap between words after which `UtteranceEnd` comes, ms; below 1000 it has no effect. */
  readonly utteranceEndMs?: number;
  /**
   * Nova: format amounts, dates and addresses. Off, because it holds a final back for up to 3 s when an entity (a number,
   * say) might go on: developers.deepgram.com/docs/smart-format.
   */
  readonly smartFormat?: boolean;
  /** Flux: confidence for an early end of turn, 0.3 to 0.9; none without it. */
  readonly eagerEotThreshold?: number | undefined;
  /** Flux: confidence for an end of turn, 0.5 to 0.9. Flux' own default is 0.7. */
  readonly eotThreshold?: number | undefined;
  /** Flux: silence that ends a turn at any confidence, ms. Flux' own default is 5000. */
  readonly eotTimeoutMs?: number | undefined;
}

export type DeepgramSettings = Required<DeepgramSttOptions>;

export function withDefaults(options: DeepgramSttOptions): DeepgramSettings {
  return {
    baseUrl: undefined,
    connectTimeoutMs: 5000,
    maxPendingMs: 60_000,
    closeTimeoutMs: 3000,
    finalizeTimeoutMs: 1000,
    stallTimeoutMs: 15_000,
    keepAliveMs: 4000,
    sendEveryMs: 20,
    quietSendEveryMs: 60,
    endpointingMs: 300,
    utteranceEndMs: 1000,
    smartFormat: false,
    eagerEotThreshold: undefined,
    eotThreshold: undefined,
    eotTimeoutMs: undefined,
    ...options,
  };
}

/** Deepgram refuses more key terms than this (500 tokens in all; a term is a few). */
export const MAX_KEY_TERMS = 100;
