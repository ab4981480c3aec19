import type { Load, RoomRefusal, SessionSlot, SessionSlots, SlotRefusal } from './limits.port.js';

/** Of a server whose load nobody looks at. */
const IDLE: Load = { busy: false, take: () => true };

/** Session counts of this process. */
export class MemorySessionSlots implements SessionSlots {
  private readonly byUser = new Map<string, number>();
  private total = 0;

  constructor(
    private readonly capacity: number,
    private readonly perUser: number,
    private readonly load: Load = IDLE,
  ) {}

  get active(): number {
    return this.total;
  }

  get closed(): RoomRefusal | undefined {
    if (this.total >= this.capacity) return 'server_full';
    return this.load.busy ? 'server_busy' : undefined;
  }

  /** Runs to its end without waiting, which is what makes it one step. */
  async acquire(userId: string, returning: boolean): Promise<SessionSlot | SlotRefusal> {
    const ofUser = this.byUser.get(userId) ?? 0;
    const times = returning ? 2 : 1;
    if (ofUser >= times * this.perUser) return 'user_full';
    if (this.total >= times * this.capacity) return 'server_full';
    // Whose call goes on has been served all the time.
    if (!returning && !this.load.take()) return 'server_busy';
    this.byUser.set(userId, ofUser + 1);
    this.total += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.giveBack(userId);
      },
    };
  }

  private giveBack(userId: string): void {
    this.total -= 1;
    const left = (this.byUser.get(userId) ?? 1) - 1;
    if (left === 0) this.byUser.delete(userId);
    else this.byUser.set(userId, left);
  }
}
