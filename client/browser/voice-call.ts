// One call of a page, from the click to the goodbye: the microphone, the session and the loudspeaker, opened in the order in
// which browsers allow it, and let go of however it ends.
import type { AudioCodec } from '../audio-codec.js';
import type { HeardSoFar } from '../captions.js';
import type { SessionInfo } from '../client-events.js';
import type { ConnectOptions } from '../connect-options.js';
import { Emitter } from '../emitter.js';
import { VoiceClientError, type VoiceClientErrorCode } from '../errors.js';
import { checkedHandle, type ResumeHandle } from '../resume-handle.js';
import { VoiceClient, type VoiceClientOptions } from '../voice-client.js';
import { browserVoice, serverVoice, type AgentVoice } from './agent-voice.js';
import type { AudioInterruption, AudioRestored } from './audio-watch.js';
import { BrowserSpeaker, checkedVolume } from './browser-speaker.js';
import { opusCodec } from './load-opus.js';
import { Microphone, type MicrophoneOptions } from './microphone.js';
import { keepAwake } from './wake-lock.js';
import { browserAudio, type BrowserAudio } from './web-audio.js';
import { WebSpeech } from './web-speech.js';

export interface VoiceCallOptions
  extends
    Pick<VoiceClientOptions, 'tools' | 'webSocket'>,
    Pick<
      ConnectOptions,
      | 'url'
      | 'token'
      | 'agent'
      | 'choice'
      | 'language'
      | 'consent'
      | 'variables'
      | 'turnDetection'
      | 'resume'
      | 'connectTimeoutMs'
    > {
  /** Hz; 16 000 when absent. */
  readonly inputRate?: number;
  /** Hz; 24 000 when absent. */
  readonly outputRate?: number;
  /**
   * `opus`: a tenth of the bytes, where browser and server can; `client.session.audio` tells whether. PCM16 when absent. At
   * rates of 8000, 16 000, 24 000 and 48 000 Hz.
   */
  readonly codec?: 'pcm16' | 'opus';
  /** Which microphone, and what the browser does to its audio. `false`: none, the caller types; `useMicrophone` opens one later. */
  readonly microphone?:
    false | Pick<MicrophoneOptions, 'deviceId' | 'echoCancellation' | 'noiseSuppression' | 'autoGainControl'>;
  /** Who speaks: the server (when absent), or the browser's own voice where the server's is `browser`. */
  readonly voice?: 'server' | 'browser';
  /** Addresses of the worklets when the page's policy forbids blob: scripts. */
  readonly worklets?: { readonly capture: string; readonly playback: string };
  /** Whether the screen stays on while the call goes on, where the browser can; it does when absent. */
  readonly keepAwake?: boolean;
  readonly audio?: BrowserAudio;
}

/** `ended` is the last. */
export type CallState = 'idle' | 'connecting' | 'talking' | 'reconnecting' | 'ending' | 'ended';

export interface CallEnded {
  /** Whether this side hung up. */
  readonly local: boolean;
  /** Why, for whoever reads it. */
  readonly meaning: string;
  /** Whether a new call may do better. */
  readonly retry: boolean;
}

export interface CallEvents {
  readonly state: { readonly state: CallState };
  /** Once, when everything is let go of. A call that could not begin tells of it by what `start` rejects with, too. */
  readonly ended: CallEnded;
  /** The browser does not run a device; `remedy` says what helps. */
  readonly 'audio.interrupted': AudioInterruption;
  readonly 'audio.restored': AudioRestored;
  /** The loudspeaker that `useSpeaker` named before `start` cannot be used; the call goes on with the system's own. */
  readonly 'speaker.unavailable': { readonly code: VoiceClientErrorCode; readonly message: string };
  /** The microphone runs and has given nothing but silence since the call began, or since it was changed. Once. */
  readonly 'microphone.silent': { readonly forMs: number };
}

const INPUT_RATE = 16_000;
const OUTPUT_RATE = 24_000;
/** A room that is as quiet as this has no microphone in it, of 32 768: converters make more noise by themselves. */
const SILENT_LEVEL = 1;
const SILENT_MS = 5000;
/** Longer than what an agent says last; a page whose sound was stopped plays it never. */
const GOODBYE_MS = 20_000;

