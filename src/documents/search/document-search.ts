// Finds the passages that answer a question: by its words and what the business calls the same, in PostgreSQL's full text,
// and by its meaning, where there is a model for that. The database fuses the two; how sure the best one is, is judged here.
import { z } from 'zod';
import type { Access } from '../../database/data.port.js';
import type { CallerRpc, SqlFunction } from '../../database/rpc/caller-rpc.port.js';
import { parseRow } from '../../database/rpc/data-errors.js';
import { areOpposite } from '../../spoken/opposites.js';
import { isContentWord, stem, wordsOf } from '../../spoken/words.js';
import type { DocumentHit, DocumentQuestion, Documents } from '../documents.port.js';
import type { Embedder } from '../embeddings/embedder.port.js';
import { confidences, strengthOf, type Evidence } from './confidence.js';
import { wordings } from './wording.js';

const SEARCH = {
  name: 'search_documents',
  args: { p_query: 'text', p_limit: 'integer', p_related: 'text', p_embedding: 'text', p_model: 'text' },
} as const satisfies SqlFunction;

const foundSchema = z.object({
  /** Whether the database can compare vectors. */
  vectors: z.boolean(),
  chunks: z.array(
    z.object({
      slug: z.string(),
      title: z.string(),
      heading: z.string(),
      content: z.string(),
      /** A line each. */
      questions: z.string(),
      updated: z.string().nullable(),
      url: z.string().nullable(),
      coverage: z.number(),
      passage: z.number().nullable(),
      asked: z.number().nullable(),
    }),
  ),
});

type Chunk = z.infer<typeof foundSchema>['chunks'][number];

export interface Candidate extends Pick<Chunk, 'slug' | 'title' | 'heading' | 'content' | 'updated' | 'url'> {
  readonly evidence: Evidence;
}

export interface DocumentSearchOptions {
  readonly embedder: Embedder | undefined;
  /** Groups of words, separated by blanks, that mean the same to this business. */
  readonly synonyms: readonly string[];
  /** What an operator should know, once each. */
  readonly warn: (line: string) => void;
  /** Longest wait for the meaning of a question, ms: later it is looked for by its words alone. */
  readonly embedMs?: number;
}

const EMBED_MS = 300;
/** Chunks that the database gives, from which the best of each document are taken. */
const CANDIDATES = 30;
/** Most synonyms that one word is looked for by. */
const MAX_RELATED = 24;

export class DocumentSearch implements Documents {
  private readonly groups: readonly { readonly words: readonly string[]; readonly stems: ReadonlySet<string> }[];
  private readonly told = new Set<string>();

  constructor(
    private readonly rpc: CallerRpc,
    private readonly options: DocumentSearchOptions,
  ) {
    this.groups = options.synonyms.map((group) => {
      const words = group.split(' ');
      return { words, stems: new Set(words.map(stem)) };
    });
  }

  async searchDocuments(asked: DocumentQuestion, limit: number, access: Access): Promise<readonly DocumentHit[]> {
    const best = await this.candidates(asked, access);
    const sure = confidences(
      best.map(({ evidence }) => evidence),
      lengthOf(asked.words),
    );
    return best
      .map(({ slug, title, heading, content, updated, url }, n) => ({
        slug,
        title,
        heading,
        content,
        confidence: Math.round((sure[n] ?? 0) * 1000) / 1000,
        ...(updated === null ? {} : { updated }),
        ...(url === null ? {} : { url }),
      }))
      .slice(0, limit);
  }

