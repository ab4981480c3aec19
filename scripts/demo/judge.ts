// Small judgements that the turns of the demo are checked with. Each returns what is wrong, in words; nothing when all is
// well.
import type { ToolReport, TurnReport } from '../../client/terminal/turn-report.js';
import type { SavedArtifact } from '../../client/terminal/saved-call.js';
import type { SeedTransaction } from '../../src/payments/seed/seed-transactions.js';
import type { CaughtMail } from './mail-catcher.js';
import { headerOf, plainTextOf } from './mime.js';

export type Fault = string;

/** A spoken reply shorter than this, ms, or quieter than this (of 32 768), was not spoken. */
const MIN_REPLY_MS = 500;
const MIN_REPLY_RMS = 200;

/** Every turn: answered, not cut off, and spoken. */
export function wasSpoken({ answered, failure, interrupted, reply, audio }: TurnReport): Fault[] {
  if (!answered) return [`not answered: ${failure ?? 'no reason given'}`];
  return [
    ...(reply === '' ? ['the reply has no words'] : []),
    ...(interrupted ? ['the reply was cut off'] : []),
    ...(audio.ms < MIN_REPLY_MS ? [`only ${audio.ms} ms of speech came`] : []),
    ...(audio.rms < MIN_REPLY_RMS ? [`the speech is silent (rms ${audio.rms})`] : []),
  ];
}

/** The tools of the turn are exactly these, in this order. */
export function usedTools({ tools }: TurnReport, ...names: readonly string[]): Fault[] {
  const used = tools.map(({ name }) => name);
  return used.join() === names.join() ? [] : [`used ${used.join(', ') || 'no tool'} instead of ${names.join(', ')}`];
}

/** The tool got these arguments; it may have got others besides. */
export function gotArguments(tool: ToolReport | undefined, wanted: Readonly<Record<string, unknown>>): Fault[] {
  const given = (tool?.arguments ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(wanted)
    .filter(([name, value]) => given[name] !== value)
    .map(
      ([name, value]) =>
        `${tool?.name ?? 'the tool'}: ${name} is ${JSON.stringify(given[name])}, not ${JSON.stringify(value)}`,
    );
}

export function succeeded(tool: ToolReport | undefined): Fault[] {
  return tool?.ok === false ? [`${tool.name} failed: ${tool.code ?? ''} ${tool.message ?? ''}`] : [];
}

export function endedWith(tool: ToolReport | undefined, code: string): Fault[] {
  return tool !== undefined && (tool.ok || tool.code !== code)
    ? [`${tool.name} ended with ${tool.ok ? 'ok' : (tool.code ?? 'no code')}, not ${code}`]
    : [];
}

export function says({ reply }: TurnReport, wanted: RegExp, what: string): Fault[] {
  return wanted.test(reply) ? [] : [`the reply does not say ${what}: "${reply}"`];
}

/** The reply repeats something that the document says: a run of words of it. */
export function quotes({ reply }: TurnReport, document: string, words: number): Fault[] {
  const source = ` ${plain(document)} `;
  const said = plain(reply).split(' ');
  const found = said.some((_word, first) => {
    const run = said.slice(first, first + words);
    return run.length === words && source.includes(` ${run.join(' ')} `);
  });
  return found ? [] : [`the reply does not repeat the document: "${reply}"`];
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9$%]+/g, ' ')
    .trim();

/** One mail, to this address alone, with exactly these rows. */
export function mailHolds(
  mails: readonly CaughtMail[],
  recipient: string,
  clientId: number,
  rows: readonly SeedTransaction[],
): Fault[] {
  const [mail] = mails;
  if (mail === undefined) return ['no mail arrived'];
  const subject = headerOf(mail.raw, 'subject') ?? '';
  const listed = linesOf(plainTextOf(mail.raw));
  const wanted = rows.map(({ bookedOn, amount }) => rowKey(bookedOn, amount));
  const missing = difference(wanted, listed);
  const extra = difference(listed, wanted);
  return [
    ...(mails.length === 1 ? [] : [`${mails.length} mails arrived instead of one`]),
    ...(mail.recipients.join() === recipient
      ? []
      : [`the mail went to ${mail.recipients.join(', ')}, not ${recipient}`]),
    ...(subject.includes(String(clientId)) ? [] : [`the subject does not name client ${clientId}: "${subject}"`]),
    ...(missing.length === 0 ? [] : [`${missing.length} of ${wanted.length} transactions are not in the mail`]),
    ...(extra.length === 0 ? [] : [`${extra.length} rows of the mail are not transactions of the client: ${extra[0]}`]),
  ];
}

const rowKey = (date: string, amount: number): string => `${date} ${amount.toFixed(2)}`;

/** Rows of the mail's text: "2026-03-01  $1,450.00  ...". */
function linesOf(text: string): string[] {
  return [...text.matchAll(/^\s*(\d{4}-\d{2}-\d{2})\s+(-?)\$([\d,]+\.\d{2})\s/gm)].map(
    ([, date = '', sign = '', amount = '']) => rowKey(date, Number(`${sign}${amount.replaceAll(',', '')}`)),
  );
}

/** What of `all` is not in `others`, each counted as often as it occurs. */
function difference(all: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return all.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** A chart that a viewer can open: an SVG document, and the same as PNG. */
export function chartIsReal(artifacts: readonly SavedArtifact[]): Fault[] {
  const of = (mediaType: string): SavedArtifact | undefined =>
    artifacts.find(({ artifact }) => artifact.kind === 'chart' && artifact.mediaType.startsWith(mediaType));
  const svg = of('image/svg+xml');
  const png = of('image/png');
  const drawing = svg === undefined ? '' : Buffer.from(svg.bytes).toString('utf8');
  return [
    ...(/^(<\?xml[^>]*>\s*)?<svg[\s>][\s\S]*<path[\s\S]*<\/svg>\s*$/.test(drawing) ? [] : ['there is no SVG chart']),
    ...(png !== undefined && isPng(png.bytes) ? [] : ['there is no PNG chart']),
  ];
}

/** Signature and first chunk: https://www.w3.org/TR/png-3/#5PNG-file-signature */
const isPng = (bytes: Uint8Array): boolean =>
  Buffer.from(bytes.subarray(0, 8)).toString('hex') === '89504e470d0a1a0a' &&
  Buffer.from(bytes.subarray(12, 16)).toString('latin1') === 'IHDR' &&
  bytes.byteLength > 1000;
