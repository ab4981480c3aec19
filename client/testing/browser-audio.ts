// A browser's audio for specs: contexts whose clock the spec turns, worklets whose messages it sees and sends.
import type { BrowserAudio, MediaTrackLike, MicrophoneConstraints } from '../browser/web-audio.js';

type Listener = (event: { readonly data: unknown }) => void;

export class ScriptedBrowser implements BrowserAudio {
  /** What happened, in order. */
  readonly log: string[] = [];
  /** What was posted to the worklet. */
  readonly posted: unknown[] = [];
  constraints: MicrophoneConstraints | undefined;
  /** The device's own rate, Hz. */
  deviceRate = 48_000;
  currentTime = 0;
  outputLatency = 0;
  denied: Error | undefined;
  brokenModule: Error | undefined;
  noContext: Error | undefined;
  /** Nobody has clicked: contexts wait. */
  waitsForClick = false;
  /** What the microphone's track says of itself. */
  echoCancellation: boolean | string | undefined = true;
  readonly #listeners: Listener[] = [];
  readonly #ended: (() => void)[] = [];

  createContext(sampleRate = this.deviceRate) {
    if (this.noContext !== undefined) throw this.noContext;
    const { log } = this;
    log.push(`context at ${sampleRate}`);
    const clock = (): number => this.currentTime;
    const latency = (): number => this.outputLatency;
    const loadModule = (): Promise<void> =>
      this.brokenModule === undefined ? Promise.resolve() : Promise.reject(this.brokenModule);
    return {
      sampleRate,
      get currentTime() {
        return clock();
      },
      get outputLatency() {
        return latency();
      },
      destination: { connect: () => undefined, disconnect: () => undefined },
      audioWorklet: {
        addModule: (url: string) => {
          log.push(`module ${url}`);
          return loadModule();
        },
      },
      createMediaStreamSource: () => ({
        connect: () => log.push('microphone connected'),
        disconnect: () => undefined,
      }),
      resume: () => (this.waitsForClick ? new Promise<void>(() => undefined) : Promise.resolve()),
      close: () => {
        log.push('context closed');
        return Promise.resolve();
      },
    };
  }

  createWorklet() {
    const { log, posted } = this;
    const listeners = this.#listeners;
    return {
      port: {
        addEventListener: (_type: 'message', listener: Listener) => void listeners.push(listener),
        postMessage: (message: unknown) => void posted.push(message),
        start: () => undefined,
        close: () => {
          listeners.length = 0;
        },
      },
      connect: () => log.push('worklet connected'),
      disconnect: () => void log.push('worklet disconnected'),
    };
  }

  getUserMedia(constraints: MicrophoneConstraints) {
    this.constraints = constraints;
    if (this.denied !== undefined) return Promise.reject(this.denied);
    const track: MediaTrackLike = {
      stop: () => void this.log.push('track stopped'),
      getSettings: () => (this.echoCancellation === undefined ? {} : { echoCancellation: this.echoCancellation }),
      addEventListener: (_type, listener) => void this.#ended.push(listener),
    };
    return Promise.resolve({ getTracks: () => [track] });
  }

  moduleUrl(source: string): string {
    return `blob:${/registerProcessor\('([\w-]+)'/.exec(source)?.[1] ?? 'none'}`;
  }

  /** The worklet says something. */
  say(data: unknown): void {
    for (const listener of this.#listeners) listener({ data });
  }

  /** The device is pulled out. */
  unplug(): void {
    for (const listener of this.#ended) listener();
  }
}
