// The results of fresh requests: a table by kind and type, and every answer that is not right.
import { markdownTable } from '../report/render.js';
import { type FreshResult, isDisturbed } from './run.js';

const HEADINGS = ['Kind', 'Wanted', 'Requests', 'Right', 'Asked', 'Honest', 'Missed', 'Wrong'];
const VERDICTS = ['right', 'asked', 'honest', 'missed', 'wrong'] as const;

export function freshTable(results: readonly FreshResult[]): string {
  const rows: string[][] = [];
  for (const kind of ['typed', 'spoken'] as const) {
    const ofKind = results.filter(({ request }) => request.kind === kind);
    if (ofKind.length === 0) continue;
    const types = [...new Set(ofKind.map(({ request }) => request.want.type))].toSorted();
    for (const type of types) {
      rows.push(
        row(
          kind,
          type,
          ofKind.filter(({ request }) => request.want.type === type),
        ),
      );
    }
    rows.push(row(kind, '**all**', ofKind));
  }
  return [markdownTable(HEADINGS, rows, 2), ...disturbed(results)].join('\n\n');
}

const row = (kind: string, wanted: string, results: readonly FreshResult[]): string[] => [
  kind,
  wanted,
  String(results.length),
  ...VERDICTS.map((verdict) => String(results.filter((one) => one.verdict === verdict).length)),
];

/** What the machine has spoilt is said, so that nobody takes it for the agent's. */
function disturbed(results: readonly FreshResult[]): string[] {
  const calls = results.filter(({ answer, voice }) => isDisturbed(answer, voice)).length;
  return calls === 0 ? [] : [`In ${calls} of ${results.length} calls the machine was too slow, three times in a row.`];
}

/** What was asked, what was heard, done and answered, and the verdict. */
export function resultLines({ request, voice, answer, verdict, why }: FreshResult): string {
  const { id, turns, want } = request;
  const said = turns.join(' / ');
  const heard = answer.heard.join(' / ');
  return [
    `${verdict.toUpperCase()} ${id}${voice === undefined ? '' : ` (${voice})`}: ${said}`,
    ...(voice === undefined
      ? []
      : [`  heard: ${heard}${isDisturbed(answer, voice) ? ' (the machine was too slow)' : ''}`]),
    `  wanted: ${JSON.stringify(want)}`,
    ...answer.calls.map(
      ({ name, arguments: args, ok, code }) => `  ${name} ${JSON.stringify(args)} ${ok ? 'ok' : code}`,
    ),
    `  answer: ${answer.text}`,
    ...(why === '' ? [] : [`  why: ${why}`]),
  ].join('\n');
}
