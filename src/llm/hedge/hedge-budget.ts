/** How many second requests there may be for each request, in the long run. */
const SHARE = 0.1;
/** How many may come at once after a quiet time. */
const BURST = 3;

/**
 * Bounds what hedging costs: a model that has become slow for everybody would otherwise double the load of the next one,
 * until its 95th percentile has followed.
 */
export class HedgeBudget {
  private credit = BURST;

  /** A request is made. */
  earn(): void {
    this.credit = Math.min(BURST, this.credit + SHARE);
  }

  /** Whether a second request may be made, which is then paid for. */
  spend(): boolean {
    if (this.credit < 1) return false;
    this.credit -= 1;
    return true;
  }
}
