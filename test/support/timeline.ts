// What a client itself said or heard, and when: what a recording of its call is held to.

/** Hz, of recordings. */
const RATE = 16_000;
const PER_MS = RATE / 1000;
/** A channel is compared in pieces of this length, samples, ... */
const PIECE = RATE / 2;
/** ... which are sought so far from where they belong, samples, ... */
const REACH = 400 * PER_MS;
/** ... where at least so much of a piece is sound. */
const LEAST_SOUND = PIECE / 4;
/** Samples of a mean. */
const SOFT = PER_MS / 2;
/** What is louder is sound, of 32 768. */
const SOUND = 300;

/** Pieces of 16 kHz, each at its time: ms as performance.now counts. */
export class Timeline {
  private readonly pieces: { readonly samples: Int16Array; readonly at: number }[] = [];

  readonly add = (samples: Int16Array, at: number): void => {
    this.pieces.push({ samples: samples.slice(), at });
  };

  get samples(): number {
    return this.pieces.reduce((sum, { samples }) => sum + samples.length, 0);
  }

  /** As a channel that begins at `zero`, ms, to the end of what is known, of at most `length` samples. */
  channel(zero: number, length: number): Int16Array {
    const placed = this.pieces.map(({ samples, at }) => ({ samples, place: Math.round((at - zero) * PER_MS) }));
    const end = placed.reduce((last, { samples, place }) => Math.max(last, place + samples.length), 0);
    const channel = new Int16Array(Math.min(length, end));
    for (const { samples, place } of placed) {
      const from = Math.max(0, -place);
      const to = Math.min(samples.length, channel.length - place);
      if (to > from) channel.set(samples.subarray(from, to), place + from);
    }
    return channel;
  }
}

/** A piece of what is known of a channel, found in its recording. */
interface Found {
  /** Where it begins, ms of the recording. */
  readonly at: number;
  /** How much later than known it lies, ms. */
  readonly lateMs: number;
  /** Normalised correlation there: 1 is the same sound. */
  readonly likeness: number;
}

/** Where the sound of a known channel lies in the recorded one, in pieces of half a second. */
export function locate(known: Int16Array, recorded: Int16Array): readonly Found[] {
  // Vowels tell to within a quarter of a millisecond where a piece is; a hiss fits everywhere but at its very sample.
  const [soft, softRecorded] = [softened(known), softened(recorded)];
  const found: Found[] = [];
  for (let at = 0; at + PIECE <= known.length; at += PIECE) {
    const piece = known.subarray(at, at + PIECE);
    if (piece.filter((sample) => Math.abs(sample) > SOUND).length < LEAST_SOUND) continue;
    const about = { from: at - REACH, to: at + REACH, step: PER_MS / 4, stride: 2 };
    const near = best(soft.subarray(at, at + PIECE), softRecorded, about).place;
    const { place, likeness } = best(piece, recorded, { from: near - PER_MS, to: near + PER_MS, step: 1, stride: 1 });
    found.push({ at: at / PER_MS, lateMs: (place - at) / PER_MS, likeness });
  }
  return found;
}

/** What is below 1 kHz or so: means of half a millisecond. */
function softened(channel: Int16Array): Int16Array {
  const means = new Int16Array(channel.length);
  for (let at = 0, sum = 0; at < channel.length; at += 1) {
    sum += (channel[at] as number) - (channel[at - SOFT] ?? 0);
    means[at] = sum / SOFT;
  }
  return means;
}

interface Search {
  /** Places in the recording, samples. */
  readonly from: number;
  readonly to: number;
  readonly step: number;
  /** Every so many samples are compared. */
  readonly stride: number;
}

/** Where a piece fits best, by normalised correlation. */
function best(piece: Int16Array, recorded: Int16Array, { from, to, step, stride }: Search) {
  let found = { place: from, likeness: -1 };
  for (let place = from; place <= to; place += step) {
    let [product, own, there] = [0, 1, 1];
    for (let n = 0; n < piece.length; n += stride) {
      const [one, other] = [piece[n] as number, recorded[place + n] ?? 0];
      product += one * other;
      own += one * one;
      there += other * other;
    }
    const likeness = product / Math.sqrt(own * there);
    if (likeness > found.likeness) found = { place, likeness };
  }
  return found;
}

/** How much sound is recorded further than `withinMs` from all that is known of it, ms. */
export function unknownSoundMs(known: Int16Array, recorded: Int16Array, withinMs: number): number {
  const within = withinMs * PER_MS;
  let samples = 0;
  for (let at = 0, lastKnown = -Infinity, nextKnown = -1; at < recorded.length; at += 1) {
    if (Math.abs(known[at] ?? 0) > SOUND) lastKnown = at;
    if (Math.abs(recorded[at] as number) <= SOUND || at - lastKnown <= within) continue;
    if (nextKnown < at) nextKnown = known.findIndex((sample, place) => place >= at && Math.abs(sample) > SOUND);
    if (nextKnown === -1) nextKnown = Infinity;
    if (nextKnown - at > within) samples += 1;
  }
  return samples / PER_MS;
}
