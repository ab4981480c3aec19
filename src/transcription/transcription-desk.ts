import type { Request, Response } from 'express';
import type { CachedTranscript } from './cache/transcript-cache.port.js';
import type { OneShotTranscription, Transcribed } from './one-shot-transcription.js';
import type { RequestRate } from './request-rate.js';
import { toClientError, TranscriptionError } from './transcription-error.js';
import type { TranscriptionOutcome } from './transcription-observer.port.js';
import type { UploadMemory } from './upload-memory.js';
import { readUpload, uploadBytes } from './upload.js';

/** A request that was answered. */
export interface Visit {
  readonly transcript: CachedTranscript;
  readonly cached: boolean;
  readonly latencyMs: number;
  readonly rtf: number;
}

export interface DeskParts {
  readonly rate: RequestRate;
  readonly memory: UploadMemory;
  readonly maxBytes: number;
  readonly transcription: OneShotTranscription;
  /** Whoever is told of every request, once, when it is over. */
  readonly observers: readonly ((caller: string, outcome: TranscriptionOutcome) => void)[];
}

/** What a client that meets a stopping server is told to wait, s. */
const RETRY_AFTER_S = 5;
/** Nobody reads it; it only has to be no fault of ours. */
const CLIENT_LEFT = new TranscriptionError('upload_broken', 'The client has gone.');

/** Takes requests one by one: limits first, then the upload, then the words; tells how each one ended. */
export class TranscriptionDesk {
  /** Requests whose answer is not out. */
  private open = 0;
  private stopping = false;
  private isIdle: () => void = () => undefined;

  constructor(private readonly parts: DeskParts) {}

  /** Whether new requests are refused because the server stops. */
  get draining(): boolean {
    return this.stopping;
  }

  /** Takes no new requests. Resolves when the answers of the others are out, at the latest after `ms`. */
  async drain(ms: number): Promise<void> {
    this.stopping = true;
    if (this.open === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.isIdle = resolve;
    const deadline = setTimeout(resolve, ms);
    await promise;
    clearTimeout(deadline);
  }

  /** Rejects with TranscriptionError, or with another error that is a fault of ours. */
  async serve(caller: string, request: Request, response: Response): Promise<Visit> {
    const progress = { bytes: 0, sinceMs: performance.now() };
    const leaving = new AbortController();
    const onClose = (): void => {
      this.open -= 1;
      if (this.open === 0) this.isIdle();
      if (!response.writableFinished) leaving.abort(CLIENT_LEFT);
    };
    this.open += 1;
    // It may have gone while its token was checked.
    if (response.closed) onClose();
    else response.once('close', onClose);
    try {
      const done = await this.work(caller, request, response, progress, leaving.signal);
      const latencyMs = performance.now() - progress.sinceMs;
      this.tell(caller, { ...told(done), latencyMs, bytes: progress.bytes });
      const { transcript, cached } = done;
      return { transcript, cached, latencyMs, rtf: latencyMs / 1000 / transcript.duration };
    } catch (error) {
      const clientError = toClientError(error);
      const latencyMs = performance.now() - progress.sinceMs;
      this.tell(caller, {
        ...FAILED,
        outcome: outcomeOf(clientError, leaving.signal),
        latencyMs,
        bytes: progress.bytes,
      });
      throw clientError;
    }
  }

  private async work(
    caller: string,
    request: Request,
    response: Response,
    progress: { bytes: number; sinceMs: number },
    signal: AbortSignal,
  ): Promise<Transcribed> {
    const { rate, memory, maxBytes, transcription } = this.parts;
    if (this.stopping) throw new TranscriptionError('busy', 'The server is stopping; try again.', RETRY_AFTER_S);
    await rate.hit(caller);
    // From here to the reading of the form nothing waits: a form whose client has gone would never end.
    signal.throwIfAborted();
    const release = memory.take(caller, uploadBytes(request, maxBytes));
    try {
      const upload = await readUpload(request, response, maxBytes);
      progress.bytes = upload.file.length;
      progress.sinceMs = performance.now();
      return await transcription.transcribe(caller, upload, signal);
    } finally {
      release();
    }
  }

  private tell(caller: string, outcome: TranscriptionOutcome): void {
    for (const observer of this.parts.observers) observer(caller, outcome);
  }
}

const FAILED = { provider: undefined, cached: false, shared: false, characters: 0, audioSeconds: 0 } as const;

function told({ transcript, cached, shared }: Transcribed): Omit<TranscriptionOutcome, 'latencyMs' | 'bytes'> {
  const { provider, text, duration } = transcript;
  return { provider, outcome: 'ok', cached, shared, characters: text.length, audioSeconds: duration };
}

function outcomeOf(error: unknown, signal: AbortSignal): TranscriptionOutcome['outcome'] {
  if (signal.aborted) return 'left';
  return error instanceof TranscriptionError ? error.code : 'internal';
}
