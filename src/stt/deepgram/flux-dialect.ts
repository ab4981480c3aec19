import type { DeepgramClient } from '@deepgram/sdk';
import { listenedFor } from '../common/listened-for.js';
import { baseLanguage } from '../common/prompt.js';
import type { SttEvent, SttOptions } from '../stt.port.js';
import { MAX_KEY_TERMS } from './deepgram-options.js';
import type { DeepgramSettings } from './deepgram-options.js';
import { type ClientFactory, DeepgramDialect } from './deepgram-dialect.js';
import { endTurn, initialFluxState, mapClose, mapTurnInfo } from './map-flux-event.js';
import type { FluxState } from './map-flux-event.js';
import { turnInfoSchema, typeOf } from './wire.schema.js';
import { notAMessage, parse, reportedError } from './wire-fault.js';

type FluxSocket = Awaited<ReturnType<DeepgramClient['listen']['v2']['connect']>>;

/**
 * Flux reports in steps of about 0.25 s of audio, and a word only when it has heard a little beyond it. So much silence (ms)
 * after the last word of push-to-talk makes it report that word; the report that reaches `FLUSHED_MS` into it counts.
 */
const FLUSH_SILENCE_MS = 500;
const FLUSHED_MS = 250;

/** v2/listen: Flux, which finds the turns itself. */
export class FluxDialect extends DeepgramDialect<FluxSocket> {
  private state: FluxState = initialFluxState;
  private sentBytes = 0;

  constructor(
    private readonly settings: DeepgramSettings,
    private readonly options: SttOptions,
    makeClient: ClientFactory,
  ) {
    super(makeClient);
  }

  protected prepare(client: DeepgramClient): Promise<FluxSocket> {
    const { settings, options } = this;
    const language = baseLanguage(options.language);
    const keyTerms = listenedFor(options).slice(0, MAX_KEY_TERMS);
    const { eagerEotThreshold, eotThreshold, eotTimeoutMs } = settings;
    return client.listen.v2.connect({
      model: settings.model,
      encoding: 'linear16',
      sample_rate: options.sampleRate,
      // The English model knows no other language; the other takes a hint (primary subtag of BCP-47), or finds out.
      ...(settings.model.endsWith('-multi') && language !== undefined ? { language_hint: language } : {}),
      ...(eagerEotThreshold === undefined ? {} : { eager_eot_threshold: eagerEotThreshold }),
      ...(eotThreshold === undefined ? {} : { eot_threshold: eotThreshold }),
      ...(eotTimeoutMs === undefined ? {} : { eot_timeout_ms: eotTimeoutMs }),
      ...(keyTerms.length > 0 ? { keyterm: [...keyTerms] } : {}),
      reconnectAttempts: 0,
      connectionTimeoutInSeconds: settings.connectTimeoutMs / 1000 + 1,
    });
  }

  override sendAudio(audio: Uint8Array): void {
    this.sentBytes += audio.length;
    super.sendAudio(audio);
  }

  /** Flux has no KeepAlive message; a WebSocket ping keeps proxies from closing a quiet connection. */
  keepAlive(): void {
    const socket = this.socket;
    if (socket !== undefined && 'ping' in socket && typeof socket.ping === 'function') socket.ping();
  }

  /**
   * Flux has no Finalize (`ForceEndTurn` must be enabled for the account, and closes the stream where it is not). So the
   * turn is ended here, as soon as Flux has reported on all audio so far; silence makes it get there.
   */
  finalize(): void {
    const atMs = this.sentMs();
    const samples = Math.round((FLUSH_SILENCE_MS * this.options.sampleRate) / 1000);
    this.state = {
      ...this.state,
      endAtMs: atMs + FLUSHED_MS,
      inserted: [...this.state.inserted, { atMs, ms: FLUSH_SILENCE_MS }],
    };
    this.sendAudio(new Uint8Array(samples * 2));
  }

  get finalizing(): boolean {
    return this.state.endAtMs !== undefined;
  }

  endTurnNow(audioMs: number): readonly SttEvent[] {
    return this.enter(endTurn(this.state, audioMs));
  }

  lastEvents(audioMs: number): readonly SttEvent[] {
    return this.enter(mapClose(this.state, audioMs));
  }

  map(message: unknown): readonly SttEvent[] {
    const type = typeOf(message);
    switch (type) {
      case undefined:
        throw notAMessage(message);
      case 'TurnInfo':
        return this.enter(mapTurnInfo(this.state, parse(turnInfoSchema, message, type)));
      case 'Error':
        throw reportedError(message);
      default:
        return [];
    }
  }

  private sentMs(): number {
    return (this.sentBytes / 2 / this.options.sampleRate) * 1000;
  }

  private enter([state, events]: readonly [FluxState, readonly SttEvent[]]): readonly SttEvent[] {
    this.state = state;
    return events;
  }
}
