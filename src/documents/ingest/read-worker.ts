// Runs in a thread of its own that ends with its document: a hostile or huge file may use up this thread's memory and time
// and nobody else's. Started from the source by Node itself under Jest: so no imports of other files of ours, and only
// TypeScript that can be erased.
import { parentPort, workerData } from 'node:worker_threads';
import { Readability } from '@mozilla/readability';
import JSZip from 'jszip';
import { parseHTML } from 'linkedom';
import mammoth from 'mammoth';
import { marked } from 'marked';
import { parse as parseHtml, serialize } from 'parse5';
import { getDocumentProxy } from 'unpdf';
import { parse as parseYaml } from 'yaml';

interface Job {
  readonly bytes: Uint8Array;
  readonly kind: 'markdown' | 'text' | 'html' | 'pdf' | 'docx';
  /** The encoding that its server or its author has named. */
  readonly charset?: string | undefined;
}

/** What is read of a DOM; the types of the browser's own are not there. */
interface DomNode {
  readonly nodeName: string;
  readonly nodeValue: string | null;
  readonly textContent: string | null;
  readonly childNodes: Iterable<DomNode>;
}

/** `level` 1 to 6 is a heading, 0 a paragraph. */
interface Block {
  readonly level: number;
  readonly text: string;
}

interface Draft {
  readonly title?: string | undefined;
  readonly keywords?: string | undefined;
  readonly questions?: readonly string[] | undefined;
  readonly updated?: string | undefined;
  readonly blocks: readonly Block[];
}

/** Most that a packed file may unfold to, bytes. */
const MAX_UNPACKED = 100_000_000;
/** Questions that a document may say it answers, and the characters of one. */
const MAX_QUESTIONS = 40;
const MAX_QUESTION = 200;
/** Nesting beyond this is no document but an attack. */
const MAX_DEPTH = 200;
/** Longest text that is kept of a document, characters. */
const MAX_CHARS = 2_000_000;
const MAX_PAGES = 2000;
/** A line whose letters are so much higher than most is a heading. */
const HEADING_HEIGHT = 1.15;
const MAX_HEADING = 120;

const squeeze = (text: string): string => text.replace(/\s+/g, ' ').trim();
const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

/** The first of these encodings in which all of it means something: what the bytes show, UTF-8, what was named, Windows'. */
function decode(bytes: Uint8Array, named?: string): string {
  for (const label of [encodingIn(bytes), 'utf-8', named]) {
    try {
      if (label !== undefined) return new TextDecoder(label, { fatal: true }).decode(bytes);
    } catch {
      // An unknown name, or not all of it is of that encoding.
    }
  }
  return new TextDecoder('windows-1252').decode(bytes);
}

/** UTF-16 by its mark or by the zeros beside its Latin letters. Throws when it is no text at all. */
function encodingIn(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  for (const [at, byte] of bytes.subarray(0, 1000).entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (even + odd === 0) return undefined;
  if (even === 0) return 'utf-16le';
  if (odd === 0) return 'utf-16be';
  throw new Error('it holds no text');
}

const META_CHARSET = /<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w-]{1,40})/i;

/** What an HTML page says of its own encoding, in its first bytes: they are the same in all that name themselves. */
const charsetIn = (bytes: Uint8Array): string | undefined =>
  META_CHARSET.exec(Buffer.from(bytes.subarray(0, 2000)).toString('latin1'))?.[1];

/** Unfolds a packed file once, piece by piece and for nothing: whoever reads it then keeps all of it in memory. */
async function checkUnpacked(bytes: Uint8Array): Promise<void> {
  const zip = await JSZip.loadAsync(bytes);
  let size = 0;
  for (const entry of Object.values(zip.files)) {
    await new Promise<void>((resolve, reject) => {
      const stream = entry.nodeStream();
      stream
        .on('data', (piece: Uint8Array) => {
          size += piece.length;
          if (size <= MAX_UNPACKED) return;
          stream.pause();
          reject(new Error('it unfolds to more than 100 MB'));
        })
        .on('error', reject)
        .on('end', () => resolve());
    });
  }
}

