// Cuts a document into passages that can be found and read out by themselves.

/** Text under a path of headings, outermost first. Paragraphs are separated by line feeds. */
export interface Section {
  readonly headings: readonly string[];
  readonly text: string;
}

export interface Chunk {
  /** See DocumentHit. */
  readonly heading: string;
  readonly body: string;
}

/** Longest chunk, characters: one subject, half a minute of reading. */
const MAX_CHARS = 1200;
/** Most chunks of a document: a book of 600 pages. */
export const MAX_CHUNKS = 1500;
const MAX_HEADING_CHARS = 200;

/** Paragraphs of one section stay together as far as they fit; what is longer is cut at sentences, then at words. */
export function chunksOf(sections: readonly Section[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  for (const { headings, text } of sections) {
    const heading = headings.join(' > ').slice(0, MAX_HEADING_CHARS);
    let body = '';
    for (const piece of text.split('\n').flatMap(piecesOf)) {
      if (body !== '' && body.length + piece.length + 1 > MAX_CHARS) {
        chunks.push({ heading, body });
        body = '';
      }
      body = body === '' ? piece : `${body}\n${piece}`;
    }
    if (body !== '') chunks.push({ heading, body });
    if (chunks.length > MAX_CHUNKS) return chunks.slice(0, MAX_CHUNKS);
  }
  return chunks;
}

function piecesOf(paragraph: string): string[] {
  const text = paragraph.replace(/\s+/g, ' ').trim();
  if (text.length <= MAX_CHARS) return text === '' ? [] : [text];
  return packed(text.split(/(?<=[.!?])\s+/)).flatMap((piece) => (piece.length <= MAX_CHARS ? [piece] : cut(piece)));
}

/** Joins neighbours as far as they fit. */
function packed(parts: readonly string[]): string[] {
  const pieces: string[] = [];
  for (const part of parts) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + part.length + 1 <= MAX_CHARS) pieces[pieces.length - 1] = `${last} ${part}`;
    else pieces.push(part);
  }
  return pieces;
}

/** Words, and pieces of what has no blanks. */
function cut(text: string): string[] {
  const words = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${MAX_CHARS}}`, 'gu')) ?? []);
  return packed(words);
}
