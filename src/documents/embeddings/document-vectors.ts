// Gives the chunks of documents their vectors, beside whoever added them: a document is found by its words at once, and by its
// meaning as soon as that is known.
import { z } from 'zod';
import type { CallerRpc, SqlFunction } from '../../database/rpc/caller-rpc.port.js';
import { parseRow } from '../../database/rpc/data-errors.js';
import type { Caller } from '../../identity/caller.port.js';
import { ProviderError } from '../../provider/provider.port.js';
import { afterTimeout, pause, RetryPolicy } from '../../provider/retry.js';
import type { Embedder } from './embedder.port.js';

const CLAIM = { name: 'claim_chunks', args: { p_model: 'text', p_limit: 'integer' } } as const satisfies SqlFunction;
const PUT = { name: 'put_vectors', args: { p_model: 'text', p_vectors: 'text' } } as const satisfies SqlFunction;

const claimedSchema = z.array(
  z.object({
    slug: z.string(),
    position: z.number(),
    title: z.string(),
    keywords: z.string(),
    questions: z.string(),
    heading: z.string(),
    body: z.string(),
    claim: z.string(),
  }),
);
type Claimed = z.infer<typeof claimedSchema>[number];

interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  readonly questions: readonly (readonly number[])[];
}

const NOTHING: Embedded = { vectors: [], questions: [] };

/** Most sentences of a chunk that have a vector of their own. */
const MAX_SENTENCES = 24;
/** Chunks at a time: what is lost when a process ends. */
const BATCH = 8;
/** How long the database holds a claim, ms (the migration's interval), and longest embedding and keeping of a batch. */
export const CLAIM_MS = 300_000;
const BATCH_MS = 120_000;
const RELEASE_MS = 2_000;
const MAX_CHUNKS = 50_000;
/** Nobody waits: a server that is busy is asked again. */
const RETRIES = new RetryPolicy({ attempts: 5, baseMs: 1_000, maxMs: 20_000, maxRetryAfterMs: 60_000 });

export class DocumentVectors {
  private running: Promise<number> | undefined;

  constructor(
    private readonly rpc: CallerRpc,
    readonly embedder: Embedder,
  ) {}

  /**
   * Embeds all chunks that have no vectors by this model and are not being embedded elsewhere; a second call waits for the
   * first, and then looks for what came since. Resolves with how many. Throws DataError, ProviderError, and the signal's
   * reason; what was embedded until then stays.
   */
  async embedMissing(caller: Caller, signal: AbortSignal): Promise<number> {
    await this.running?.catch(() => 0);
    this.running = this.embedNow(caller, signal);
    return this.running;
  }

  private async embedNow(caller: Caller, signal: AbortSignal): Promise<number> {
    const { model } = this.embedder;
    for (let done = 0; ;) {
      const access = { caller, signal: AbortSignal.any([signal, AbortSignal.timeout(BATCH_MS)]) };
      const chunks = parseRow(claimedSchema, await this.rpc.call(CLAIM, { p_model: model, p_limit: BATCH }, access));
      if (chunks.length === 0) return done;
      const keep = (embedded: (n: number) => Embedded, until = access.signal) => {
        const given = chunks.map(({ slug, position, claim }, n) => ({ slug, position, claim, ...embedded(n) }));
        return this.rpc.call(PUT, { p_model: model, p_vectors: JSON.stringify(given) }, { caller, signal: until });
      };
      try {
        const vectors = await this.embed(chunks, access.signal);
        await keep((n) => vectors[n] ?? NOTHING);
      } catch (error) {
        // Given back, so that whoever comes next need not wait until the claims are over.
        await keep(() => NOTHING, AbortSignal.timeout(RELEASE_MS)).catch(() => undefined);
        throw error;
      }
      done += chunks.length;
      if (chunks.length < BATCH || done >= MAX_CHUNKS) return done;
    }
  }

  /** For each chunk its vectors, with as many digits as are kept. */
  private async embed(chunks: readonly Claimed[], signal: AbortSignal) {
    const texts = chunks.map((chunk) => ({ vectors: textsOf(chunk), questions: questionsOf(chunk) }));
    for (let tries = 1; ; tries += 1) {
      try {
        const all = texts.flatMap(({ vectors, questions }) => [...vectors, ...questions]);
        const embedded = await this.embedder.embed(all, signal);
        let at = 0;
        const short = (vector: readonly number[]) => vector.map((number) => Number(number.toPrecision(7)));
        const next = ({ length }: readonly string[]) => embedded.slice(at, (at += length)).map(short);
        return texts.map(({ vectors, questions }): Embedded => ({
          vectors: next(vectors),
          questions: next(questions),
        }));
      } catch (error) {
        const delay = error instanceof ProviderError ? RETRIES.delayMs(error, tries) : undefined;
        if (delay === undefined) throw error;
        await pause(delay, signal, afterTimeout);
      }
    }
  }
}

/**
 * What is embedded of a chunk, in the order that the database counts on: the whole, what callers call it, and each sentence
 * under its title, since a question is about one of them.
 */
function textsOf({ title, keywords, heading, body }: Claimed): readonly string[] {
  const name = heading === '' ? title : `${title}, ${heading}`;
  const sentences = body.split(/(?<=[.!?])\s+|\n/).filter((sentence) => /\p{L}{2}/u.test(sentence));
  return [
    `${name}. ${body}`,
    keywords === '' ? name : keywords,
    ...sentences.slice(0, MAX_SENTENCES).map((sentence) => `${name}: ${sentence}`),
  ];
}

const questionsOf = ({ questions }: Claimed): readonly string[] => questions.split('\n').filter((line) => line !== '');
