import { bytesOf, rms, toInt16 } from '../audio/pcm.js';
import { Resampler } from '../audio/resampler.js';
import { VoiceClientError } from '../errors.js';
import { createContext, createWorklet, startContext } from './audio-start.js';
import { AudioWatch, type AudioWatchEvents } from './audio-watch.js';
import { CAPTURE_WORKLET, captureWorkletSource } from './capture.worklet.js';
import {
  browserAudio,
  type AudioContextLike,
  type AudioNodeLike,
  type BrowserAudio,
  type MediaStreamLike,
  type WorkletNodeLike,
} from './web-audio.js';

export interface MicrophoneOptions extends AudioWatchEvents {
  /** The session's input rate, Hz. */
  readonly sampleRate: number;
  /** About 20 ms of PCM16 mono at that rate, as it is recorded: give it to VoiceClient.sendAudio. */
  readonly onAudio: (pcm: Uint8Array) => void;
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
  readonly #options: MicrophoneOptions;
  readonly #audio: BrowserAudio;
  readonly #context: AudioContextLike;
  readonly #node: WorkletNodeLike;
  #watch: AudioWatch | undefined;
  #stream: MediaStreamLike;
  #source: AudioNodeLike | undefined;
  /** Frames that have come from the device. */
  #frames = 0;
  #ended = false;
  #muted = false;
  #level = 0;
  #deviceId: string | undefined;
  #closing: Promise<void> | undefined;

  private constructor(
    options: MicrophoneOptions,
    audio: BrowserAudio,
    context: AudioContextLike,
    stream: MediaStreamLike,
    node: WorkletNodeLike,
  ) {
    this.#options = options;
    this.#audio = audio;
    this.#context = context;
    this.#node = node;
    this.#stream = stream;
    this.#deviceId = options.deviceId;
    const resampler = new Resampler(context.sampleRate, options.sampleRate);
    node.port.addEventListener('message', ({ data }) => {
      this.#frames += 1;
      const samples = resampler.process(data as Float32Array);
      if (this.#muted) samples.fill(0);
      if (samples.length === 0) return;
      const recorded = toInt16(samples);
      this.#level = rms(recorded) / 32_768;
      options.onAudio(bytesOf(recorded));
    });
    node.port.start();
    // Only what leads to the destination is run; the worklet's output is silent.
    node.connect(context.destination);
  }

  /**
   * Asks for the microphone and starts. Rejects with `microphone_unavailable`, `audio_unavailable` or `audio_blocked`. Call
   * it from a click or a key press.
   */
  static async open(options: MicrophoneOptions): Promise<Microphone> {
    const audio = options.audio ?? browserAudio();
    const stream = await requestStream(audio, options);
    let context: AudioContextLike | undefined;
    let microphone: Microphone | undefined;
    try {
      context = createContext(audio);
      const node = await createWorklet(audio, context, {
        name: CAPTURE_WORKLET,
        source: captureWorkletSource,
        url: options.workletUrl,
      });
      microphone = new Microphone(options, audio, context, stream, node);
      microphone.#listenTo(stream);
      await startContext(context);
      microphone.#startWatch();
      return microphone;
    } catch (error) {
      if (microphone !== undefined) await microphone.close();
      else {
        stopTracks(stream);
        await context?.close();
      }
      throw error;
    }
  }

  /**
   * Asks for the microphone again, after `ended` or `no_audio`: another device may be there, or the permission may be back.
   * The same call goes on, with another device where `deviceId` names one. Rejects with `microphone_unavailable`; then it
   * may be called again.
   */
  async reopen(deviceId = this.#deviceId): Promise<void> {
    const stream = await requestStream(this.#audio, { ...this.#options, deviceId });
    if (this.#closing !== undefined) return stopTracks(stream);
    stopTracks(this.#stream);
    this.#deviceId = deviceId;
    this.#listenTo(stream);
  }

  /** How loud it is: the root mean square of the last 20 ms, 0 to 1; 0 while muted. */
  get level(): number {
    return this.#level;
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
    this.#watch?.stop();
    this.#node.port.close();
    this.#node.disconnect();
    stopTracks(this.#stream);
    await this.#context.close();
  }

  #startWatch(): void {
    this.#watch = new AudioWatch({
      device: 'microphone',
      audio: this.#audio,
      context: this.#context,
      events: this.#options,
      progress: () => this.#frames,
      trouble: () => this.#trouble(),
      still: 'no_audio',
    });
  }

  #listenTo(stream: MediaStreamLike): void {
    this.#stream = stream;
    this.#ended = false;
    this.#source?.disconnect();
    this.#source = this.#context.createMediaStreamSource(stream);
    this.#source.connect(this.#node);
    for (const track of stream.getTracks()) {
      track.addEventListener('ended', () => {
        if (this.#stream !== stream) return;
        this.#ended = true;
        this.#watch?.lookNow();
      });
    }
  }

  #trouble(): 'muted' | 'ended' | undefined {
    if (this.#ended) return 'ended';
    return this.#stream.getTracks().some(({ muted }) => muted) ? 'muted' : undefined;
  }
}

function stopTracks(stream: MediaStreamLike): void {
  for (const track of stream.getTracks()) track.stop();
}

type Wishes = Omit<MicrophoneOptions, 'deviceId'> & { readonly deviceId?: string | undefined };

async function requestStream(audio: BrowserAudio, options: Wishes): Promise<MediaStreamLike> {
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
