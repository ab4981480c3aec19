import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline, Transform } from 'node:stream';
import { TextDecoder } from 'node:util';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { ImportFault } from './import-fault.js';

/** Largest row, bytes; also the bound of what a quote that is never closed takes along. */
const MOST_ROW_BYTES = 1024 * 1024;
/** What is read to find out the encoding and the delimiter, bytes. */
const HEAD_BYTES = 64 * 1024;

export interface CsvRow {
  /** Of the file, from 1, where the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

export interface CsvFile {
  readonly header: readonly string[];
  /** Streamed: the file may be larger than the memory. Throws an ImportFault where it is no CSV any more. */
  readonly rows: AsyncIterable<CsvRow>;
}

const recordSchema = z.object({
  record: z.array(z.string()),
  raw: z.string(),
  info: z.object({ lines: z.number() }),
});

/** The first row of the file as its header, and the others. Takes UTF-8 and UTF-16 with or without a mark, and `encoding`. */
export async function openCsv(path: string, encoding?: string): Promise<CsvFile> {
  const head = await readHead(path);
  const decoder = decoderOf(head, encoding);
  const text = new TextDecoder(decoder.encoding).decode(head);
  // Excel's own word for the delimiter, in a line of its own.
  const [named, mark] = /^sep=(.)\r?\n/.exec(text) ?? [];
  const parser = parse({
    delimiter: mark ?? delimiterOf(text),
    from_line: named === undefined ? 1 : 2,
    bom: true,
    info: true,
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: MOST_ROW_BYTES,
  });
  pipeline(createReadStream(path), decodingBy(decoder), parser, () => undefined);
  const records = recordsOf(parser);
  const first = await records.next();
  if (first.done === true) throw new ImportFault('The file is empty: it needs a header and rows.');
  return { header: first.value.cells.map((cell) => cell.trim()), rows: records };
}

async function* recordsOf(parser: AsyncIterable<unknown>): AsyncGenerator<CsvRow, undefined> {
  try {
    for await (const each of parser) {
      const { record, raw, info } = recordSchema.parse(each);
      const breaks = raw.replace(/^[\r\n]+|[\r\n]+$/g, '').match(/\r\n|\r|\n/g)?.length ?? 0;
      yield { line: Math.max(info.lines - breaks, 1), cells: record };
    }
  } catch (error) {
    throw faultOf(error);
  }
  return undefined;
}

/** csv-parse's errors (csv.js.org/parse/errors) in our words. */
function faultOf(error: unknown): unknown {
  const { code, lines } = error as { readonly code?: string; readonly lines?: number };
  const at = lines === undefined ? '' : `line ${lines}: `;
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
    return new ImportFault(`${at}a quote (") is opened here or before and never closed. Close it, or write it twice.`);
  }
  if (code === 'CSV_INVALID_CLOSING_QUOTE') {
    return new ImportFault(`${at}something follows a quote that closes. Write quotes within a text twice ("").`);
  }
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return new ImportFault(
      'The file is not UTF-8. Save it as "CSV UTF-8", or say what it is, for example --encoding windows-1252.',
    );
  }
  return error;
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ImportFault(
      `The file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}): ${path}`,
    );
  }
}

function decoderOf(head: Buffer, encoding: string | undefined): TextDecoder {
  if (head.subarray(0, 4).toString('latin1') === 'PK\x03\x04') {
    throw new ImportFault('The file is a spreadsheet (.xlsx), not CSV: save it as "CSV UTF-8".');
  }
  const mark = head.subarray(0, 2).toString('hex');
  const found = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding ?? found, { fatal: true });
  } catch {
    throw new ImportFault(`--encoding ${encoding} is not known: for example utf-8, windows-1252 or iso-8859-15.`);
  }
}

/** Bytes to UTF-8 text, piece by piece. */
function decodingBy(decoder: TextDecoder): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        done(null, decoder.decode(chunk, { stream: true }));
      } catch (error) {
        done(error as Error);
      }
    },
    flush(done) {
      try {
        done(null, decoder.decode());
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** What is there most often in the first line, outside of quotes. */
function delimiterOf(text: string): string {
  const line =
    text
      .replace(/^\ufeff?[\r\n]*/, '')
      .replace(/"[^"]*"/g, '')
      .split(/[\r\n]/)[0] ?? '';
  const counted = [',', ';', '\t', '|'].map((mark) => ({ mark, count: line.split(mark).length }));
  return counted.reduce((most, each) => (each.count > most.count ? each : most)).mark;
}

/** Names a file by what is in it. */
export async function checksumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex').slice(0, 16);
}
