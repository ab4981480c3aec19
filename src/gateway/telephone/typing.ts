import type { ClientMessage } from '../../protocol/index.js';
import { Keypad } from './keypad.js';

/** Keys between the audio of a telephone: what they say together comes before the audio that follows them. */
export class Typing {
  private readonly keypad = new Keypad();
  /** Audio that came when there was something to say before it. */
  private waiting: Uint8Array | undefined;

  /** Hot path: the next audio, if there is any, and its time, ms. What is to be passed on: typed words first. */
  hear(audio: Uint8Array | undefined, now: number): Uint8Array | ClientMessage | undefined {
    const typed = this.keypad.paused(now);
    if (typed !== undefined) {
      this.waiting = audio;
      return { type: 'text.submit', text: typed };
    }
    const { waiting } = this;
    if (waiting === undefined || audio === undefined) return audio;
    this.waiting = undefined;
    return Buffer.concat([waiting, audio]);
  }

  /** The first key silences the agent, as a first word would. */
  press(key: string, now: number): ClientMessage | undefined {
    const isFirst = !this.keypad.busy;
    const typed = this.keypad.press(key, now);
    if (typed !== undefined) return { type: 'text.submit', text: typed };
    return isFirst && this.keypad.busy ? { type: 'response.cancel' } : undefined;
  }
}
