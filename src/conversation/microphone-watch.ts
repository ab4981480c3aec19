// Tells when a microphone that was heard sends nothing any more: muted in mid-word, or by a client that sends speech only.
// Recognisers and detectors count silence in audio, and would wait for it for ever.
import type { Clock } from './clock.port.js';

/** Without a frame for so long the caller is silent, ms. Networks hold audio back for less, as a rule. */
const NO_AUDIO_MS = 1000;
/** A client that is back sends first what its microphone heard meanwhile: it is given so much more, ms. */
const CATCH_UP_MS = 500;

export class MicrophoneWatch {
  private cancel: (() => void) | undefined;
  private expecting = false;
  private held = false;
  /** Silence counts from here at the earliest, ms on the clock. */
  private countsFrom = -Infinity;

  /** `lastAt` is when the latest audio came, ms on the clock; undefined before the first: then nobody sends any. */
  constructor(
    private readonly clock: Clock,
    private readonly lastAt: () => number | undefined,
    private readonly fellSilent: () => void,
  ) {}

  /** Somebody speaks, or words are there: audio has to follow until `settled`. Cheap when it is expected already. */
  expectAudio(): void {
    if (this.expecting) return;
    this.expecting = true;
    if (!this.held) this.wait(NO_AUDIO_MS);
  }

  /** Nothing is open any more. */
  settled(): void {
    this.expecting = false;
    this.cancel?.();
    this.cancel = undefined;
  }

  /** The client is gone: a network that is away is not the caller's silence. */
  hold(): void {
    this.held = true;
    this.cancel?.();
  }

  release(): void {
    this.held = false;
    this.countsFrom = this.clock.now() + CATCH_UP_MS;
    if (this.expecting) this.wait(NO_AUDIO_MS + CATCH_UP_MS);
  }

  private wait(ms: number): void {
    this.cancel?.();
    this.cancel = this.clock.after(ms, () => this.look());
  }

  private look(): void {
    const lastAt = this.lastAt();
    if (lastAt === undefined) return this.settled();
    const leftMs = Math.max(lastAt, this.countsFrom) + NO_AUDIO_MS - this.clock.now();
    if (leftMs > 0) return this.wait(leftMs);
    this.settled();
    this.fellSilent();
  }
}
