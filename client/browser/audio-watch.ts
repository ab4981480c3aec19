// Notices when a browser stops running the audio of a call, gets it going again when the browser allows it, and says so
// when it does not: a telephone call, Siri or the lock screen of a phone, a device that was pulled out.
import type { AudioContextLike, BrowserAudio } from './web-audio.js';

export interface AudioInterruption {
  readonly device: 'microphone' | 'loudspeaker';
  /**
   * `suspended`: the browser or the system has stopped the audio, for a telephone call as a rule. `stalled`: it says that it
   * runs, and stands still. The microphone's alone: `muted` by the system or the user, `no_audio` although nothing is
   * wrong, `ended` because it is gone or the permission is.
   */
  readonly reason: 'suspended' | 'stalled' | 'muted' | 'no_audio' | 'ended';
  /**
   * What the page can do. `wait`: nothing, it goes on by itself. `click`: ask the user to click or press a key anywhere on
   * the page, which is all that it takes. `reopen`: call `Microphone.reopen`, or end the call.
   */
  readonly remedy: 'wait' | 'click' | 'reopen';
  /** For a log, in English; holds nothing personal. */
  readonly message: string;
}

export interface AudioRestored {
  readonly device: AudioInterruption['device'];
  /** How long nothing was heard or played, ms. */
  readonly gapMs: number;
}

/** What a device tells of itself after it was opened. */
export interface AudioWatchEvents {
  /** It does not work, within 2 s of the fact. Once, until it works again or what the page can do has changed. */
  readonly onInterrupted?: (interruption: AudioInterruption) => void;
  /** It works again. */
  readonly onRestored?: (restored: AudioRestored) => void;
}

export interface AudioWatchOptions {
  readonly device: AudioInterruption['device'];
  readonly audio: BrowserAudio;
  readonly context: AudioContextLike;
  /** Rises while the device works. */
  readonly progress: () => number;
  /** What is wrong besides the context. */
  readonly trouble?: () => 'muted' | 'ended' | undefined;
  /** What it means that the context runs and nothing comes. */
  readonly still: 'stalled' | 'no_audio';
  readonly events: AudioWatchEvents;
}

type Reason = AudioInterruption['reason'];

/** How often it is looked, ms; a page in the background gets a timer a second. */
const EVERY_MS = 600;
/** Looks without progress after which the page is told: under 2 s. Looks, not time: timers run late, and audio with them. */
const STILL_LOOKS = 2;
/** A context that stands still although it says that it runs is stopped and started anew on every third look. */
const RESTART_LOOKS = 3;

const MESSAGES: Readonly<Record<Reason, string>> = {
  suspended: 'has been stopped by the browser, as for a telephone call or a locked screen',
  stalled: 'stands still although the browser says that it runs',
  muted: 'is muted by the system',
  no_audio: 'gives no audio',
  ended: 'is gone, or its permission was taken back',
};

export class AudioWatch {
  readonly #options: AudioWatchOptions;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #ignoreUser: () => void;
  #progress: number;
  #stillLooks = 0;
  /** When it was last seen to work, ms of performance.now. */
  #workedAt = performance.now();
  #told: string | undefined;
  #resuming = false;
  #stopped = false;

  constructor(options: AudioWatchOptions) {
    this.#options = options;
    this.#progress = options.progress();
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
    this.#ignoreUser = options.audio.onUser(() => this.#userIsHere());
    options.context.addEventListener('statechange', () => this.#resume());
  }

  /** Call this when `trouble` has an answer that need not be waited for. */
  lookNow(): void {
    this.#stillLooks = STILL_LOOKS;
    this.#look();
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#ignoreUser();
  }

  #look(): void {
    if (this.#stopped) return;
    const reason = this.#reason();
    if (reason === undefined) return this.#works();
    this.#stillLooks += 1;
    if (reason === 'suspended') this.#resume();
    else if (reason === 'stalled' && this.#stillLooks % RESTART_LOOKS === STILL_LOOKS) this.#restart();
    if (this.#stillLooks >= STILL_LOOKS) this.#tell(reason);
  }

  #reason(): Reason | undefined {
    const { context, progress, trouble, still } = this.#options;
    const now = progress();
    const moved = now > this.#progress;
    this.#progress = now;
    const wrong = trouble?.();
    if (wrong !== undefined) return wrong;
    if (context.state !== 'running') return 'suspended';
    return moved ? undefined : still;
  }

  #works(): void {
    const gapMs = Math.round(performance.now() - this.#workedAt);
    this.#workedAt = performance.now();
    this.#stillLooks = 0;
    if (this.#told === undefined) return;
    this.#told = undefined;
    const { device, events } = this.#options;
    events.onRestored?.({ device, gapMs });
  }

  #tell(reason: Reason): void {
    const remedy = this.#remedy(reason);
    if (this.#told === `${reason} ${remedy}`) return;
    this.#told = `${reason} ${remedy}`;
    const { device, events } = this.#options;
    events.onInterrupted?.({ device, reason, remedy, message: `the ${device} ${MESSAGES[reason]}` });
  }

  #remedy(reason: Reason): AudioInterruption['remedy'] {
    if (reason === 'ended' || reason === 'no_audio') return 'reopen';
    if (reason === 'muted') return 'wait';
    // What the system has taken it gives back; a page that nobody sees is asked again when somebody does.
    const { context, audio } = this.#options;
    return context.state === 'interrupted' || !audio.visible() ? 'wait' : 'click';
  }

  /** Somebody looks at the page, or touches it: some browsers start audio only then. */
  #userIsHere(): void {
    if (this.#stopped || this.#options.context.state === 'running') return;
    this.#resuming = false;
    this.#resume();
  }

  /** Where it is not allowed, the promise stays open or rejects; whether it has helped is seen at the next look. */
  #resume(): void {
    const { context } = this.#options;
    if (this.#stopped || this.#resuming || context.state === 'running' || context.state === 'closed') return;
    this.#resuming = true;
    const settled = (): void => {
      this.#resuming = false;
    };
    context.resume().then(settled, settled);
  }

  #restart(): void {
    const { context } = this.#options;
    const resume = (): void => this.#resume();
    context.suspend().then(resume, resume);
  }
}
