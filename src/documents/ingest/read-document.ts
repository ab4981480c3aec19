// A file's bytes as headings and paragraphs, read in a thread that is ended when it takes too long or too much.
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { DocumentError } from '../document-error.js';
import type { DocumentKind } from './kinds.js';

/** Longest reading of one document, ms. */
const TIMEOUT_MS = 60_000;
/** Most memory for it, MB: what a PDF of 10 MB needs, and less than what a packed bomb unfolds to. */
const MEMORY_MB = 512;
/** Buffers are not counted there: a process that grows by so much meanwhile, bytes, is looked at so often, ms. */
const MAX_GROWTH = 800_000_000;
const WATCH_MS = 100;
/** Documents that are read at the same time, and most that wait for that. */
const READERS = 2;
const MOST_WAITING = 20;

const readSchema = z.object({
  title: z.string().optional(),
  keywords: z.string().optional(),
  /** That it answers, in the words of those who ask. */
  questions: z.array(z.string()).optional(),
  updated: z.string().optional(),
  sections: z.array(z.object({ headings: z.array(z.string()), text: z.string() })),
});
const replySchema = z.union([z.object({ document: readSchema }), z.object({ error: z.string() })]);

export type ReadDocument = z.infer<typeof readSchema>;

export interface GivenDocument {
  readonly bytes: Uint8Array;
  readonly kind: DocumentKind;
  /** For the messages. */
  readonly name: string;
  /** Media type, with the encoding of a text. */
  readonly type?: string | undefined;
}

let reading = 0;
const waiting: (() => void)[] = [];

/** Throws DocumentError. */
export async function readDocument(given: GivenDocument, timeoutMs = TIMEOUT_MS): Promise<ReadDocument> {
  if (waiting.length >= MOST_WAITING) {
    throw new DocumentError('busy', 'Too many documents are being read: try again in a minute.');
  }
  if (reading >= READERS) await new Promise<void>((resolve) => waiting.push(resolve));
  else reading += 1;
  try {
    return await readInThread(given, timeoutMs);
  } finally {
    // Whoever waits takes over the place.
    const next = waiting.shift();
    if (next === undefined) reading -= 1;
    else next();
  }
}

async function readInThread({ bytes, kind, name, type = '' }: GivenDocument, timeoutMs: number): Promise<ReadDocument> {
  // Jest runs the sources, the server runs dist/: the worker is the file beside this one, of the same kind.
  const file = new URL(`./read-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);
  const worker = new Worker(file, {
    workerData: { bytes, kind, charset: /;\s*charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1] },
    env: {},
    execArgv: [],
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  let timer: NodeJS.Timeout | undefined;
  let watch: NodeJS.Timeout | undefined;
  const size = process.memoryUsage.rss();
  try {
    const reply = await new Promise<unknown>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('it ended')));
      timer = setTimeout(() => reject(new Error('it took too long')), timeoutMs);
      watch = setInterval(() => {
        if (process.memoryUsage.rss() - size > MAX_GROWTH) reject(new Error('it unfolds to too much'));
      }, WATCH_MS);
    });
    const read = replySchema.parse(reply);
    if ('error' in read) throw new Error(read.error);
    if (read.document.sections.length === 0) {
      const advice = kind === 'pdf' ? ' If it is a scan, have its text recognised (OCR) first.' : '';
      throw new DocumentError('empty', `${name} holds no text.${advice}`);
    }
    return read.document;
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    const why = error instanceof Error ? error.message : 'it failed';
    throw new DocumentError('unreadable', `${name} cannot be read as ${kind}: ${why.slice(0, 200)}.`, { cause: error });
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
    await worker.terminate();
  }
}
