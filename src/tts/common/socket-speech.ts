import { timeoutError } from '../../provider/failure.js';
import type { ProviderError } from '../../provider/provider.port.js';
import { Watchdog } from '../../provider/watchdog.js';
import type { TtsListener, TtsStream } from '../tts.port.js';
import { SegmentOutput } from './segment-output.js';
import type { SpeechDeadlines } from './speech-request.js';

export interface SocketSpeechOptions {
  /** For errors. */
  readonly provider: string;
  /** Of the audio that comes, Hz. */
  readonly providerRate: number;
  /** Of the audio to deliver, Hz. */
  readonly sampleRate: number;
  readonly deadlines: SpeechDeadlines;
}

/**
 * One reply's speech over a vendor's socket: the texts that wait, the deadlines and the one end, the same for all. How the
 * texts are handed over, and which audio belongs to which, is the vendor's. Reports failures and tries nothing twice.
 */
export abstract class SocketSpeech implements TtsStream {
  protected readonly output: SegmentOutput;
  protected readonly watchdog: Watchdog;
  /** Texts that have not been handed over, one a segment. */
  protected readonly texts: string[] = [];
  private isEnding = false;

  constructor(
    private readonly settings: SocketSpeechOptions,
    listener: TtsListener,
  ) {
    this.output = new SegmentOutput(settings.providerRate, settings.sampleRate, listener);
    this.watchdog = new Watchdog((what, ms) => this.late(timeoutError(settings.provider, what, ms)));
  }

  speak(_segment: number, text: string): void {
    if (this.output.isOver || this.isEnding) return;
    this.texts.push(text);
    this.submit();
  }

  end(): void {
    if (this.output.isOver || this.isEnding) return;
    this.isEnding = true;
    queueMicrotask(() => this.mayFinish());
  }

  abort(): void {
    this.output.silence();
    this.release();
  }

  /** Hands over what waits, as far as the connection takes it now. */
  protected abstract submit(): void;
  /** Whether segments have been handed over whose audio is not all there. */
  protected abstract readonly isSpeaking: boolean;
  /** Lets go of the connection. Idempotent. */
  protected abstract disconnect(): void;

  /** Nothing waits and nothing is being spoken. */
  protected get isIdle(): boolean {
    return this.texts.length === 0 && !this.isSpeaking;
  }

  protected expectAudio(what: 'first audio' | 'further audio'): void {
    const { firstAudioMs, audioMs } = this.settings.deadlines;
    this.watchdog.expect(what, what === 'first audio' ? firstAudioMs : audioMs);
  }

  /** Ends when that was asked for and everything is spoken. */
  protected mayFinish(): void {
    if (!this.isEnding || this.output.isOver || !this.isIdle) return;
    this.release();
    this.output.ended();
  }

  protected fail(error: ProviderError): void {
    this.release();
    this.output.failed(error);
  }

  /** The provider did not answer in time. */
  protected late(error: ProviderError): void {
    this.fail(error);
  }

  private release(): void {
    this.watchdog.stop();
    this.texts.length = 0;
    this.disconnect();
  }
}
