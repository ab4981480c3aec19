import type { DeepgramClient } from '@deepgram/sdk';
import { listenedFor } from '../common/listened-for.js';
import type { SttEvent, SttOptions } from '../stt.port.js';
import { MAX_KEY_TERMS } from './deepgram-options.js';
import type { DeepgramSettings } from './deepgram-options.js';
import { type ClientFactory, DeepgramDialect } from './deepgram-dialect.js';
import { endNow, initialNovaState, mapClose, mapResults, mapSpeechStarted, mapUtteranceEnd } from './map-nova-event.js';
import type { NovaState } from './map-nova-event.js';
import { resultsSchema, speechStartedSchema, typeOf, utteranceEndSchema } from './wire.schema.js';
import { notAMessage, parse, reportedError } from './wire-fault.js';

type NovaSocket = Awaited<ReturnType<DeepgramClient['listen']['v1']['connect']>>;

/** v1/listen: nova-3 and its kin. */
export class NovaDialect extends DeepgramDialect<NovaSocket> {
  private state: NovaState = initialNovaState;

  constructor(
    private readonly settings: DeepgramSettings,
    private readonly options: SttOptions,
    makeClient: ClientFactory,
  ) {
    super(makeClient);
  }

  protected prepare(client: DeepgramClient): Promise<NovaSocket> {
    const { settings, options } = this;
    // Prompting by key term exists from nova-3 on; older models refuse the parameter.
    const keyTerms = settings.model.startsWith('nova-3') ? listenedFor(options).slice(0, MAX_KEY_TERMS) : [];
    return client.listen.v1.connect({
      model: settings.model,
      language: options.language,
      encoding: 'linear16',
      sample_rate: options.sampleRate,
      channels: 1,
      interim_results: 'true',
      vad_events: 'true',
      punctuate: 'true',
      numerals: 'true',
      endpointing: settings.endpointingMs,
      utterance_end_ms: settings.utteranceEndMs,
      ...(settings.smartFormat ? { smart_format: 'true' } : {}),
      ...(keyTerms.length > 0 ? { keyterm: [...keyTerms] } : {}),
      // A stream that reconnects by itself loses what was said and gives its words a new clock.
      reconnectAttempts: 0,
      connectionTimeoutInSeconds: settings.connectTimeoutMs / 1000 + 1,
    });
  }

  keepAlive(): void {
    this.socket?.sendKeepAlive({ type: 'KeepAlive' });
  }

  finalize(): void {
    this.state = { ...this.state, finalizing: true };
    this.socket?.sendFinalize({ type: 'Finalize' });
  }

  get finalizing(): boolean {
    return this.state.finalizing;
  }

  endTurnNow(audioMs: number): readonly SttEvent[] {
    return this.enter(endNow(this.state, audioMs));
  }

  lastEvents(audioMs: number): readonly SttEvent[] {
    return this.enter(mapClose(this.state, audioMs));
  }

  map(message: unknown): readonly SttEvent[] {
    const type = typeOf(message);
    switch (type) {
      case undefined:
        throw notAMessage(message);
      case 'Results':
        return this.enter(mapResults(this.state, parse(resultsSchema, message, type)));
      case 'SpeechStarted':
        return this.enter(mapSpeechStarted(this.state, parse(speechStartedSchema, message, type)));
      case 'UtteranceEnd':
        return this.enter(mapUtteranceEnd(this.state, parse(utteranceEndSchema, message, type)));
      case 'Error':
        throw reportedError(message);
      default:
        return [];
    }
  }

  private enter([state, events]: readonly [NovaState, readonly SttEvent[]]): readonly SttEvent[] {
    this.state = state;
    return events;
  }
}
