import { samplesOf, toFloat32 } from '../audio/pcm.js';
import { VoiceClientError } from '../errors.js';
import type { Speaker } from '../playback/speaker.js';
import { createContext, createWorklet, startContext, unlessLate } from './audio-start.js';
import { AudioWatch, type AudioWatchEvents } from './audio-watch.js';
import {
  PLAYBACK_WORKLET,
  playbackWorkletSource,
  type PlaybackCommand,
  type PlaybackReport,
} from './playback.worklet.js';
import { browserAudio, type AudioContextLike, type BrowserAudio, type WorkletNodeLike } from './web-audio.js';

export interface BrowserSpeakerOptions extends AudioWatchEvents {
  /** The session's output rate, Hz. The browser converts to the device's. */
  readonly sampleRate: number;
  /** Address of `playbackWorkletSource` when the page's policy forbids blob: scripts. */
  readonly workletUrl?: string;
  readonly audio?: BrowserAudio;
}

/**
 * Plays through an AudioWorklet. Positions are what the ear has heard: the worklet's own count, carried forward by the
 * audio clock between two of its reports, less the latency of the device. While the browser has suspended its audio that
 * clock stands still, and the position with it; the speaker gets it going again as soon as the browser allows it.
 */
export class BrowserSpeaker implements Speaker {
  readonly #context: AudioContextLike;
  readonly #node: WorkletNodeLike;
  readonly #watch: AudioWatch;
  #epoch = 0;
  #report: Omit<PlaybackReport, 'level'>;
  /** Samples heard in the epochs before this one. */
  #heardBefore = 0;
  /** Samples written in this epoch. */
  #written = 0;
  #paused = false;
  #level = 0;
  #volume = 1;
  /** So that a late correction never lets the position fall. */
  #heard = 0;
  #closing: Promise<void> | undefined;

  private constructor(context: AudioContextLike, node: WorkletNodeLike, audio: BrowserAudio, events: AudioWatchEvents) {
    this.#context = context;
    this.#node = node;
    this.#watch = new AudioWatch({
      device: 'loudspeaker',
      audio,
      context,
      events,
      progress: () => context.currentTime,
      still: 'stalled',
    });
    this.#report = { epoch: 0, played: 0, at: context.currentTime };
    node.port.addEventListener('message', ({ data }) => {
      const report = data as PlaybackReport;
      this.#level = report.level;
      if (report.epoch === this.#epoch) this.#report = report;
    });
    node.port.start();
  }

  /**
   * Call this from a click or a key press: browsers let no page play before the user did something. Rejects with
   * `audio_blocked` (within three seconds) or `audio_unavailable`.
   */
  static async create(options: BrowserSpeakerOptions): Promise<BrowserSpeaker> {
    const audio = options.audio ?? browserAudio();
    const context = createContext(audio, options.sampleRate);
    try {
      const node = await createWorklet(audio, context, {
        name: PLAYBACK_WORKLET,
        source: playbackWorkletSource,
        url: options.workletUrl,
      });
      node.connect(context.destination);
      await startContext(context);
      return new BrowserSpeaker(context, node, audio, options);
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  get sampleRate(): number {
    return this.#context.sampleRate;
  }

  /** How loud what is played is now, before the volume: the root mean square of its last 20 ms, 0 to 1. */
  get level(): number {
    return this.#context.state === 'running' ? this.#level : 0;
  }

  get volume(): number {
    return this.#volume;
  }

  /** 0 to 1, reached smoothly within 60 ms. Throws `invalid_argument` for anything else. */
  set volume(volume: number) {
    this.#volume = checkedVolume(volume);
    this.#send({ type: 'volume', volume });
  }

  /**
   * Plays on another loudspeaker from now on, `deviceId` as `listDevices` names it; the system's own when absent. Rejects
   * with `speaker_unavailable`, or with `not_supported` where the browser leaves the choice to the system.
   */
  async useDevice(deviceId = ''): Promise<void> {
    if (this.#context.setSinkId === undefined) {
      throw new VoiceClientError('not_supported', 'this browser plays on the loudspeaker that the system chooses');
    }
    try {
      const change = this.#context.setSinkId(deviceId === 'default' ? '' : deviceId);
      await unlessLate(change, new Error('the browser does not answer'));
    } catch (cause) {
      const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
      throw new VoiceClientError('speaker_unavailable', `the loudspeaker cannot be used (${reason})`, { cause });
    }
  }

  write(pcm: Uint8Array): void {
    const samples = toFloat32(samplesOf(pcm));
    if (samples.length === 0) return;
    // After silence the clock has run on without anything being played: carry forward from now.
    if (this.#played() >= this.#written) {
      this.#report = { epoch: this.#epoch, played: this.#written, at: this.#context.currentTime };
    }
    this.#written += samples.length;
    this.#send({ type: 'write', samples }, [samples.buffer as ArrayBuffer]);
  }

  pause(): void {
    this.#freeze();
    this.#paused = true;
    this.#send({ type: 'pause' });
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#report = { ...this.#report, at: this.#context.currentTime };
    this.#send({ type: 'resume' });
  }

  flush(): void {
    this.#heardBefore = this.heardSamples();
    this.#epoch += 1;
    this.#report = { epoch: this.#epoch, played: 0, at: this.#context.currentTime };
    this.#written = 0;
    this.#paused = false;
    this.#send({ type: 'flush', epoch: this.#epoch });
  }

  heardSamples(): number {
    const latency = Math.round((this.#context.outputLatency ?? 0) * this.sampleRate);
    const played = this.#played();
    // All of it was played: the tail reaches the ear by itself, and nothing would report it later.
    const heard = played >= this.#written ? this.#written : Math.max(0, played - latency);
    this.#heard = Math.max(this.#heard, this.#heardBefore + heard);
    return this.#heard;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#watch.stop();
    this.#node.disconnect();
    this.#node.port.close();
    await this.#context.close();
  }

  /** Samples of this epoch that the worklet has played by now. */
  #played(): number {
    const since = this.#paused ? 0 : Math.max(0, this.#context.currentTime - this.#report.at);
    return Math.min(this.#written, this.#report.played + Math.round(since * this.sampleRate));
  }

  #freeze(): void {
    this.#report = { epoch: this.#epoch, played: this.#played(), at: this.#context.currentTime };
  }

  #send(command: PlaybackCommand, transfer: ArrayBuffer[] = []): void {
    this.#node.port.postMessage(command, transfer);
  }
}

/** Throws `invalid_argument` for what is no volume of 0 to 1. */
export function checkedVolume(volume: number): number {
  if (volume >= 0 && volume <= 1) return volume;
  throw new VoiceClientError('invalid_argument', `a volume is 0 to 1, not ${volume}`);
}
