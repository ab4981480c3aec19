// The fault matrix, read from the names of tests: `fault matrix › <adapter> › <fault> › <phase>: <outcome>`.

const MARK = 'fault matrix';
const SEPARATOR = ' › ';
/** In the order in which a connection goes through them; others come after. */
const PHASES = ['connect', 'first byte', 'mid-stream'];

/**
 * @param report jest's `--json`
 * @returns one row for each test of the matrix that was run, in the order of the report
 */
export function readMatrix(report) {
  return report.testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(toRow));
}

function toRow({ ancestorTitles, title, status }) {
  if (status !== 'passed' && status !== 'failed') return [];
  const name = [...ancestorTitles, title].join(SEPARATOR).split(SEPARATOR);
  const at = name.indexOf(MARK);
  const [adapter, fault, ...rest] = at < 0 ? [] : name.slice(at + 1);
  const [, phase, outcome] = /^(.+?): (.+)$/s.exec(rest.join(SEPARATOR)) ?? [];
  if (adapter === undefined || fault === undefined || phase === undefined || outcome === undefined) return [];
  return [{ adapter, fault, phase, outcome, passed: status === 'passed' }];
}

/** The page: a table for each adapter, a row for each fault, a column for each phase. */
export function renderMatrix(rows) {
  const sections = distinct(rows.map(({ adapter }) => adapter))
    .toSorted((a, b) => a.localeCompare(b))
    .map((adapter) =>
      renderAdapter(
        adapter,
        rows.filter((row) => row.adapter === adapter),
      ),
    );
  return `${INTRODUCTION}\n${sections.join('\n')}`;
}

const INTRODUCTION = `# Fault matrix

Made by \`npm run fault-matrix\` from the names of the tests that it has run: do not edit it by hand.

Every provider's simulator speaks the vendor's real wire and breaks it: while the connection is made, before the first
byte of the answer, and in the middle of it. A cell says what comes of that, and that a test has seen it. The codes are
those of \`ProviderError\` (src/provider/provider.port.ts). "Retryable" is advice to the layer above the adapters: it asks the
same provider once more, or the next one of the chain, and only when nobody is left does the caller hear an apology. What is
not retryable goes to the next provider at once. No row leaves a socket, a request or an unhandled error behind, and none
makes an adapter repeat a request by itself.
`;

function renderAdapter(adapter, rows) {
  const known = distinct(rows.map(({ phase }) => phase));
  const phases = [
    ...PHASES.filter((phase) => known.includes(phase)),
    ...known.filter((phase) => !PHASES.includes(phase)),
  ];
  const lines = distinct(rows.map(({ fault }) => fault)).map((fault) => {
    const cells = phases.map((phase) =>
      rows
        .filter((row) => row.fault === fault && row.phase === phase)
        .map(({ outcome, passed }) => cell(passed ? outcome : `**failed:** ${outcome}`))
        .join('<br>'),
    );
    return `| ${cell(fault)} | ${cells.join(' | ')} |`;
  });
  const head = `| Fault | ${phases.map(cell).join(' | ')} |`;
  const rule = `| --- |${phases.map(() => ' --- |').join('')}`;
  return [`## ${adapter}`, '', head, rule, ...lines, ''].join('\n');
}

const distinct = (values) => [...new Set(values)];

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
