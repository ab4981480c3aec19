// Markdown tables as sentences: a row is "Date: 2026-03-05, Amount: $5".

const DELIMITER_CELL = /^:?-+:?$/u;

const isDelimiter = (cells: readonly string[]): boolean =>
  cells.length > 0 && cells.every((cell) => DELIMITER_CELL.test(cell));

/** Whether a line can be a row: it begins with a bar. */
export const isRow = (line: string): boolean => line.trimStart().startsWith('|');

/** Whether a line is the rule under a head; then the line above it is the head, with or without a bar before it. */
export const isDelimiterRow = (line: string): boolean => line.includes('|') && isDelimiter(cellsOf(line));

function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/u, '')
    .replace(/(?<!\\)\|$/u, '');
  return inner.split(/(?<!\\)\|/u).map((cell) => cell.replaceAll('\\|', '|').trim());
}

/** One sentence for each row. A head without rows is read as it stands; rows without a head as their cells. */
export function tableSentences(lines: readonly string[]): string[] {
  const rows = lines.map(cellsOf);
  const rule = rows.findIndex(isDelimiter);
  const head = rule > 0 ? (rows[rule - 1] ?? []) : [];
  const body = rows.filter((cells, index) => !isDelimiter(cells) && index !== rule - 1);
  if (body.length === 0) return [head.filter(Boolean).join(', ')];
  return body.map((cells) =>
    cells
      .map((cell, index) => labelled(head[index] ?? '', cell))
      .filter(Boolean)
      .join(', '),
  );
}

function labelled(label: string, cell: string): string {
  const value = cell.replace(/[.,;]$/u, '');
  if (value === '' || label === '') return value;
  return `${label.replace(/:$/u, '')}: ${value}`;
}
