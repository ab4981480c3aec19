// What a reply keeps to itself while it is a draft: its events wait, in their order, until the words that it answers are
// confirmed.

export class Draft {
  private waiting: (() => void)[] | undefined;
  private readonly gate = Promise.withResolvers<void>();
  /** Resolves when the reply is no draft any more: nothing that changes something begins before. */
  readonly released = this.gate.promise;

  constructor(draft: boolean) {
    if (draft) this.waiting = [];
    else this.gate.resolve();
  }

  get held(): boolean {
    return this.waiting !== undefined;
  }

  /** Does it now, or when the draft is released; never, when it is thrown away. */
  whenReleased(action: () => void): void {
    if (this.waiting === undefined) action();
    else this.waiting.push(action);
  }

  release(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    for (const action of waiting) action();
    this.gate.resolve();
  }
}