  /**
   * The best passage of each document, the strongest first, with what speaks for it. The database fuses ranks, which needs no
   * common measure, to choose from many; of the few that it gives, the measures themselves tell more. Throws DataError.
   */
  async candidates({ words, question }: DocumentQuestion, access: Access): Promise<readonly Candidate[]> {
    const embedding = await this.meaningOf(question ?? words, access.signal);
    const args = {
      p_query: words,
      p_limit: CANDIDATES,
      p_related: JSON.stringify(this.relatedTo(words)),
      p_embedding: embedding === undefined ? null : JSON.stringify(embedding),
      p_model: embedding === undefined ? null : (this.options.embedder?.model ?? null),
    };
    const found = parseRow(foundSchema, await this.rpc.call(SEARCH, args, access));
    if (!found.vectors && embedding !== undefined) {
      this.warn('Documents are found by their words only: the database has no pgvector ("create extension vector").');
    }
    return candidatesOf(found.chunks, question ?? words)
      .filter(({ evidence: { coverage, meaning } }) => coverage > 0 || meaning !== undefined)
      .toSorted((a, b) => strengthOf(b.evidence) - strengthOf(a.evidence))
      .filter(({ slug }, n, all) => all.findIndex((other) => other.slug === slug) === n);
  }

  /** For each word of the question, the others of its groups. */
  private relatedTo(question: string): Readonly<Record<string, readonly string[]>> {
    const related = new Map<string, readonly string[]>();
    for (const word of new Set(wordsOf(question))) {
      const groups = this.groups.filter(({ stems }) => stems.has(stem(word)));
      const others = groups.flatMap(({ words }) => words).filter((other) => other !== word);
      if (others.length > 0) related.set(word, [...new Set(others)].slice(0, MAX_RELATED));
    }
    return Object.fromEntries(related);
  }

  /** Undefined when there is no model, it fails, or it is late. */
  private async meaningOf(question: string, signal: AbortSignal): Promise<readonly number[] | undefined> {
    const { embedder, embedMs = EMBED_MS } = this.options;
    if (embedder === undefined || question.trim() === '') return undefined;
    const deadline = AbortSignal.timeout(embedMs);
    try {
      return (await embedder.embed([question], AbortSignal.any([signal, deadline])))[0];
    } catch (error) {
      // Whoever asked hears of that from the database.
      if (!signal.aborted) {
        const why = deadline.aborted
          ? `the meaning of a question took longer than ${embedMs} ms (EMBEDDINGS_TIMEOUT_MS)`
          : error instanceof Error
            ? error.message
            : 'no vectors';
        this.warn(`Documents are found by their words only: ${why}.`);
      }
      return undefined;
    }
  }

  private warn(line: string): void {
    if (this.told.has(line)) return;
    this.told.add(line);
    this.options.warn(line);
  }
}

/** How many words of the question carry a topic. */
export const lengthOf = (words: string): number => new Set(wordsOf(words).filter(isContentWord)).size;

function candidatesOf(chunks: readonly Chunk[], question: string): readonly Candidate[] {
  const worded = wordings(question, chunks.map(linesOf));
  const meanings = chunks.map(meaningOf);
  const known = meanings.flatMap((meaning) => meaning ?? []);
  const least = (of: (one: Meaning) => number): number => Math.min(...known.map(of));
  // What is not among the nearest is no nearer than they are.
  const farthest =
    known.length === 0 ? undefined : { passage: least(({ passage }) => passage), asked: least(({ asked }) => asked) };
  return chunks.map((chunk, n) => {
    const meaning = meanings[n] ?? farthest;
    const isOpposed = areOpposite(question, `${chunk.title} ${chunk.content}`);
    const evidence = { coverage: chunk.coverage, wording: worded[n] ?? 0, isOpposed };
    return { ...chunk, evidence: meaning === undefined ? evidence : { ...evidence, meaning } };
  });
}

type Meaning = NonNullable<Evidence['meaning']>;

const meaningOf = ({ passage, asked }: Chunk): Meaning | undefined =>
  passage === null ? undefined : { passage, asked: asked ?? passage };

const linesOf = ({ questions, content }: Chunk): readonly string[] =>
  [...questions.split('\n'), ...content.split(/(?<=[.!?])\s+|\n/)].filter((line) => line !== '');
