// The documents as admins see them: read, cut into chunks, kept under the admin's own rights, listed and taken away.
import { createHash } from 'node:crypto';
import { basename, extname } from 'node:path';
import { z } from 'zod';
import type { Access } from '../database/data.port.js';
import type { CallerRpc, SqlFunction } from '../database/rpc/caller-rpc.port.js';
import { parseRow } from '../database/rpc/data-errors.js';
import { chunksOf } from './ingest/chunks.js';
import { kindOf } from './ingest/kinds.js';
import { readDocument } from './ingest/read-document.js';
import type { SourceDocument } from './ingest/sources.js';

const PUT = { name: 'put_document', args: { p_document: 'text' } } as const satisfies SqlFunction;
const REMOVE = { name: 'remove_document', args: { p_document: 'text' } } as const satisfies SqlFunction;
const LIST = { name: 'list_documents', args: {} } as const satisfies SqlFunction;

const putSchema = z.object({ replaced: z.boolean(), chunks: z.number() });
const removedSchema = z.object({ removed: z.boolean() });
const listSchema = z.array(
  z.object({
    slug: z.string(),
    title: z.string(),
    source: z.string(),
    url: z.string().nullable(),
    updated: z.string().nullable(),
    chunks: z.number(),
    /** Chunks that have vectors, and are found by their meaning. */
    embedded: z.number(),
  }),
);

export type ListedDocument = z.infer<typeof listSchema>[number];

export interface AddedDocument {
  readonly slug: string;
  readonly title: string;
  readonly chunks: number;
  /** There was one of this source before. */
  readonly replaced: boolean;
}

const MAX_TITLE = 120;

export class DocumentStore {
  constructor(private readonly rpc: CallerRpc) {}

  /**
   * Keeps a document in place of what came from the same source before; it is found by its words at once, and by its meaning
   * after DocumentVectors.embedMissing. Throws DocumentError and DataError.
   */
  async add({ source, bytes, type, url, updated }: SourceDocument, access: Access): Promise<AddedDocument> {
    const kind = kindOf(bytes, url ?? source, type);
    const read = await readDocument({ bytes, kind, name: source, type });
    const title = titled(read.title, source);
    const chunks = chunksOf(read.sections);
    const slug = slugOf(source);
    const document = {
      slug,
      title,
      keywords: read.keywords,
      questions: read.questions,
      body: chunks.map(({ body }) => body).join('\n\n'),
      source,
      url,
      updated: read.updated ?? updated,
      chunks,
    };
    const kept = parseRow(putSchema, await this.rpc.call(PUT, { p_document: JSON.stringify(document) }, access));
    return { slug, title, ...kept };
  }

  async list(access: Access): Promise<readonly ListedDocument[]> {
    return parseRow(listSchema, await this.rpc.call(LIST, {}, access));
  }

  /** By slug or source; false when there is none. */
  async remove(name: string, access: Access): Promise<boolean> {
    return parseRow(removedSchema, await this.rpc.call(REMOVE, { p_document: name }, access)).removed;
  }
}

/** "Refund policy", or "refund policy" of refund_policy.md. */
function titled(title: string | undefined, source: string): string {
  const named = title ?? nameOf(source).replaceAll(/[-_+]+/g, ' ');
  return named.replace(/\s+/g, ' ').trim().slice(0, MAX_TITLE) || 'Untitled';
}

function nameOf(source: string): string {
  const path = URL.canParse(source) ? new URL(source).pathname : source;
  return basename(path, extname(path)) || 'page';
}

/** Readable, and never that of another source. */
function slugOf(source: string): string {
  const name = nameOf(source)
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 60);
  return `${name === '' ? 'document' : name}-${createHash('sha256').update(source).digest('hex').slice(0, 8)}`;
}
