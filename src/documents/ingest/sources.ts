// What an admin may name: a file, a folder of files, an address.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DocumentError } from '../document-error.js';
import { fetchPage } from './fetch-page.js';
import type { FetchOptions } from './fetch-page.js';
import { isDocumentName } from './kinds.js';

/** Largest file, bytes. */
export const MAX_BYTES = 10_000_000;
/** Most files of a folder. */
const MAX_FILES = 5_000;

export interface SourceDocument {
  /** Names it for good: what is added under the same name replaces it. */
  readonly source: string;
  readonly bytes: Uint8Array;
  /** Media type, where one was given. */
  readonly type?: string;
  readonly url?: string;
  /** YYYY-MM-DD. */
  readonly updated?: string;
}

export const isAddress = (name: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(name);

/** Files are named by their path from the working folder. Throws DocumentError. */
export async function* documentsAt(name: string, options?: Partial<FetchOptions>): AsyncGenerator<SourceDocument> {
  if (isAddress(name)) {
    yield await pageAt(name, options);
    return;
  }
  const found = await stat(name).catch(() => undefined);
  if (found === undefined) throw new DocumentError('unreachable', `There is no file or folder ${name}.`);
  if (!found.isDirectory()) {
    yield await fileAt(name);
    return;
  }
  const files = (await readdir(name, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && isDocumentName(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (files.length === 0)
    throw new DocumentError('empty', `There is no Markdown, text, HTML, PDF or DOCX file in ${name}.`);
  if (files.length > MAX_FILES) {
    throw new DocumentError(
      'too_large',
      `${name} holds ${files.length} files, and at most ${MAX_FILES} are taken: name its folders.`,
    );
  }
  for (const file of files) yield await fileAt(file);
}

/** What is at an address. Throws DocumentError. */
export async function pageAt(address: string, options?: Partial<FetchOptions>): Promise<SourceDocument> {
  const { url, bytes, type, updated } = await fetchPage(address, { maxBytes: MAX_BYTES, ...options });
  return { source: address, url, bytes, type, ...(updated === undefined ? {} : { updated }) };
}

async function fileAt(path: string): Promise<SourceDocument> {
  const { size, mtime } = await stat(path);
  if (size > MAX_BYTES)
    throw new DocumentError('too_large', `${path} is larger than ${MAX_BYTES / 1_000_000} MB: split it.`);
  const source = relative(process.cwd(), path).replaceAll('\\', '/');
  return { source, bytes: await readFile(path), updated: mtime.toISOString().slice(0, 10) };
}
