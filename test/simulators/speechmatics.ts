// A simulator of Speechmatics' real-time speech to text, on its real wire.
//
// Implements: the handshake of `/v2` (Bearer key in a header, or a key in `?jwt=`; refusals), StartRecognition (format and
// language are checked), binary AddAudio, AudioAdded, AddPartialTranscript, AddTranscript (in parts, with marks by
// themselves), EndOfUtterance by `end_of_utterance_silence_trigger` and by ForceEndOfUtterance, EndOfStream, EndOfTranscript,
// Info, Error with the close that follows. What it "hears" is loudness: each stretch of loud audio is an utterance and
// becomes the next of the given transcripts, counted by bytes. Not implemented: real recognition, `max_delay` (words are
// settled when their utterance ends), translation, diarisation, several channels, SetRecognitionConfig.
//
// Faults and delays are knobs, for all connections or for each by its number: see speechmatics-knobs.ts.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { SpeechmaticsConnection } from './speechmatics-connection.js';
import type { SpeechmaticsLog } from './speechmatics-connection.js';
import type { SpeechmaticsKnobs } from './speechmatics-knobs.js';
import { WebSocketSimulator } from './websocket-simulator.js';
import type { Refusal } from './websocket-simulator.js';

export const SIMULATED_SPEECHMATICS_KEY = 'simulated-speechmatics-key';

export interface SpeechmaticsSimulatorOptions {
  /** The same for all connections, or by the connection's number (from 0). */
  readonly knobs?: SpeechmaticsKnobs | ((connection: number) => SpeechmaticsKnobs);
  /** Agree to permessage-deflate when the client offers it. */
  readonly compression?: boolean;
}

export class SpeechmaticsSimulator extends WebSocketSimulator<SpeechmaticsKnobs> {
  /** In the order of their handshakes. */
  readonly connections: SpeechmaticsLog[] = [];

  private constructor({ knobs, compression }: SpeechmaticsSimulatorOptions) {
    super(knobs, compression);
  }

  static async start(options: SpeechmaticsSimulatorOptions = {}): Promise<SpeechmaticsSimulator> {
    const simulator = new SpeechmaticsSimulator(options);
    await simulator.listen(0);
    return simulator;
  }

  /** For the adapter's `url`. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}/v2`;
  }

  protected faultOf(url: URL, request: IncomingMessage): Refusal | undefined {
    const key = url.searchParams.get('jwt') ?? request.headers.authorization?.replace(/^Bearer /, '');
    if (key !== SIMULATED_SPEECHMATICS_KEY) return { status: 401, message: 'Unauthorized' };
    return url.pathname.replace(/\/$/, '') === '/v2' ? undefined : { status: 404, message: 'No such path.' };
  }

  protected accepted(webSocket: WebSocket, tcp: Duplex, _url: URL, knobs: SpeechmaticsKnobs): void {
    this.connections.push(new SpeechmaticsConnection(webSocket, tcp, knobs).log);
  }
}
