import { samplesOf } from '../audio/pcm16.js';
import { Resampler } from '../audio/resampler.js';
import type { Playback } from '../conversation/conversation.port.js';
import { RECORDING_RATE, SAMPLES_PER_MS, type Track } from './track.js';

/** A client that is so much later than its playback should be has stood still meanwhile, ms. */
const STALL_MS = 80;

/** From a position of the reply on it was played at this time; `toMs` where it stopped. All ms. */
interface Run {
  fromMs: number;
  at: number;
  toMs: number | undefined;
}

/** The audio of one reply, and when which part of it was heard. */
class ReplySound {
  readonly runs: Run[] = [];
  readonly sound: Int16Array[] = [];
  /** How much of the audio has come, samples; a part that is sent again is not counted again. */
  length = 0;
  /** Samples that are forgotten. */
  private dropped = 0;
  /** Where in the audio the next chunk begins, bytes of the wire. */
  private next = 0;
  private known = 0;
  private reportedMs: number | undefined;
  private readonly resampler: Resampler;

  constructor(
    private readonly bytesPerMs: number,
    now: number,
  ) {
    this.resampler = new Resampler((bytesPerMs / 2) * 1000, RECORDING_RATE);
    this.runs.push({ fromMs: 0, at: now, toMs: undefined });
  }

  private get run(): Run | undefined {
    return this.runs.at(-1);
  }

  add(chunk: Uint8Array, now: number): void {
    const known = this.known / this.bytesPerMs;
    const { run } = this;
    // All that there was has been played: it goes on with this.
    if (run !== undefined && run.toMs === undefined && now - run.at + run.fromMs > known && this.known > 0) {
      this.stand(known);
      this.play(known, now);
    }
    const fresh = chunk.subarray(Math.max(0, this.known - this.next));
    this.next += chunk.length;
    if (fresh.length === 0) return;
    this.known = this.next;
    const samples = samplesOf(this.resampler.push(fresh.slice()));
    this.sound.push(samples);
    this.length += samples.length;
  }

  at(ms: number, plays: boolean, reported: boolean, now: number): void {
    const { run } = this;
    if (run === undefined) return;
    if (!plays) return this.stand(reported ? ms : Math.max(ms, run.fromMs));
    if (run.toMs !== undefined) {
      // It said where it stood only after it had been told to go on.
      return this.play(ms, now);
    }
    if (!reported) return;
    const at = now - ms + run.fromMs;
    const isFirst = this.reportedMs === undefined && this.runs.length === 1;
    // A report comes late, and never early: the earliest is the truest.
    if (isFirst || at < run.at) run.at = at;
    else if (at > run.at + STALL_MS) {
      const stoodAt = Math.min(ms, Math.max(run.fromMs, this.reportedMs ?? 0));
      this.stand(stoodAt);
      this.play(stoodAt, now - ms + stoodAt);
    }
    this.reportedMs = ms;
  }

  /** What was sent from `ms` on is sent again; up to there it was heard, whoever was gone meanwhile. */
  rewound(ms: number): void {
    this.stand(ms);
    this.next = Math.round(ms * this.bytesPerMs * 0.5) * 2;
  }

  stand(ms: number): void {
    const { run } = this;
    if (run !== undefined) run.toMs = Math.max(run.fromMs, ms);
  }

  private play(fromMs: number, at: number): void {
    this.runs.push({ fromMs, at, toMs: undefined });
  }

  /** Puts what was heard between two times. */
  put(track: Track, from: number, to: number): void {
    for (const { fromMs, at, toMs = Infinity } of this.runs) {
      const start = Math.max(from, at);
      const end = Math.min(to, at + toMs - fromMs);
      if (end > start) this.copy(track, Math.round(start * SAMPLES_PER_MS), start - at + fromMs, end - start);
    }
    this.forget(to);
  }

  private copy(track: Track, place: number, fromMs: number, ms: number): void {
    const first = Math.round(fromMs * SAMPLES_PER_MS);
    const last = first + Math.round(ms * SAMPLES_PER_MS);
    let begin = this.dropped;
    for (const samples of this.sound) {
      const [a, b] = [Math.max(first, begin), Math.min(last, begin + samples.length)];
      if (b > a) track.put(place + a - first, samples.subarray(a - begin, b - begin));
      begin += samples.length;
    }
  }

  /** Lets go of what was heard before `to`. */
  private forget(to: number): void {
    while (this.runs.length > 1 && (this.runs[1]?.at ?? Infinity) <= to) this.runs.shift();
    const run = this.runs[0];
    if (run === undefined) return;
    const heard = (Math.min(to - run.at + run.fromMs, run.toMs ?? Infinity) - 1000) * SAMPLES_PER_MS;
    let first = this.sound[0];
    while (first !== undefined && this.dropped + first.length < heard) {
      this.dropped += first.length;
      this.sound.shift();
      first = this.sound[0];
    }
  }

  /** Whether nothing of it is heard from `to` on. */
  isOver(to: number): boolean {
    const { run } = this;
    return run?.toMs !== undefined && run.at + run.toMs - run.fromMs <= to;
  }
}

/** Where the agent's audio belongs on the recording's clock: when it was heard, as the client or the clock tells. */
export class AgentSide {
  private readonly replies: { readonly sound: ReplySound; ended: boolean }[] = [];
  private putTo = 0;

  /** @param sampleRate of the wire, Hz */
  constructor(
    private readonly track: Track,
    private readonly sampleRate: number,
  ) {}

  /** Audio that goes to the client `now`, ms of the recording. */
  said(chunk: Uint8Array, now: number): void {
    const reply = this.replies.at(-1);
    if (reply?.ended === false) reply.sound.add(chunk, now);
  }

  playback(how: Playback, now: number): void {
    if (how.type === 'began') {
      this.replies.push({ sound: new ReplySound((this.sampleRate * 2) / 1000, now), ended: false });
      return;
    }
    const reply = this.replies.at(-1);
    if (reply === undefined || reply.ended) return;
    if (how.type === 'at') reply.sound.at(how.ms, how.plays, how.reported, now);
    if (how.type === 'rewound') reply.sound.rewound(how.ms);
    if (how.type === 'ended') {
      reply.sound.stand(how.ms);
      reply.ended = true;
    }
  }

  /** Puts what was heard before `to`, ms. */
  settle(to: number): void {
    for (const { sound } of this.replies) sound.put(this.track, this.putTo, to);
    this.putTo = to;
    while (this.replies[0]?.ended === true && this.replies[0].sound.isOver(to)) this.replies.shift();
  }
}
