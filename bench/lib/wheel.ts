/** What the bench's providers speak at: one timer for every stream, so that pacing costs little and does not drift. */
export class Wheel {
  private readonly members = new Set<() => void>();
  private startedAt = 0;
  private turns = 0;
  private timer: NodeJS.Timeout | undefined;

  /** `periodMs`: how often every member is called. */
  constructor(private readonly periodMs: number) {}

  add(member: () => void): void {
    this.members.add(member);
    if (this.timer !== undefined) return;
    // Nothing is owed for the time before the first member.
    this.startedAt = performance.now();
    this.timer = setInterval(() => this.turn(), this.periodMs / 4);
  }

  remove(member: () => void): void {
    this.members.delete(member);
  }

  /** By the clock, not by the timer: a late timer owes its turns. */
  private turn(): void {
    const due = Math.floor((performance.now() - this.startedAt) / this.periodMs);
    for (; this.turns < due; this.turns += 1) for (const member of this.members) member();
  }
}
