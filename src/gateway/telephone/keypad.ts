/** What a caller types counts as typed through after such a pause, ms. */
export const KEYPAD_PAUSE_MS = 2000;
/** Longest that can be typed at once: more than a credit card's number. */
const MAX_KEYS = 32;

/**
 * Keys of a telephone, collected into what they say together: until `#`, or until the caller types no more. Knows no clock: it
 * is told the time with each key and each piece of audio, on whatever clock the wire has.
 */
export class Keypad {
  private keys = '';
  private typedAt = 0;

  /** Whether a number is being typed. */
  get busy(): boolean {
    return this.keys !== '';
  }

  /** One of `0`-`9`, `A`-`D`, `*` and `#`; others are none. Returns what was typed when that is all. */
  press(key: string, now: number): string | undefined {
    if (key === '#') return this.take();
    if (!/^[0-9A-D*]$/.test(key)) return undefined;
    this.keys += key;
    this.typedAt = now;
    return this.keys.length === MAX_KEYS ? this.take() : undefined;
  }

  /** What was typed, when nothing has come for long enough. */
  paused(now: number): string | undefined {
    return this.keys !== '' && now - this.typedAt >= KEYPAD_PAUSE_MS ? this.take() : undefined;
  }

  private take(): string | undefined {
    const { keys } = this;
    this.keys = '';
    return keys === '' ? undefined : keys;
  }
}
