// A browser's audio for specs: contexts whose clock the spec turns, worklets whose messages it sees and sends.
import type { BrowserAudio, WakeLockLike, MediaTrackLike, MicrophoneConstraints } from '../browser/web-audio.js';

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
  /** The loudspeakers that there are; undefined in a browser that leaves them to the system. */
  sinks: readonly string[] | undefined = ['', 'headphones'];
  /** Nobody has clicked: contexts wait. */
  waitsForClick = false;
  /** Of all contexts; set it by `become`. */
  state = 'running';
  isVisible = true;
  noWakeLock = false;
  #takeWakeLock: () => void = () => undefined;
  /** The system has muted the microphone. */
  trackMuted = false;
  /** What the microphone's track says of itself. */
  echoCancellation: boolean | string | undefined = true;
  readonly #listeners: { readonly worklet: string; readonly listener: Listener }[] = [];
  readonly #ended: (() => void)[] = [];
  readonly #stateListeners: (() => void)[] = [];
  readonly #userListeners = new Set<() => void>();

  createContext(sampleRate = this.deviceRate) {
    if (this.noContext !== undefined) throw this.noContext;
    const { log } = this;
    log.push(`context at ${sampleRate}`);
    const clock = (): number => this.currentTime;
    const state = (): string => this.state;
    const latency = (): number => this.outputLatency;
    const loadModule = (): Promise<void> =>
      this.brokenModule === undefined ? Promise.resolve() : Promise.reject(this.brokenModule);
    return {
      sampleRate,
      get state() {
        return state();
      },
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
      resume: () => {
        if (this.state !== 'running') log.push('resume');
        if (this.waitsForClick) return new Promise<void>(() => undefined);
        if (this.state === 'interrupted') return Promise.reject(new Error('a telephone call'));
        this.become('running');
        return Promise.resolve();
      },
      suspend: () => {
        log.push('suspend');
        this.become('suspended');
        return Promise.resolve();
      },
      addEventListener: (_type: 'statechange', listener: () => void) => void this.#stateListeners.push(listener),
      ...(this.sinks === undefined ? {} : { setSinkId: (id: string) => this.#play(id) }),
      close: () => {
        log.push('context closed');
        return Promise.resolve();
      },
    };
  }

  createWorklet(_context: unknown, worklet: string) {
    const { log, posted } = this;
    const listeners = this.#listeners;
    return {
      port: {
        addEventListener: (_type: 'message', listener: Listener) => void listeners.push({ worklet, listener }),
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
    const isMuted = (): boolean => this.trackMuted;
    const track: MediaTrackLike = {
      get muted() {
        return isMuted();
      },
      stop: () => void this.log.push('track stopped'),
      getSettings: () => (this.echoCancellation === undefined ? {} : { echoCancellation: this.echoCancellation }),
      addEventListener: (_type, listener) => void this.#ended.push(listener),
    };
    return Promise.resolve({ getTracks: () => [track] });
  }

  /** As a browser's: taken away when the page is not seen. */
  readonly wakeLock = (): Promise<WakeLockLike> => {
    if (this.noWakeLock) return Promise.reject(new Error('the battery is low'));
    this.log.push('wake lock');
    let released = false;
    this.#takeWakeLock = () => (released = true);
    return Promise.resolve({
      get released() {
        return released;
      },
      release: () => {
        this.log.push('wake lock released');
        released = true;
        return Promise.resolve();
      },
    });
  };

  /** Nobody sees the page any more. */
  hide(): void {
    this.isVisible = false;
    this.#takeWakeLock();
  }

  /** Somebody comes back to it. */
  show(): void {
    this.isVisible = true;
    this.user();
  }

  #play(id: string): Promise<void> {
    if (this.sinks?.includes(id) !== true) {
      return Promise.reject(Object.assign(new Error('no such device'), { name: 'NotFoundError' }));
    }
    this.log.push(`plays on ${id === '' ? 'the system’s' : id}`);
    return Promise.resolve();
  }

  visible(): boolean {
    return this.isVisible;
  }

  onUser(listener: () => void): () => void {
    this.#userListeners.add(listener);
    return () => void this.#userListeners.delete(listener);
  }

  /** Somebody clicks, or comes back to the page. */
  user(): void {
    for (const listener of this.#userListeners) listener();
  }

  /** The contexts change their state. */
  become(state: string): void {
    if (state === this.state) return;
    this.state = state;
    for (const listener of this.#stateListeners) listener();
  }

  moduleUrl(source: string): string {
    return `blob:${/registerProcessor\('([\w-]+)'/.exec(source)?.[1] ?? 'none'}`;
  }

  /** A worklet says something: all of them, or those of that name. */
  say(data: unknown, from?: string): void {
    for (const { worklet, listener } of this.#listeners) if ((from ?? worklet) === worklet) listener({ data });
  }

  /** The device is pulled out. */
  unplug(): void {
    for (const listener of this.#ended) listener();
  }
}
