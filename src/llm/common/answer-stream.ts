// What every adapter that reads an answer from a vendor's SDK does alike: the deadlines, the abort, the reader who leaves,
// and an end that is one. What the chunks mean is the adapter's business.
import { closedEarlyError } from '../../provider/failure.js';
import type { ProviderError } from '../../provider/provider.port.js';
import type { LlmPart } from '../llm.port.js';
import { TokenWait } from './token-wait.js';
import type { AnswerProgress, TokenDeadlines } from './token-wait.js';

/** One answer as it comes in. */
export interface Answer extends AnswerProgress {
  /** The parts that a chunk completes. Throws a ProviderError for a chunk that the wire does not allow. */
  map(chunk: unknown): LlmPart[];
  /** The last part; `undefined` when the stream ended without saying that it is complete. */
  end(): LlmPart | undefined;
}

export interface AnswerSource {
  readonly provider: string;
  readonly deadlines: TokenDeadlines;
  readonly answer: Answer;
  /** Makes the request; the signal ends it. */
  open(signal: AbortSignal): Promise<AsyncIterable<unknown>>;
  /** What the SDK has thrown, as a ProviderError. */
  toError(error: unknown): ProviderError;
}

/**
 * Reads one answer, as the LanguageModel port wants it: yields `finished` last, or throws a ProviderError or the signal's
 * reason. The request is cancelled as soon as the signal aborts, a deadline passes or the reader leaves.
 */
export async function* readAnswer(source: AnswerSource, signal: AbortSignal): AsyncGenerator<LlmPart, void, undefined> {
  signal.throwIfAborted();
  const { provider, answer } = source;
  const wait = new TokenWait(provider, source.deadlines);
  const onAbort = (): void => {
    wait.cancel();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  let isRead = false;
  try {
    const chunks = await source.open(wait.signal);
    for await (const chunk of chunks) {
      const parts = answer.map(chunk);
      wait.chunkCame(answer);
      for (const part of parts) {
        wait.pause();
        yield part;
        signal.throwIfAborted();
      }
      wait.resume();
    }
    isRead = true;
  } catch (error) {
    signal.throwIfAborted();
    if (!answer.isFinished) throw wait.expired ?? source.toError(error);
  } finally {
    signal.removeEventListener('abort', onAbort);
    wait.stop();
    if (!isRead) wait.cancel();
  }
  // An abort ends the SDKs' loops without a word, and so does a body that stops short.
  signal.throwIfAborted();
  const finished = answer.end();
  if (finished === undefined) throw wait.expired ?? closedEarlyError(provider, 'the answer');
  yield finished;
}