export class VoiceCall extends Emitter<CallEvents> {
  /** The session: every message of the server is an event of it. Listeners may be attached before `start`. */
  readonly client: VoiceClient;
  readonly #options: VoiceCallOptions;
  readonly #hungUp = new AbortController();
  /** What has to be let go of, in the order in which it was opened. */
  readonly #held: (() => Promise<void> | void)[] = [];
  #state: CallState = 'idle';
  #microphone: Microphone | undefined;
  #speech: WebSpeech | undefined;
  #voice: AgentVoice | undefined;
  #muted = false;
  #volume = 1;
  #speakerId: string | undefined;
  /** Silent audio so far, ms; undefined when something was heard. */
  #silentMs: number | undefined = 0;

  constructor(options: VoiceCallOptions) {
    super();
    this.#options = options;
    const { tools, webSocket } = options;
    this.client = new VoiceClient({
      ...(tools === undefined ? {} : { tools }),
      ...(webSocket === undefined ? {} : { webSocket }),
    });
    this.client.on('reconnecting', () => this.#enter('reconnecting'));
    this.client.on('reconnected', () => this.#enter('talking'));
    this.client.on('closed', (closed) => void this.#closed(closed));
  }

  get state(): CallState {
    return this.#state;
  }

  /**
   * What a page that is loaded anew goes on with this call by (`resume` of the options): keep it when the page goes away, in
   * `sessionStorage` for example. See `VoiceClient.resumable`; the library keeps it nowhere.
   */
  get resumable(): ResumeHandle | undefined {
    return this.client.resumable;
  }

  /** How loud the microphone is now: the root mean square of its last 20 ms, 0 to 1. */
  get microphoneLevel(): number {
    return this.#microphone?.level ?? 0;
  }

  /**
   * How loud the agent's voice is now, before the volume: the root mean square of its last 20 ms, 0 to 1. 0 where the browser
   * speaks by itself.
   */
  get speakerLevel(): number {
    return this.#voice?.level ?? 0;
  }

  /** How much of a reply its caller has heard, for captions (`Captions`); undefined of one that is over, or unknown. */
  heard(responseId: string): HeardSoFar | undefined {
    return this.#voice?.heard(responseId);
  }

  get muted(): boolean {
    return this.#muted;
  }

  /**
   * Asks for the microphone, opens the loudspeaker and the session. Call it from a click or a key press. Rejects with a
   * VoiceClientError, as do `Microphone.open`, `BrowserSpeaker.create` and `VoiceClient.connect`, with `aborted` after
   * `stop`, and with `resume_failed` where the call of `resume` cannot be gone on with; the call is over then. A call is made once: take a new one for the next.
   */
  async start(): Promise<SessionInfo> {
    if (this.#state !== 'idle') throw new VoiceClientError('wrong_state', `start while ${this.#state}`);
    this.#enter('connecting');
    try {
      // Before anybody is asked for a microphone.
      if (this.#options.resume !== undefined) checkedHandle(this.#options.resume);
      const codec =
        this.#options.codec === 'opus'
          ? opusCodec({ inputRate: this.#rates.input, outputRate: this.#rates.output })
          : undefined;
      const microphone = this.#options.microphone === false ? undefined : await this.#openMicrophone();
      await this.#openVoice();
      const session = await this.#connect(microphone, await codec);
      // It may have been hung up, or be over, in the meantime.
      if (this.state === 'connecting') {
        if (this.#options.keepAwake !== false) this.#held.push(keepAwake(this.#options.audio ?? browserAudio()));
        this.#enter('talking');
      }
      return session;
    } catch (error) {
      const cause = error instanceof VoiceClientError ? error : new VoiceClientError('closed', String(error));
      await this.#end({ local: this.#hungUp.signal.aborted, meaning: cause.message, retry: cause.retryable });
      throw error;
    }
  }

  /** Hangs up: nothing is heard or said from now on. Resolves when everything is let go of. Safe at any time. */
  async stop(): Promise<void> {
    if (this.#state === 'ended') return;
    if (this.#state === 'idle') return this.#end({ local: true, meaning: 'It was not begun.', retry: true });
    const ended = new Promise<void>((resolve) => this.once('ended', () => resolve()));
    // Also while a goodbye is still being played: nobody has to hear it to its end.
    const isFirst = this.#state !== 'ending';
    if (isFirst) this.#enter('ending');
    this.#hungUp.abort();
    if (isFirst) {
      this.#speech?.stop();
      void this.#microphone?.close();
      void this.client.end();
    }
    await ended;
  }

  /** Muted, the agent hears silence. */
  set muted(muted: boolean) {
    this.#muted = muted;
    if (this.#microphone !== undefined) this.#microphone.muted = muted;
    if (muted) this.#speech?.pause();
    else this.#speech?.resume();
  }

  /** How loud the agent is, 0 to 1; 1 at first. */
  get volume(): number {
    return this.#volume;
  }

  /** Reached smoothly within 60 ms; the browser's own voice takes it with its next sentence. Throws `invalid_argument`. */
  set volume(volume: number) {
    this.#volume = checkedVolume(volume);
    if (this.#voice !== undefined) this.#voice.volume = volume;
  }

  /** Says something by text; 1 to 4000 characters. */
  sendText(text: string): void {
    this.client.submitText(text);
  }

  /** Tells the agent what has happened in the page, as data: see `VoiceClient.sendMessage`. */
  sendMessage(name: string, data: unknown): void {
    this.client.sendMessage(name, data);
  }

  /** Stops what the agent is saying. */
  interrupt(): void {
    this.client.cancel();
  }

  /**
   * Goes on with another microphone, or with the same one where it was gone. Rejects with `microphone_unavailable`. Where the
   * browser recognises, it listens again; which microphone, it decides itself.
   */
  async useMicrophone(deviceId?: string): Promise<void> {
    this.#silentMs = 0;
    if (this.#speech !== undefined) this.#listen();
    else if (this.#microphone !== undefined) await this.#microphone.reopen(deviceId);
    else await this.#openMicrophone(deviceId);
  }

  /**
   * Plays on another loudspeaker, `deviceId` as `listDevices` names it; on the system's own when absent. Rejects with
   * `speaker_unavailable` (the one before goes on), or with `not_supported` where the browser leaves the choice to the system.
   * Before `start` it is kept, and only tried then: see `speaker.unavailable`.
   */
  async useSpeaker(deviceId?: string): Promise<void> {
    if (this.#voice !== undefined) await this.#voice.useDevice(deviceId);
    this.#speakerId = deviceId;
  }

  async #openMicrophone(deviceId?: string): Promise<Microphone> {
    const { microphone: wishes, worklets } = this.#options;
    const microphone = await this.#unlessHungUp(
      Microphone.open({
        ...(wishes === false ? {} : wishes),
        ...(deviceId === undefined ? {} : { deviceId }),
        ...this.#watched(),
        sampleRate: this.#rates.input,
        onAudio: (pcm) => this.#hear(pcm),
        ...(worklets === undefined ? {} : { workletUrl: worklets.capture }),
      }),
    );
    microphone.muted = this.#muted;
    this.#microphone = microphone;
    return microphone;
  }

  async #openVoice(): Promise<void> {
    const voice =
      this.#options.voice === 'browser'
        ? browserVoice(this.client)
        : serverVoice(this.client, await this.#openSpeaker());
    this.#held.push(() => voice.dispose());
    voice.volume = this.#volume;
    this.#voice = voice;
    if (this.#speakerId === undefined) return;
    // A call on another loudspeaker is better than none.
    await voice.useDevice(this.#speakerId).catch((error: VoiceClientError) => {
      this.#speakerId = undefined;
      this.emit('speaker.unavailable', { code: error.code, message: error.message });
    });
  }

  #openSpeaker(): Promise<BrowserSpeaker> {
    const { worklets } = this.#options;
    return this.#unlessHungUp(
      BrowserSpeaker.create({
        ...this.#watched(),
        sampleRate: this.#rates.output,
        ...(worklets === undefined ? {} : { workletUrl: worklets.playback }),
      }),
    );
  }

  async #connect(microphone: Microphone | undefined, codec: AudioCodec | undefined): Promise<SessionInfo> {
    const { url, token, agent, choice, language, consent, variables, turnDetection, resume, connectTimeoutMs } =
      this.#options;
    const session = await this.client.connect({
      url,
      ...(token === undefined ? {} : { token }),
      ...(agent === undefined ? {} : { agent }),
      ...(choice === undefined ? {} : { choice }),
      ...(language === undefined ? {} : { language }),
      ...(consent === undefined ? {} : { consent }),
      ...(variables === undefined ? {} : { variables }),
      ...(turnDetection === undefined ? {} : { turnDetection }),
      ...(resume === undefined ? {} : { resume }),
      ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
      ...(codec === undefined ? {} : { codec }),
      audio: {
        input: { encoding: 'pcm16', sampleRate: this.#rates.input },
        output: { encoding: 'pcm16', sampleRate: this.#rates.output },
        // Where nothing is heard there is no echo.
        echoCancellation: microphone?.cancelsEcho ?? true,
      },
      signal: this.#hungUp.signal,
    });
    if (session.recognition === 'client' && microphone !== undefined) await this.#listenHere(microphone);
    return session;
  }

  /** Where the browser recognises, it takes the microphone itself. */
  async #listenHere(microphone: Microphone): Promise<void> {
    await microphone.close();
    this.#microphone = undefined;
    this.#held.push(() => this.#speech?.stop());
    this.#listen();
  }

  #listen(): void {
    const { language } = this.#options;
    this.#speech?.stop();
    this.#speech = WebSpeech.start({
      ...(language === undefined ? {} : { language }),
      onTranscript: (text, final) => void this.client.sendTranscript(text, final),
      onEnded: ({ message }) =>
        this.emit('audio.interrupted', { device: 'microphone', reason: 'ended', remedy: 'reopen', message }),
    });
    if (this.#muted) this.#speech.pause();
  }

  /** Hz. A call that goes on keeps its own. */
  get #rates(): { readonly input: number; readonly output: number } {
    const { inputRate = INPUT_RATE, outputRate = OUTPUT_RATE, resume } = this.#options;
    const { input, output } = resume?.audio ?? {};
    return { input: input?.sampleRate ?? inputRate, output: output?.sampleRate ?? outputRate };
  }

  #watched(): Pick<MicrophoneOptions, 'onInterrupted' | 'onRestored' | 'audio'> {
    const { audio } = this.#options;
    return {
      onInterrupted: (interruption) => this.emit('audio.interrupted', interruption),
      onRestored: (restored) => this.emit('audio.restored', restored),
      ...(audio === undefined ? {} : { audio }),
    };
  }

  #hear(pcm: Uint8Array): void {
    // Until the session is there its audio goes nowhere; while it is reconnecting the client keeps it.
    if (this.client.session === undefined || this.#hungUp.signal.aborted) return;
    this.client.sendAudio(pcm);
    if (this.#silentMs === undefined || this.#muted) return;
    if (this.microphoneLevel * 32_768 > SILENT_LEVEL) this.#silentMs = undefined;
    else {
      this.#silentMs += (pcm.byteLength * 500) / this.#rates.input;
      if (this.#silentMs < SILENT_MS) return;
      this.emit('microphone.silent', { forMs: Math.round(this.#silentMs) });
      this.#silentMs = undefined;
    }
  }

  /** The device, to be let go of at the end; whoever hangs up does not wait for an answer to the browser's question. */
  async #unlessHungUp<Device extends { close(): Promise<void> }>(opening: Promise<Device>): Promise<Device> {
    const { signal } = this.#hungUp;
    const hungUp = new Promise<never>((_resolve, reject) => {
      const giveUp = (): void => reject(new VoiceClientError('aborted', 'it was hung up'));
      signal.addEventListener('abort', giveUp, { once: true });
      if (signal.aborted) giveUp();
    });
    try {
      const device = await Promise.race([opening, hungUp]);
      this.#held.push(() => device.close());
      return device;
    } catch (error) {
      opening.then(
        (late) => late.close(),
        () => undefined,
      );
      throw error;
    }
  }

  async #closed(closed: CallEnded): Promise<void> {
    // Nobody is listened to any more; a goodbye that is still being played may be heard to its end.
    const local = closed.local || this.#hungUp.signal.aborted;
    if (!local) this.#enter('ending');
    await this.#microphone?.close();
    if (!local) await this.#goodbye();
    await this.#end({ local, meaning: closed.meaning, retry: closed.retry });
  }

  /** Until it was played, somebody hangs up, or the browser plays nothing any more. */
  async #goodbye(): Promise<void> {
    const { signal } = this.#hungUp;
    let deadline: ReturnType<typeof setTimeout> | undefined;
    const givenUp = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, GOODBYE_MS);
      signal.addEventListener('abort', () => resolve(), { once: true });
      if (signal.aborted) resolve();
    });
    await Promise.race([this.#voice?.whenIdle(), givenUp]);
    clearTimeout(deadline);
  }

  async #end(ended: CallEnded): Promise<void> {
    if (this.#state === 'ended') return;
    this.client.close();
    for (const letGo of this.#held.splice(0).toReversed()) await letGo();
    if (this.state === 'ended') return;
    this.#enter('ended');
    this.emit('ended', ended);
  }

  #enter(state: CallState): void {
    // What is ending does not go back to talking.
    if (this.#state === state || this.#state === 'ended' || (this.#state === 'ending' && state !== 'ended')) return;
    this.#state = state;
    this.emit('state', { state });
  }
}
