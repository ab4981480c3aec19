// A recogniser's process as its owner sees it: utterances in, results out, a death that is noticed.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ProviderError } from '../../provider/provider.port.js';
import type { LikelyAnswers } from '../stt.port.js';
import type { ModelFiles } from './model-files.js';
import type { NameClass } from './language/names.js';
import { encodeFrame, FRAME, type FrameType } from './worker/frames.js';

const messageSchema = z.union([
  z.object({ ready: z.literal(true) }),
  z.object({ partial: z.string() }),
  z.object({
    final: z.string(),
    confidence: z.number(),
    words: z.array(z.object({ text: z.string(), startMs: z.number(), endMs: z.number(), confidence: z.number() })),
  }),
  z.object({ fatal: z.string() }),
]);

export type Final = Extract<z.infer<typeof messageSchema>, { final: string }>;

export interface RecogniserListener {
  partial(text: string): void;
  final(final: Final): void;
  /** The process is gone, and not because it was stopped. `reason` is fit for a log. */
  died(reason: string): void;
}

/** Compiled next to this file; in tests the source itself, which Node runs by stripping its types. */
const WORKER = fileURLToPath(new URL(`./recogniser.worker${import.meta.url.slice(-3)}`, import.meta.url));
const NO_AUDIO = new Uint8Array(0);
/** A line of the worker is a transcript; a longer one is a fault, bytes. */
const MAX_LINE = 1_000_000;

/** The process failed for `reason`, which continues "pocketsphinx ...". */
export function unavailable(reason: string): ProviderError {
  return new ProviderError(`pocketsphinx ${reason}`, {
    provider: 'pocketsphinx',
    code: 'unavailable',
    retryable: true,
  });
}

export class RecogniserProcess {
  /** Resolves when the models are loaded; rejects with a ProviderError when the process dies before. */
  readonly ready: Promise<void>;
  private readonly child: ChildProcess;
  private listener: RecogniserListener | undefined;
  private readonly becameReady: () => void;
  private readonly notReady: (reason: Error) => void;
  private stopped = false;
  private death: string | undefined;
  private line = '';

  /** @param worker script to run, see recogniser.worker.ts */
  constructor(models: ModelFiles, worker = WORKER) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    // Only whoever warms up waits for it; everybody else hears of the death itself.
    this.ready.catch(() => undefined);
    this.becameReady = resolve;
    this.notReady = reject;
    this.child = spawn(process.execPath, ['--max-old-space-size=64', worker, JSON.stringify(models)], {
      stdio: ['pipe', 'pipe', 'ignore'],
      // None of this program's environment, which holds its keys. Numbers in model files are written the C way.
      env: { LC_ALL: 'C' },
    });
    this.child.on('error', (error: NodeJS.ErrnoException) => this.die(`cannot be started: ${error.code ?? 'unknown'}`));
    this.child.on('exit', (code, signal) => this.die(`ended with ${signal ?? `code ${code ?? 'none'}`}`));
    // A broken pipe is followed by the exit, which says what happened.
    this.child.stdin?.on('error', () => undefined);
    this.child.stdout?.setEncoding('utf8');
    this.child.stdout?.on('data', (text: string) => this.read(text));
    // A spare process must not keep the program alive: it ends when its stdin does.
    this.child.unref();
    (this.child.stdin as unknown as { unref?(): void }).unref?.();
    (this.child.stdout as unknown as { unref?(): void }).unref?.();
  }

  get alive(): boolean {
    return this.death === undefined && !this.stopped;
  }

  /** From now on results go to `listener`; a death that has happened already is reported soon. */
  attach(listener: RecogniserListener): void {
    this.listener = listener;
    const { death } = this;
    if (death !== undefined) queueMicrotask(() => this.listener?.died(death));
  }

  /** Listens for names, from the next utterance on. Once. */
  learn(classes: readonly NameClass[]): void {
    this.send(FRAME.names, Buffer.from(JSON.stringify(classes)));
  }

  start(): void {
    this.send(FRAME.start, NO_AUDIO);
  }

  /** PCM16 at 16 kHz. Not kept by reference. */
  push(pcm: Uint8Array): void {
    this.send(FRAME.audio, pcm);
  }

  /** @param answers what the caller may have answered, when something was asked: see SttOptions */
  end(answers?: LikelyAnswers): void {
    this.send(FRAME.end, answers === undefined ? NO_AUDIO : Buffer.from(JSON.stringify(answers)));
  }

  /** Ends the process at once. Nothing is reported any more. */
  stop(): void {
    this.stopped = true;
    this.listener = undefined;
    this.notReady(unavailable('was stopped'));
    this.child.kill('SIGKILL');
  }

  private send(type: FrameType, payload: Uint8Array): void {
    if (this.alive) this.child.stdin?.write(encodeFrame(type, payload));
  }

  private read(text: string): void {
    this.line += text;
    for (let end = this.line.indexOf('\n'); end >= 0; end = this.line.indexOf('\n')) {
      const line = this.line.slice(0, end);
      this.line = this.line.slice(end + 1);
      this.take(line);
    }
    if (this.line.length > MAX_LINE) this.fault('wrote a line without end');
  }

  private take(line: string): void {
    let message: z.infer<typeof messageSchema>;
    try {
      message = messageSchema.parse(JSON.parse(line));
    } catch {
      return this.fault('wrote something that is not a result');
    }
    if ('ready' in message) this.becameReady();
    else if ('partial' in message) this.listener?.partial(message.partial);
    else if ('final' in message) this.listener?.final(message);
    else this.fault(message.fatal);
  }

  private fault(reason: string): void {
    this.die(reason);
    this.child.kill('SIGKILL');
  }

  private die(reason: string): void {
    if (this.death !== undefined || this.stopped) return;
    this.death = reason;
    this.notReady(unavailable(reason));
    this.listener?.died(reason);
  }
}
