// The parts of the Web Audio and Media Capture APIs that the browser client uses, as types of its own: the server, the
// SDK and the terminal client share one TypeScript program, and the DOM library in it would let server code name
// `window`. A browser's own objects fit these types. https://www.w3.org/TR/webaudio/ , https://www.w3.org/TR/mediacapture-streams/

export interface AudioNodeLike {
  connect(destination: AudioNodeLike): unknown;
  disconnect(): void;
}

export interface MessagePortLike {
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  /** Messages wait until this is called. */
  start(): void;
  close(): void;
}

export interface WorkletNodeLike extends AudioNodeLike {
  readonly port: MessagePortLike;
}

export interface MediaTrackLike {
  stop(): void;
  /** The system gives silence in place of what is heard. */
  readonly muted: boolean;
  getSettings(): {
    /** A mode (`all`, `remote-only`) in newer browsers. */
    readonly echoCancellation?: boolean | string;
  };
  addEventListener(type: 'ended', listener: () => void): void;
}

export interface MediaStreamLike {
  getTracks(): MediaTrackLike[];
}

export interface AudioContextLike {
  /** `running`, `suspended`, `closed`, and `interrupted` where the system has taken the audio away. */
  readonly state: string;
  /** Hz */
  readonly sampleRate: number;
  /** s */
  readonly currentTime: number;
  /** s from a sample's processing to the ear; absent in Safari. */
  readonly outputLatency?: number;
  readonly destination: AudioNodeLike;
  readonly audioWorklet: { addModule(url: string): Promise<void> };
  createMediaStreamSource(stream: MediaStreamLike): AudioNodeLike;
  resume(): Promise<void>;
  suspend(): Promise<void>;
  close(): Promise<void>;
  /** Plays on another device; '' is the system's own. Chromium's alone. https://www.w3.org/TR/webaudio/#dom-audiocontext-setsinkid */
  setSinkId?(sinkId: string): Promise<void>;
  addEventListener(type: 'statechange', listener: () => void): void;
}

export interface MicrophoneConstraints {
  readonly audio: {
    readonly echoCancellation: boolean;
    readonly noiseSuppression: boolean;
    readonly autoGainControl: boolean;
    readonly channelCount: 1;
    readonly deviceId?: string;
  };
}

export interface WakeLockLike {
  /** The browser takes it away from a page that nobody sees. */
  readonly released: boolean;
  release(): Promise<void>;
}

/** What a browser gives; tests give their own. */
export interface BrowserAudio {
  /** @param sampleRate Hz; the device's own when absent */
  createContext(sampleRate?: number): AudioContextLike;
  createWorklet(context: AudioContextLike, name: string): WorkletNodeLike;
  getUserMedia(constraints: MicrophoneConstraints): Promise<MediaStreamLike>;
  /** Whether somebody may be looking at the page. */
  visible(): boolean;
  /** Calls `listener` when the user comes back to the page, or does something on it. Returns what stops it. */
  onUser(listener: () => void): () => void;
  /** Keeps the screen on; absent where the browser cannot. */
  readonly wakeLock?: () => Promise<WakeLockLike>;
  /** An address under which a worklet module with this source can be loaded. */
  moduleUrl(source: string): string;
}

interface BrowserGlobals {
  readonly AudioContext: new (options: { latencyHint: 'interactive'; sampleRate?: number }) => AudioContextLike;
  readonly AudioWorkletNode: new (
    context: AudioContextLike,
    name: string,
    options: { numberOfInputs: number; numberOfOutputs: number; outputChannelCount: number[] },
  ) => WorkletNodeLike;
  readonly navigator: {
    readonly mediaDevices?: { getUserMedia(constraints: MicrophoneConstraints): Promise<MediaStreamLike> };
    readonly wakeLock?: { request(type: 'screen'): Promise<WakeLockLike> };
  };
  readonly document: EventTarget & { readonly visibilityState: string };
}

/** What a user does that lets a browser start audio, and what says that he is there. The page may keep them from bubbling. */
const USER_EVENTS = ['pointerup', 'touchend', 'click', 'keydown', 'visibilitychange'] as const;

/** The browser's own audio. The one place where a runtime's globals are taken for what the types above say. */
export function browserAudio(): BrowserAudio {
  const globals = globalThis as unknown as BrowserGlobals;
  const { wakeLock } = globals.navigator;
  return {
    createContext: (sampleRate) =>
      new globals.AudioContext({ latencyHint: 'interactive', ...(sampleRate === undefined ? {} : { sampleRate }) }),
    createWorklet: (context, name) =>
      new globals.AudioWorkletNode(context, name, { numberOfInputs: 1, numberOfOutputs: 1, outputChannelCount: [1] }),
    getUserMedia: (constraints) => {
      const { mediaDevices } = globals.navigator;
      if (mediaDevices === undefined) {
        return Promise.reject(new Error('no microphone access: the page must come over https or from localhost'));
      }
      return mediaDevices.getUserMedia(constraints);
    },
    visible: () => globals.document.visibilityState !== 'hidden',
    onUser: (listener) => {
      const options = { capture: true, passive: true };
      for (const type of USER_EVENTS) globals.document.addEventListener(type, listener, options);
      return () => {
        for (const type of USER_EVENTS) globals.document.removeEventListener(type, listener, options);
      };
    },
    ...(wakeLock === undefined ? {} : { wakeLock: () => wakeLock.request('screen') }),
    moduleUrl: (source) => URL.createObjectURL(new Blob([source], { type: 'text/javascript' })),
  };
}
