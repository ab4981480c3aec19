// The same table for the screen and for the docs, and failures in a few lines each.
import type { Result } from '../call/run-scenario.js';
import type { GroupSummary, Summary } from './summary.js';

const HEADINGS = [
  'Group',
  'Passed',
  'Turns',
  'False cut-offs',
  'Missed turns',
  'Double answers',
  'Median ms',
  'p95 ms',
];
const ms = (value: number): string => (Number.isNaN(value) ? '–' : String(Math.round(value)));

const row = (group: GroupSummary): string[] => [
  group.group,
  `${group.passed} of ${group.scenarios}`,
  String(group.turns),
  String(group.falseCutOffs),
  String(group.missedTurns),
  String(group.doubleAnswers),
  ms(group.medianMs),
  ms(group.p95Ms),
];

export function consoleTable({ groups, total }: Summary): string {
  const rows = [HEADINGS, ...groups.map(row), row(total)];
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells.map((cell, n) => (n === 0 ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join('  '),
    )
    .join('\n');
}

/** The first `labels` columns are words, the others numbers. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[], labels = 1): string {
  const widths = headings.map((heading, n) =>
    Math.max(heading.length, ...rows.map((cells) => cells[n]?.length ?? 0), 3),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => (n < labels ? cell.padEnd(widths[n] ?? 0) : cell.padStart(widths[n] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, n) => (n < labels ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(headings), rule, ...rows.map(line)].join('\n');
}

/** For docs/evaluation.md. */
export function summaryMarkdown({ groups, total, failed, pending }: Summary): string {
  const table = markdownTable(HEADINGS, [...groups.map(row), row({ ...total, group: '**all**' })]);
  return [
    table,
    ...list(
      'Did not pass:',
      failed.map(({ name, faults }) => `\`${name}\`: ${faults.join('; ')}`),
    ),
    ...list(
      'Written, and waiting for what they test:',
      pending.map(({ name, why }) => `\`${name}\`: ${why}`),
    ),
  ].join('\n\n');
}

const list = (heading: string, lines: readonly string[]): string[] =>
  lines.length === 0 ? [] : [heading, lines.map((line) => `- ${line}`).join('\n')];

/** What was expected, and what happened. */
export function failureLines({ group, name, about, faults, story }: Result): string {
  return [
    `${faults.length > 0 ? 'FAILED' : 'passed'} ${group}/${name}: ${about}`,
    ...faults.map((fault) => `  - ${fault}`),
    '  what happened:',
    ...story.map((line) => `    ${line}`),
  ].join('\n');
}
