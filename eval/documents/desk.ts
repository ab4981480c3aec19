// The demo business with its documents in the embedded database, the real search and the keyless planner, without a call.
import { z } from 'zod';
import { Database } from '../../src/database/database.js';
import { SqlRpc } from '../../src/database/rpc/sql-rpc.js';
import { DocumentVectors } from '../../src/documents/embeddings/document-vectors.js';
import { SentenceEmbedder } from '../../src/documents/embeddings/sentence-embedder.js';
import type { DocumentHit } from '../../src/documents/documents.port.js';
import { type Candidate, DocumentSearch } from '../../src/documents/search/document-search.js';
import type { ChatMessage, ToolCall } from '../../src/llm/llm.port.js';
import { RulesModel } from '../../src/llm/rules/rules-model.js';
import { RpcBusinessData } from '../../src/payments/data/rpc-business-data.js';
import { PAYMENTS_PLANNER } from '../../src/payments/planner/planner.js';
import { SYNONYMS } from '../../src/payments/planner/synonyms.js';
import { fillWithDemoData } from '../../src/payments/seed/seed.js';
import { vocabularyOf } from '../../src/payments/speech/vocabulary.js';
import { isContentWord, wordsOf } from '../../src/spoken/words.js';
import type { Vocabulary } from '../../src/stt/domain.port.js';

export interface Handled {
  /** What the search was asked, when the planner asked it. */
  readonly query?: { readonly words: string; readonly question?: string | undefined };
  readonly hits: readonly DocumentHit[];
  /** The document that was read out. */
  readonly answeredFrom?: string;
  /** The document that was told about as what comes nearest, not as the answer. */
  readonly offeredFrom?: string;
  readonly said: string;
  /** The tool that was called instead of or after the documents. */
  readonly other?: string;
}

const ArgumentsOf = z.object({ query: z.string(), question: z.string().optional() });
const MAX_ROUNDS = 4;
/** A busy machine may be slow: what is late is not what is measured here. */
const EMBED_MS = 30_000;

export class Desk {
  private constructor(
    private readonly database: Database,
    private readonly embedder: SentenceEmbedder | undefined,
    private readonly search: DocumentSearch,
    private readonly vocabulary: Vocabulary,
  ) {}

  /**
   * `meaning`: with the local sentence encoder, or by words alone. `questions`: documents say what they are asked, as those of
   * the demo do.
   */
  static async open({ meaning, questions = true }: { meaning: boolean; questions?: boolean }): Promise<Desk> {
    const database = await Database.open({
      url: 'memory://',
      dataDir: '.parley',
      fill: (prisma) => fillWithDemoData(prisma),
      log: { info: () => undefined, warn: (line) => process.stderr.write(`${line}\n`) },
    });
    if (!questions) await database.prisma.$executeRaw`update public.document_chunks set questions = ''`;
    const rpc = new SqlRpc(database);
    const embedder = meaning ? new SentenceEmbedder() : undefined;
    const warn = (line: string) => process.stderr.write(`${line}\n`);
    const caller = { userId: 'eval', claims: { admin: true }, accessToken: '' };
    if (embedder !== undefined)
      await new DocumentVectors(rpc, embedder).embedMissing(caller, AbortSignal.timeout(600_000));
    return new Desk(
      database,
      embedder,
      new DocumentSearch(rpc, { embedder, synonyms: SYNONYMS, warn, embedMs: EMBED_MS }),
      await vocabularyOf(new RpcBusinessData(rpc), access()),
    );
  }

  candidates(asked: { readonly words: string; readonly question?: string | undefined }): Promise<readonly Candidate[]> {
    return this.search.candidates(asked, access());
  }

  /** What the search finds for a question as the planner puts it, whether or not the planner would. */
  find(question: string): Promise<readonly DocumentHit[]> {
    const words = wordsOf(question).filter(isContentWord).join(' ');
    return this.search.searchDocuments({ words, question }, 3, access());
  }

  /** One question as the first words of a call. */
  async handle(question: string): Promise<Handled> {
    const model = new RulesModel({ planner: PAYMENTS_PLANNER });
    const tools = PAYMENTS_PLANNER.tools.map(({ tool: name }) => ({ name, description: name, parameters: {} }));
    const messages: ChatMessage[] = [
      { role: 'system', text: 'You are Julia, the voice assistant of Acme Payments.' },
      { role: 'user', text: question },
    ];
    let handled: Handled = { hits: [], said: '' };
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const calls: ToolCall[] = [];
      let said = '';
      for await (const part of model.stream(
        { messages, tools, vocabulary: this.vocabulary },
        new AbortController().signal,
      )) {
        if (part.type === 'tool.call') calls.push(part.call);
        else if (part.type === 'text') said += part.delta;
      }
      if (calls.length === 0) return { ...handled, said, ...answered(said, handled.hits) };
      messages.push({ role: 'assistant', text: said, toolCalls: calls });
      for (const call of calls) {
        if (call.name !== 'search_documents' && call.name !== 'web_search') return { ...handled, other: call.name };
        let results: readonly object[] = [];
        if (call.name === 'search_documents') {
          const { query: words, question: whole } = ArgumentsOf.parse(JSON.parse(call.arguments));
          const query = { words, question: whole };
          const hits = await this.search.searchDocuments(query, 3, access());
          handled = { ...handled, query, hits };
          results = hits;
        } else handled = { ...handled, other: call.name };
        const content = JSON.stringify({ ok: true, data: { results } });
        messages.push({ role: 'tool', callId: call.id, name: call.name, content });
      }
    }
    return handled;
  }

  async close(): Promise<void> {
    await this.embedder?.close();
    await this.database.close();
  }
}

const access = () => ({
  caller: { userId: 'demo', claims: { sub: 'demo' }, accessToken: '' },
  signal: new AbortController().signal,
});

/** An answer begins with the name of its document; what is only near says so, and names it. */
function answered(said: string, hits: readonly DocumentHit[]): Pick<Handled, 'answeredFrom' | 'offeredFrom'> {
  const told = said.toLowerCase();
  const of = (...starts: readonly string[]) =>
    hits.find(({ title }) => starts.some((start) => told.startsWith(`${start} ${title.toLowerCase()}`)))?.slug;
  const answeredFrom = of('our', 'about');
  const near = 'i am not sure that it answers you: the nearest that i found is our';
  const offeredFrom = of(near, `${near} page on`);
  return {
    ...(answeredFrom === undefined ? {} : { answeredFrom }),
    ...(offeredFrom === undefined ? {} : { offeredFrom }),
  };
}
