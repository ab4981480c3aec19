/**
 * What has come from the server, in order. It can be held for a moment: whoever awaits `connect` attaches listeners only
 * after it has resolved, and a greeting may come in the same packet as session.started.
 */
export class Inbox {
  /** What waits while it is held. The hold ends with the current turn of the event loop, and so does its growth. */
  #held: (() => void)[] | undefined;

  /** Delivers now, or after what is held. */
  deliver(task: () => void): void {
    if (this.#held === undefined) task();
    else this.#held.push(task);
  }

  /** Holds everything until the promises that are being resolved now have been acted upon. */
  hold(): void {
    this.#held = [];
    setTimeout(() => {
      const held = this.#held ?? [];
      this.#held = undefined;
      for (const task of held) task();
    }, 0);
  }
}
