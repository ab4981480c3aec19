import { bytesOf, toInt16 } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';
import { VoiceClientError } from '../errors.js';
import { createContext, createWorklet, startContext } from './audio-start.js';
import { CAPTURE_WORKLET, captureWorkletSource } from './capture.worklet.js';
import {
  browserAudio,
  type AudioContextLike,
  type BrowserAudio,
  type MediaStreamLike,
  type WorkletNodeLike,
} from './web-audio.js';

export interface MicrophoneOptions {
  /** The session's input rate, Hz. */
  readonly sampleRate: number;
  /** About 20 ms of PCM16 mono at that rate, as it is recorded: give it to VoiceClient.sendAudio. */
  readonly onAudio: (pcm: Uint8Array) => void;
  /** The device went away or the user took the permission back. */
  readonly onEnded?: () => void;
  /** On unless said otherwise: without it the agent hears itself from the loudspeaker. */
  readonly echoCancellation?: boolean;
  readonly noiseSuppression?: boolean;
  readonly autoGainControl?: boolean;
  readonly deviceId?: string;
  /** Address of `captureWorkletSource` when the page's policy forbids blob: scripts. */
  readonly workletUrl?: string;
  readonly audio?: BrowserAudio;
}

/**
 * The browser's microphone, at the session's rate. The context keeps the device's own rate and the conversion is done
 * here: not every browser connects a microphone to a context of another rate.
 */
export class Microphone {
  readonly #context: AudioContextLike;
  readonly #stream: MediaStreamLike;
  readonly #node: WorkletNodeLike;
  #muted = false;
  #closing: Promise<void> | undefined;

  private constructor(context: AudioContextLike, stream: MediaStreamLike, node: WorkletNodeLike) {
    this.#context = context;
    this.#stream = stream;
    this.#node = node;
  }

  /**
   * Asks for the microphone and starts. Rejects with `microphone_unavailable`, `audio_unavailable` or `audio_blocked`. Call
   * it from a click or a key press.
   */
  static async open(options: MicrophoneOptions): Promise<Microphone> {
    const audio = options.audio ?? browserAudio();
    const stream = await requestStream(audio, options);
    let context: AudioContextLike | undefined;
    try {
      context = createContext(audio);
      const node = await createWorklet(audio, context, {
        name: CAPTURE_WORKLET,
        source: captureWorkletSource,
        url: options.workletUrl,
      });
      const microphone = new Microphone(context, stream, node);
      const resampler = new Resampler(context.sampleRate, options.sampleRate);
      node.port.addEventListener('message', ({ data }) => {
        const samples = resampler.process(data as Float32Array);
        if (microphone.#muted) samples.fill(0);
        if (samples.length > 0) options.onAudio(bytesOf(toInt16(samples)));
      });
      node.port.start();
      for (const track of stream.getTracks()) track.addEventListener('ended', () => options.onEnded?.());
      context.createMediaStreamSource(stream).connect(node);
      // Only what leads to the destination is run; the worklet's output is silent.
      node.connect(context.destination);
      await startContext(context);
      return microphone;
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      await context?.close();
      throw error;
    }
  }

  /** Muted, the stream goes on with silence: the recogniser needs to hear that nobody speaks. */
  set muted(muted: boolean) {
    this.#muted = muted;
  }

  get muted(): boolean {
    return this.#muted;
  }

  /**
   * Whether the browser takes what it plays out of this microphone's audio, as its track says: give it to
   * `ConnectOptions.audio.echoCancellation`. The mode `remote-only` leaves in what a worklet plays, the agent's voice.
   * https://www.w3.org/TR/mediacapture-streams/#dom-echocancellationmodeenum
   */
  get cancelsEcho(): boolean {
    return this.#stream.getTracks().every((track) => {
      const { echoCancellation } = track.getSettings();
      return echoCancellation === true || echoCancellation === 'all';
    });
  }

  /** Lets go of the device. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#node.port.close();
    this.#node.disconnect();
    for (const track of this.#stream.getTracks()) track.stop();
    await this.#context.close();
  }
}

async function requestStream(audio: BrowserAudio, options: MicrophoneOptions): Promise<MediaStreamLike> {
  try {
    return await audio.getUserMedia({
      audio: {
        echoCancellation: options.echoCancellation ?? true,
        noiseSuppression: options.noiseSuppression ?? true,
        autoGainControl: options.autoGainControl ?? true,
        channelCount: 1,
        ...(options.deviceId === undefined ? {} : { deviceId: options.deviceId }),
      },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    throw new VoiceClientError('microphone_unavailable', `the microphone cannot be used (${reason})`, { cause });
  }
}
