// What kind of file it is: by its first bytes where these are sure, else by what it is said to be.
import { extname } from 'node:path';
import { DocumentError } from '../document-error.js';

export type DocumentKind = 'markdown' | 'text' | 'html' | 'pdf' | 'docx';

const BY_EXTENSION: Readonly<Record<string, DocumentKind>> = {
  '.md': 'markdown',
  '.markdown': 'markdown',
  '.txt': 'text',
  '.text': 'text',
  '.html': 'html',
  '.htm': 'html',
  '.xhtml': 'html',
  '.pdf': 'pdf',
  '.docx': 'docx',
};

const BY_TYPE: Readonly<Record<string, DocumentKind>> = {
  'text/markdown': 'markdown',
  'text/x-markdown': 'markdown',
  'text/plain': 'text',
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
};

/** Whether a file of this name is one that is taken. */
export const isDocumentName = (name: string): boolean => extname(name).toLowerCase() in BY_EXTENSION;

/** `name`: of the file or the address; `type`: its media type. Throws DocumentError. */
export function kindOf(bytes: Uint8Array, name: string, type = ''): DocumentKind {
  const beginning = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  if (beginning.includes('%PDF-')) return 'pdf';
  const declared = BY_TYPE[type.split(';')[0]?.trim().toLowerCase() ?? ''];
  const named = BY_EXTENSION[extname(name).toLowerCase()];
  // Servers call Markdown plain text; the name knows better.
  const kind = declared === undefined || declared === 'text' ? (named ?? declared) : declared;
  const isZip = beginning.startsWith('PK');
  if (isZip && (kind === 'docx' || kind === undefined)) return 'docx';
  if (kind === undefined) {
    throw new DocumentError('unsupported', `${name} is none of Markdown, text, HTML, PDF and DOCX.`);
  }
  if (isZip || kind === 'pdf' || kind === 'docx') {
    throw new DocumentError(
      'unreadable',
      `${name} is no ${kind === 'docx' ? 'DOCX' : kind} file, whatever its name says.`,
    );
  }
  return kind;
}
