import { bytesOf, toInt16 } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';
import { VoiceClientError } from '../errors.js';
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

  private constructor(context: AudioContextLike, stream: MediaStreamLike, node: WorkletNodeLike) {
    this.#context = context;
    this.#stream = stream;
    this.#node = node;
  }

  /** Asks for the microphone and starts. Rejects with `microphone_unavailable`. Call it from a click or a key press. */
  static async open(options: MicrophoneOptions): Promise<Microphone> {
    const audio = options.audio ?? browserAudio();
    const stream = await requestStream(audio, options);
    const context = audio.createContext();
    try {
      await context.audioWorklet.addModule(options.workletUrl ?? audio.moduleUrl(captureWorkletSource));
      const node = audio.createWorklet(context, CAPTURE_WORKLET);
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
      await context.resume();
      return microphone;
    } catch (error) {
      for (const track of stream.getTracks()) track.stop();
      await context.close();
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

  async close(): Promise<void> {
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
