import { TranscriptionError } from './transcription-error.js';

export interface UploadMemoryLimits {
  /** Of all uploads, bytes. */
  readonly total: number;
  /** Of one caller's, bytes: whoever sends slowly must not keep everybody else out. */
  readonly perCaller: number;
}

const RETRY_AFTER_S = 5;

/** Memory for the uploads that are being read, decoded or transcribed; whoever finds it full is refused. */
export class UploadMemory {
  private readonly byCaller = new Map<string, number>();
  private used = 0;

  constructor(private readonly limits: UploadMemoryLimits) {}

  /** Takes `bytes` until the returned function is called. Throws TranscriptionError `busy`. */
  take(caller: string, bytes: number): () => void {
    const ofCaller = (this.byCaller.get(caller) ?? 0) + bytes;
    if (ofCaller > this.limits.perCaller || this.used + bytes > this.limits.total) {
      throw new TranscriptionError('busy', 'Too many uploads at once; try again.', RETRY_AFTER_S);
    }
    this.used += bytes;
    this.byCaller.set(caller, ofCaller);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.giveBack(caller, bytes);
    };
  }

  private giveBack(caller: string, bytes: number): void {
    this.used -= bytes;
    const left = (this.byCaller.get(caller) ?? bytes) - bytes;
    if (left === 0) this.byCaller.delete(caller);
    else this.byCaller.set(caller, left);
  }
}
