// What the talk consists of, in the order in which it began: what was said, and what tools did meanwhile.
import type { ServerEvent } from '../../../client/client-events.js';
import type { TranscriptEntry } from '../../../client/transcript.js';

type Of<Type extends ServerEvent['type']> = Extract<ServerEvent, { readonly type: Type }>;
export type Table = Of<'tool.result'>['table'];
export type Artifact = NonNullable<Of<'tool.finished'>['artifacts']>[number];
export type Source = NonNullable<Of<'tool.finished'>['sources']>[number];

export interface Said extends TranscriptEntry {
  readonly kind: 'said';
}

export interface ToolRun {
  readonly kind: 'tool';
  /** `callId` of the tool. */
  readonly id: string;
  readonly name: string;
  readonly arguments: unknown;
  /** ms so far, or in all. */
  readonly elapsedMs: number;
  readonly outcome: 'running' | 'done' | 'asked' | 'failed';
  readonly message?: string;
  readonly table?: Table;
  readonly artifacts: readonly Artifact[];
  readonly sources: readonly Source[];
}

export type Line = Said | ToolRun;

/** An hour of talk. */
const MOST_LINES = 1000;

/** The lines with what the transcript says now. */
export function afterEntries(lines: readonly Line[], entries: readonly TranscriptEntry[]): readonly Line[] {
  const known = new Map(entries.map((entry) => [keyOf(entry), entry]));
  const kept = lines.flatMap((line): Line[] => {
    if (line.kind === 'tool') return [line];
    const entry = known.get(keyOf(line));
    known.delete(keyOf(line));
    return entry === undefined ? [] : [entry.text === line.text && entry.final === line.final ? line : said(entry)];
  });
  return [...kept, ...[...known.values()].map(said)].slice(-MOST_LINES);
}

const said = (entry: TranscriptEntry): Said => ({ kind: 'said', ...entry });
export const keyOf = ({ speaker, id }: Pick<TranscriptEntry, 'speaker' | 'id'>): string => `${speaker} ${id}`;

/** The lines after a message of the server about tools; the same ones for every other message. */
export function afterMessage(lines: readonly Line[], message: ServerEvent): readonly Line[] {
  if (message.type === 'tool.started') return [...lines, begun(message)].slice(-MOST_LINES);
  if (message.type === 'tool.progress') return withRun(lines, message.callId, { elapsedMs: message.elapsedMs });
  if (message.type === 'tool.result') return withRun(lines, message.callId, { table: message.table });
  if (message.type === 'tool.finished') return withRun(lines, message.callId, finished(message));
  return lines;
}

const begun = ({ callId, name, arguments: given }: Of<'tool.started'>): ToolRun => ({
  kind: 'tool',
  id: callId,
  name,
  arguments: given,
  elapsedMs: 0,
  outcome: 'running',
  artifacts: [],
  sources: [],
});

function finished({ ok, code, message, artifacts = [], sources = [], durationMs }: Of<'tool.finished'>) {
  const outcome = ok ? 'done' : code === 'confirmation_required' ? 'asked' : 'failed';
  const why = message ?? (ok ? undefined : code);
  return {
    outcome,
    artifacts,
    sources,
    elapsedMs: durationMs,
    ...(why === undefined ? {} : { message: why }),
  } as const;
}

const withRun = (lines: readonly Line[], callId: string, change: Partial<ToolRun>): readonly Line[] =>
  lines.map((line) => (line.kind === 'tool' && line.id === callId ? { ...line, ...change } : line));
