/** RFC 4733 section 3.2, by event code. */
const KEYS = '0123456789*#ABCD';

/**
 * Keys out of telephone-event packets (RFC 4733). A key is a series of packets with one time stamp, the last of them sent
 * three times: it is told once, by whichever of them comes first, so that neither loss nor repetition matters.
 */
export class DtmfKeys {
  private latest: number | undefined;

  /** The key of a packet, if it is a new one. */
  take(timestamp: number, payload: Uint8Array): string | undefined {
    // Late packets of an earlier key have an earlier time stamp.
    if (payload.length < 4 || (this.latest !== undefined && ((timestamp - this.latest) | 0) <= 0)) return undefined;
    const key = KEYS[payload[0] as number];
    if (key !== undefined) this.latest = timestamp;
    return key;
  }

  /** Another source, with a clock of its own. */
  reset(): void {
    this.latest = undefined;
  }
}