/** "2026-05-04", "May 4, 2026", a Date of YAML, "D:20260504..." of PDF, an ISO time. */
function dayOf(value: unknown): string | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString().slice(0, 10);
  const written = textOf(value);
  if (written === undefined) return undefined;
  const pdf = /^D:(\d{4})(\d{2})(\d{2})/.exec(written);
  const day = pdf === null ? written : `${pdf[1]}-${pdf[2]}-${pdf[3]}`;
  const iso = /^\d{4}-\d{2}-\d{2}/.exec(day)?.[0];
  const date = new Date(iso === undefined ? `${day} UTC` : `${iso}T00:00:00Z`);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 10);
}

/** Beside what mammoth knows of Word's styles. */
const WORD = { styleMap: ["p[style-name='Title'] => h1:fresh"] };

const SKIPPED = new Set('SCRIPT STYLE NOSCRIPT TEMPLATE SVG NAV FORM IFRAME BUTTON SELECT HEAD'.split(' '));
const INLINE = new Set(
  'A ABBR B BDI BDO CITE CODE DATA DFN EM FONT I KBD MARK Q S SAMP SMALL SPAN STRONG SUB SUP TIME U VAR WBR INS DEL'.split(
    ' ',
  ),
);

function blocksOf(root: DomNode): Block[] {
  const blocks: Block[] = [];
  let text = '';
  const flush = (level = 0): void => {
    const clean = squeeze(text);
    if (clean !== '') blocks.push({ level, text: clean });
    text = '';
  };
  const walk = (node: DomNode, depth: number): void => {
    if (depth > MAX_DEPTH) throw new Error('it is nested too deep');
    for (const child of node.childNodes) {
      const name = child.nodeName.toUpperCase();
      const level = /^H[1-6]$/.test(name) ? Number(name[1]) : 0;
      if (name === '#TEXT') text += child.nodeValue ?? '';
      else if (name.startsWith('#') || SKIPPED.has(name)) continue;
      else if (INLINE.has(name)) walk(child, depth + 1);
      else if (name === 'TR') {
        flush();
        const cells = [...child.childNodes].map(({ textContent }) => squeeze(textContent ?? ''));
        text = cells.filter((cell) => cell !== '').join(': ');
        flush();
      } else {
        flush();
        walk(child, depth + 1);
        flush(level);
      }
    }
  };
  walk(root, 0);
  flush();
  return blocks;
}

/** linkedom knows no tags that are left out (a page without `<body>`): parse5 reads as browsers do, and writes them all. */
const domOf = (html: string) => parseHTML(serialize(parseHtml(html))).document;

function ofHtml(html: string, isPage: boolean): Draft {
  const document = domOf(html);
  const meta = (name: string) =>
    textOf(document.querySelector(`meta[name="${name}"], meta[property="${name}"]`)?.getAttribute('content'));
  const found = {
    title: textOf(document.querySelector('title')?.textContent),
    updated: dayOf(meta('article:modified_time') ?? meta('last-modified') ?? meta('date')),
  };
  const whole = blocksOf(document.body);
  if (!isPage) return { ...found, blocks: whole };
  // A page has menus and footers; what Readability leaves of a short one is too little to trust it.
  const article = new Readability(document).parse();
  const main = article?.content ? blocksOf(domOf(article.content).body) : [];
  const length = (blocks: readonly Block[]) => blocks.reduce((sum, { text }) => sum + text.length, 0);
  return {
    ...found,
    title: textOf(article?.title) ?? found.title,
    blocks: length(main) * 4 > length(whole) ? main : whole,
  };
}

/** Those of a list that are questions; more or longer ones are not needed to find a document. */
const questionsOf = (listed: unknown): readonly string[] | undefined =>
  Array.isArray(listed)
    ? listed
        .map((entry) => textOf(entry) ?? '')
        .filter(({ length }) => length > 0 && length <= MAX_QUESTION)
        .slice(0, MAX_QUESTIONS)
    : undefined;

async function ofMarkdown(text: string): Promise<Draft> {
  const [, head, body = text] = /^---\r?\n(.*?)\r?\n---\r?\n(.*)$/s.exec(text) ?? [];
  const matter: unknown = head === undefined ? undefined : parseYaml(head);
  const fields = typeof matter === 'object' && matter !== null ? (matter as Record<string, unknown>) : {};
  const keywords = fields['keywords'];
  return {
    ...ofHtml(await marked.parse(body), false),
    title: textOf(fields['title']),
    keywords: Array.isArray(keywords) ? keywords.join(', ') : textOf(keywords),
    questions: questionsOf(fields['questions']),
    updated: dayOf(fields['updated'] ?? fields['date']),
  };
}

