import { Controller, Delete, Get, Header, HttpCode, Inject, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { DataError } from '../database/data.port.js';
import type { Access, DataErrorCode } from '../database/data.port.js';
import { callerOf } from '../identity/jwt.guard.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { DocumentEmbedding } from './document-embedding.js';
import { DocumentError } from './document-error.js';
import type { DocumentErrorCode } from './document-error.js';
import { DocumentStore } from './document-store.js';
import type { AddedDocument, ListedDocument } from './document-store.js';
import { readBounded } from './ingest/fetch-page.js';
import { MAX_BYTES, pageAt, type SourceDocument } from './ingest/sources.js';

const STATUS: Readonly<Record<DocumentErrorCode, number>> = {
  unsupported: 415,
  unreadable: 422,
  empty: 422,
  too_large: 413,
  busy: 503,
  bad_address: 400,
  unreachable: 502,
};
const DATA_STATUS: Readonly<Record<DataErrorCode, number>> = {
  unavailable: 503,
  forbidden: 403,
  timeout: 504,
  cancelled: 503,
  failed: 500,
};

/** Longest upload and keeping, ms. */
const TIMEOUT_MS = 180_000;

const addressBody = z.strictObject({ url: z.string().min(1).max(2000) });
const fileName = z.string().trim().min(1).max(200);
const nameQuery = z.object({ name: fileName.optional() });

const ADMINS = { protection: 'admin', limit: 'user' } as const;

/** What admins do with the documents that callers are answered from. */
@Controller('v1/admin/documents')
export class DocumentsController {
  constructor(
    @Inject(DocumentStore) private readonly store: DocumentStore,
    @Inject(DocumentEmbedding) private readonly embedding: DocumentEmbedding,
  ) {}

  @Get()
  @Rest({ ...ADMINS, summary: 'The documents that callers are answered from' })
  @Header('Cache-Control', 'no-store')
  list(@Req() request: Request): Promise<readonly ListedDocument[]> {
    return answered(() => this.store.list(accessOf(request)));
  }

  /** The file itself with its media type and `?name=`, or `{"url": "https://..."}`. */
  @Post()
  @Rest({
    ...ADMINS,
    summary: 'Adds a document: the file itself, or JSON with its address',
    query: nameQuery,
    bodyType: '*/*',
  })
  @HttpCode(200)
  add(@Req() request: Request, @Query('name') name: unknown): Promise<AddedDocument> {
    return answered(async () => {
      const added = await this.store.add(await givenIn(request, name), accessOf(request));
      this.embedding.begin(accessOf(request).caller);
      return added;
    });
  }

  @Delete(':name')
  @Rest({ ...ADMINS, summary: 'Takes a document away' })
  async remove(@Param('name') name: string, @Req() request: Request): Promise<{ readonly removed: string }> {
    const removed = await answered(() => this.store.remove(name, accessOf(request)));
    if (!removed) throw refusal(404, 'unknown_document', 'There is no document of this slug or source.');
    return { removed: name };
  }
}

/** The guard has seen that this is an admin; the database is told in its own word. */
function accessOf(request: Request): Access {
  const caller = callerOf(request);
  return { caller: { ...caller, claims: { ...caller.claims, admin: true } }, signal: AbortSignal.timeout(TIMEOUT_MS) };
}

async function givenIn(request: Request, name: unknown): Promise<SourceDocument> {
  const type = request.headers['content-type'] ?? '';
  if (/^application\/json\b/i.test(type)) {
    const body = addressBody.safeParse(request.body);
    if (!body.success)
      throw refusal(400, 'invalid_body', 'The body must be {"url": "https://..."}, or the file itself.');
    return pageAt(body.data.url);
  }
  const named = fileName.safeParse(name);
  if (!named.success) throw refusal(400, 'invalid_name', 'A file needs its name: ?name=refund-policy.md');
  // The rest of a file that is too large is left alone, so that the answer still arrives.
  const body = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  return { source: named.data, bytes: await readBounded(body, MAX_BYTES, 'The file'), type };
}

async function answered<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DocumentError) throw refusal(STATUS[error.code], error.code, error.message);
    if (!(error instanceof DataError)) throw error;
    throw refusal(DATA_STATUS[error.code], `data_${error.code}`, error.message);
  }
}
