// `npm run documents`: the same as the admins' endpoint, on this machine.
import type { Config } from '../config/config.token.js';
import { DataError } from '../database/data.port.js';
import type { Access } from '../database/data.port.js';
import { Database } from '../database/database.js';
import { FolderInUseError } from '../database/pglite/folder-lock.js';
import type { CallerRpc } from '../database/rpc/caller-rpc.port.js';
import { SqlRpc } from '../database/rpc/sql-rpc.js';
import { SupabaseRpc } from '../database/rpc/supabase-rpc.js';
import type { Caller } from '../identity/caller.port.js';
import { DocumentError } from './document-error.js';
import { DocumentStore, type ListedDocument } from './document-store.js';
import { DocumentVectors } from './embeddings/document-vectors.js';
import { embedderOf } from './embeddings/embedder-of.js';
import { documentsAt } from './ingest/sources.js';

export interface DocumentsCommand {
  readonly command: string;
  readonly names: readonly string[];
  readonly config: Config;
  /** An admin's token for Supabase. */
  readonly token?: string | undefined;
  readonly print: (line: string) => void;
}

/** Longest work on one document, ms, and longest embedding of all that are added. */
const TIMEOUT_MS = 300_000;
const EMBED_MS = 3_600_000;

/** Resolves with the exit code. */
export async function documentsCommand({ command, names, config, token, print }: DocumentsCommand): Promise<number> {
  const place = await open(config, token);
  const embedder = embedderOf(config);
  const store = new DocumentStore(place.rpc);
  const caller = { userId: 'documents', claims: { admin: true }, accessToken: token ?? '' };
  const access = (): Access => ({ caller, signal: AbortSignal.timeout(TIMEOUT_MS) });
  let failed = 0;
  const attempt = async (name: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof DocumentError || error instanceof DataError)) throw error;
      failed += 1;
      print(`failed    ${name}: ${error.message}`);
    }
  };
  try {
    if (command === 'list') for (const document of await store.list(access())) print(lineOf(document));
    if (command === 'remove')
      for (const name of names)
        await attempt(name, async () => {
          const removed = await store.remove(name, access());
          if (!removed)
            throw new DocumentError('empty', 'there is no document of this slug or source; "list" names them.');
          print(`removed   ${name}`);
        });
    if (command === 'add')
      for (const name of names)
        await attempt(name, async () => {
          for await (const source of documentsAt(name))
            await attempt(source.source, async () => {
              const { slug, title, chunks, replaced } = await store.add(source, access());
              print(`${replaced ? 'replaced' : 'added   '}  ${slug}  "${title}", ${chunksIn(chunks)}`);
            });
        });
    if (command === 'add' && embedder !== undefined)
      await embed(new DocumentVectors(place.rpc, embedder), caller, print);
    return failed === 0 ? 0 : 1;
  } finally {
    await embedder?.close();
    await place.close();
  }
}

/** What fails is tried again with the next document, and when a server starts. */
async function embed(vectors: DocumentVectors, caller: Caller, print: (line: string) => void): Promise<void> {
  try {
    const chunks = await vectors.embedMissing(caller, AbortSignal.timeout(EMBED_MS));
    if (chunks > 0) print(`embedded  ${chunksIn(chunks)}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'the embedding model failed';
    print(`          not all is embedded yet, and the rest is found by its words: ${why}`);
  }
}

const chunksIn = (chunks: number): string => `${chunks} ${chunks === 1 ? 'chunk' : 'chunks'}`;

function lineOf({ slug, title, source, updated, chunks, embedded }: ListedDocument): string {
  const details = [
    `"${title}"`,
    embedded < chunks ? `${chunksIn(chunks)} (${embedded} embedded)` : chunksIn(chunks),
    ...(updated === null ? [] : [`of ${updated}`]),
    ...(source === '' ? [] : [`from ${source}`]),
  ];
  return `${slug}  ${details.join(', ')}`;
}

async function open(config: Config, token: string | undefined): Promise<{ rpc: CallerRpc; close(): Promise<void> }> {
  const { SUPABASE_URL: url, SUPABASE_ANON_KEY: anonKey, DATABASE_URL, PARLEY_DATA_DIR: dataDir, port } = config;
  if (url !== undefined && anonKey !== undefined) {
    if (token === undefined) {
      throw new Error(
        'The documents are on Supabase: --token needs the access token of a user whose app_metadata says {"admin": true}.',
      );
    }
    return { rpc: new SupabaseRpc({ url, anonKey }), close: () => Promise.resolve() };
  }
  const log = { info: () => undefined, warn: (line: string) => process.stderr.write(`${line}\n`) };
  try {
    const database = await Database.open({ url: DATABASE_URL, dataDir, log });
    return { rpc: new SqlRpc(database), close: () => database.close() };
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    throw new Error(
      `${error.message} Or give the document to the server that has it: curl --data-binary @FILE -H "Content-Type: ` +
        `text/markdown" -H "Authorization: Bearer $(npm run -s token -- --claims '{"admin":true}')" ` +
        `"http://localhost:${port}/v1/admin/documents?name=FILE"`,
      { cause: error },
    );
  }
}