async function ofPdf(bytes: Uint8Array): Promise<Draft> {
  const pdf = await getDocumentProxy(new Uint8Array(bytes));
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} as object }));
  const lines: { text: string; height: number; gap: boolean }[] = [];
  let chars = 0;
  for (let number = 1; number <= Math.min(pdf.numPages, MAX_PAGES) && chars < MAX_CHARS; number += 1) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    let line = { text: '', height: 0, gap: lines.length === 0 };
    let last: number | undefined;
    for (const item of items) {
      if (!('str' in item)) continue;
      const at = Number(item.transform[5]);
      if (last !== undefined && Math.abs(last - at) > item.height * 0.5 && line.text !== '') {
        lines.push(line);
        line = { text: '', height: 0, gap: last - at > item.height * 1.7 };
      }
      line.text += item.str;
      line.height = Math.max(line.height, item.str.trim() === '' ? 0 : item.height);
      chars += item.str.length;
      if (item.str.trim() !== '') last = at;
    }
    if (line.text !== '') lines.push(line);
    page.cleanup();
  }
  const heights = lines.map(({ height }) => height).toSorted((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? 0;
  const blocks: Block[] = [];
  for (const { text, height, gap } of lines) {
    const clean = squeeze(text);
    const isHeading = height > usual * HEADING_HEIGHT && clean.length <= MAX_HEADING;
    const before = blocks.at(-1);
    if (clean === '') continue;
    if (isHeading) blocks.push({ level: height > usual * 1.5 ? 1 : 2, text: clean });
    else if (gap || before === undefined || before.level > 0) blocks.push({ level: 0, text: clean });
    else {
      const joined = /\p{L}-$/u.test(before.text) ? before.text.slice(0, -1) + clean : `${before.text} ${clean}`;
      blocks[blocks.length - 1] = { level: 0, text: joined };
    }
  }
  const fields = info as Record<string, unknown>;
  return { title: textOf(fields['Title']), updated: dayOf(fields['ModDate'] ?? fields['CreationDate']), blocks };
}

async function read({ bytes, kind, charset }: Job): Promise<Draft> {
  switch (kind) {
    case 'markdown':
      return ofMarkdown(decode(bytes, charset));
    case 'html':
      return ofHtml(decode(bytes, charset ?? charsetIn(bytes)), true);
    case 'docx':
      await checkUnpacked(bytes);
      return ofHtml((await mammoth.convertToHtml({ buffer: Buffer.from(bytes) }, WORD)).value, false);
    case 'pdf':
      return ofPdf(bytes);
    case 'text':
    default:
      return {
        blocks: decode(bytes, charset)
          .split(/\n\s*\n/)
          .map((text) => ({ level: 0, text: squeeze(text) })),
      };
  }
}

/** Paragraphs under their headings; a first heading that nothing else is beside is the title. */
function sectioned({ blocks, title, ...matter }: Draft): unknown {
  const first = blocks.find(({ text }) => text !== '');
  const opening = first !== undefined && first.level > 0 ? first : undefined;
  const path: { level: number; text: string }[] = [];
  const sections: { headings: string[]; text: string }[] = [];
  let chars = 0;
  for (const block of blocks) {
    if (block.text === '' || chars > MAX_CHARS) continue;
    chars += block.text.length;
    if (block.level > 0) {
      while ((path.at(-1)?.level ?? 0) >= block.level) path.pop();
      if (block !== opening) path.push(block);
      sections.push({ headings: path.map(({ text }) => text), text: '' });
    } else {
      const last = sections.at(-1) ?? { headings: [], text: '' };
      if (sections.length === 0) sections.push(last);
      last.text += last.text === '' ? block.text : `\n${block.text}`;
    }
  }
  return { title: title ?? opening?.text, ...matter, sections: sections.filter(({ text }) => text !== '') };
}

try {
  parentPort?.postMessage({ document: sectioned(await read(workerData as Job)) });
} catch (error) {
  parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) });
}
