// Where the time of one answered turn went, from the end of the caller's speech to the first audio of the answer.
import type { ConversationEvent } from './conversation.port.js';

type TurnMetrics = Extract<ConversationEvent, { type: 'turn.metrics' }>;

export class TurnTiming {
  private speechEndedAt: number | undefined;
  private transcriptAt: number | undefined;
  private turnEndedAt = 0;
  private firstTokenAt: number | undefined;

  /** The caller's speech ended at `at` (ms on the clock). Later calls win. */
  speechEnded(at: number): void {
    this.speechEndedAt = at;
  }

  transcriptSettled(at: number): void {
    this.transcriptAt = at;
  }

  turnEnded(at: number): void {
    this.turnEndedAt = at;
  }

  /** The answer begins anew: a draft's first token does not count. */
  answering(): void {
    this.firstTokenAt = undefined;
  }

  firstToken(at: number): void {
    this.firstTokenAt ??= at;
  }

  /**
   * The metrics of the turn, when its first audio leaves at `at`; `soundAtMs`: where in that something can first be heard.
   * Stages that were not seen are left out.
   */
  firstAudio(turnId: string, at: number, soundAtMs?: number): TurnMetrics {
    const { speechEndedAt: spoken, transcriptAt, firstTokenAt } = this;
    const since = (from: number | undefined, to: number | undefined) =>
      from === undefined || to === undefined ? undefined : Math.max(0, Math.round((to - from) * 10) / 10);
    // A draft's first token may be older than the turn's end: the caller waits from then on.
    const waitedFrom = firstTokenAt === undefined ? undefined : Math.max(firstTokenAt, this.turnEndedAt);
    const stages = {
      endpointingMs: since(spoken, this.turnEndedAt),
      transcriptMs: since(spoken, transcriptAt),
      firstTokenMs: since(this.turnEndedAt, firstTokenAt),
      firstAudioMs: since(waitedFrom, at),
      firstAudibleMs: soundAtMs === undefined ? undefined : since(waitedFrom, at + soundAtMs),
      voiceToVoiceMs: since(spoken, at),
    };
    const known = Object.fromEntries(Object.entries(stages).filter(([, ms]) => ms !== undefined));
    return { type: 'turn.metrics', turnId, ...known };
  }
}
