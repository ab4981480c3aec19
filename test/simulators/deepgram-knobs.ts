import type { Delay } from './schedule.js';
import type { VoiceKnobs } from './voice-knobs.js';
import type { HandshakeKnobs } from './websocket-simulator.js';

/** What happens to a connection after so much audio (ms of audio since its start). */
export interface DeepgramFault {
  readonly afterAudioMs: number;
  readonly kind:
    | 'close' // a normal close (1000) that nobody asked for
    | 'close-codeless' // a close frame without a code: the client sees 1005
    | 'close-1008'
    | 'close-1011'
    | 'destroy' // the TCP connection is gone: the client sees 1006
    | 'stall' // takes audio and says nothing any more
    | 'stop-reading' // reads nothing any more: the client's own buffer grows
    | 'garbage' // a text frame that is not JSON; goes on afterwards
    | 'malformed' // JSON of a known type with a field of the wrong type; goes on afterwards
    | 'no-type' // JSON that is not a message; goes on afterwards
    | 'binary' // a binary frame; goes on afterwards
    | 'bad-frame' // bytes that are not a WebSocket frame
    | 'error' // the provider's own Error message
    | 'our-error'; // an Error message that blames the client
}

/** A raw message sent when so much audio has come (ms of audio). */
export interface ScriptStep {
  readonly atMs: number;
  readonly send: object;
}

/** How one connection behaves. Everything is optional; without any, it hears speech by loudness. */
export interface DeepgramKnobs extends HandshakeKnobs {
  /** From the audio that decides to the message about it. */
  readonly latency?: Delay;
  /** Raw messages by amount of audio, instead of hearing by loudness. */
  readonly script?: readonly ScriptStep[];
  /** What utterances turn out to say, one after another, again from the start after the last. */
  readonly transcripts?: readonly string[];
  /** Silence that ends an utterance, ms; by default v1's `endpointing` or 500. */
  readonly silenceMs?: number;
  /** v2: silence after which EagerEndOfTurn comes when the client asked for it, ms. */
  readonly eagerSilenceMs?: number;
  readonly fault?: DeepgramFault;
  /** v1: every final is sent twice. */
  readonly duplicateFinals?: boolean;
  /** v1: the end of speech is told by UtteranceEnd only, never by `speech_final`. */
  readonly withoutSpeechFinal?: boolean;
  /** Finalize is not answered when no words wait, as Deepgram may do; `true` never answers it. */
  readonly ignoreFinalize?: boolean | 'when-empty';
  /** What CloseStream brings. */
  readonly onCloseStream?: 'normal' | 'codeless' | 'hang' | 'destroy' | 'close-1011';
  /** No audio and no KeepAlive for so long closes with 1011 NET-0001, ms. */
  readonly idleTimeoutMs?: number;
  /** `/v1/speak`: how it speaks; its handshake is the one above. */
  readonly voice?: VoiceKnobs;
  /** Events that still arrive after CloseStream was answered, before the close. */
  readonly afterClose?: readonly object[];
}
