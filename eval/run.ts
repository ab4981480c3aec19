// npm run eval: runs the scenarios on the real server and reports. See docs/evaluation.md.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Result } from './call/run-scenario.js';
import { evaluateAnswering } from './answering/run.js';
import { evaluateDocuments } from './documents/run.js';
import { fresh } from './fresh/command.js';
import { RequestsError } from './fresh/request.schema.js';
import { conditions } from './report/conditions.js';
import { consoleTable, failureLines, summaryMarkdown } from './report/render.js';
import { summarise } from './report/summary.js';
import { writeSection } from './report/write-docs.js';
import { Evaluation } from './run-all.js';
import { isFast, loadScenarios, ScenarioError, type Scenario } from './scenario/load.js';
import { EARS, measureSpeculation, type Row } from './speculation/measure.js';
import { speculationMarkdown } from './speculation/render.js';

const USAGE = `Usage: npm run eval [-- options]
  --fast          the form for CI: scripted scenarios and a few spoken ones
  --only NAMES    these scenarios or groups, separated by commas; also those that are pending
  --json FILE     write the results there
  --write         put the table into docs/evaluation.md
  --documents F   instead, how questions are answered from the documents: files of [{"question", "slug"}], with commas
  --answering F   instead, who is taken for whom in labelled answers to calls: files, with commas
  --learn         with --documents: print what the files teach the search
  --speculation   measure instead what starting the model early saves, on simulated vendors
  --slack N       multiply every allowed time by N (a busy machine)
  --story         print what happened in every scenario, not only in those that failed
  --fresh FILE    put the requests of FILE to the agent instead (eval/fresh/DATE.json), and judge its answers
      --typed, --spoken   only those; --only IDS, --json, --write and --story as above
      --voices NAMES      of those who speak: slt, rms, awb
`;

function chosen(scenarios: readonly Scenario[], only: string | undefined, fast: boolean): Scenario[] {
  if (only === undefined) return scenarios.filter((scenario) => !fast || isFast(scenario));
  const names = only.split(',');
  const unknown = names.filter((name) => !scenarios.some((one) => one.name === name || one.group === name));
  if (unknown.length > 0) throw new ScenarioError([`there is no scenario or group ${unknown.join(', ')}`]);
  return scenarios.filter(({ name, group }) => names.includes(name) || names.includes(group));
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      fast: { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      speculation: { type: 'boolean', default: false },
      documents: { type: 'string' },
      answering: { type: 'string' },
      learn: { type: 'boolean', default: false },
      slack: { type: 'string', default: '1' },
      story: { type: 'boolean', default: false },
      fresh: { type: 'string' },
      typed: { type: 'boolean', default: false },
      spoken: { type: 'boolean', default: false },
      voices: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const slack = Number(values.slack);
  if (values.help || !(slack > 0)) {
    process.stdout.write(USAGE);
    return values.help ? 0 : 2;
  }
  if (values.answering !== undefined) {
    console.log(evaluateAnswering(values.answering.split(','), values.story));
    return 0;
  }
  if (values.documents !== undefined) {
    const { write, story, learn } = values;
    return evaluateDocuments({ files: values.documents.split(','), write, story, learn, conditions: conditions(1) });
  }
  if (values.speculation) return speculation(values.write);
  if (values.fresh !== undefined) return fresh(values.fresh, values);
  const scenarios = chosen(loadScenarios(), values.only, values.fast);
  const evaluation = await Evaluation.start(scenarios, {
    slack,
    inTurn: !values.fast,
    done: (result) => report(result, values.story),
  });
  const settled = await Promise.allSettled(evaluation.results.values());
  await evaluation.close();
  const broken = settled.filter((one) => one.status === 'rejected');
  for (const { reason } of broken) process.stderr.write(`the harness failed: ${String((reason as Error).stack)}\n`);
  const results = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const summary = summarise(results);
  process.stdout.write(`\n${consoleTable(summary)}\n`);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ summary, results }, undefined, 2)}\n`);
  if (values.write) writeSection('results', `${conditions(slack)}\n\n${summaryMarkdown(summary)}`);
  return broken.length === 0 && summary.total.passed === summary.total.scenarios ? 0 : 1;
}

async function speculation(write: boolean): Promise<number> {
  const rows: Row[] = [];
  for (const ears of EARS) rows.push(await measureSpeculation(ears));
  const table = speculationMarkdown(rows);
  process.stdout.write(`${table}\n`);
  if (write) writeSection('speculation', `${conditions(1)}\n\n${table}`);
  return 0;
}

function report(result: Result, story: boolean): void {
  const { group, name, faults, durationMs, pending } = result;
  const seconds = (durationMs / 1000).toFixed(1);
  if (pending !== undefined) {
    const state = faults.length === 0 ? 'passes now' : 'does not pass yet';
    process.stdout.write(`pending ${group}/${name}: ${state} (${pending})\n`);
  } else if (faults.length === 0) process.stdout.write(`ok      ${group}/${name} (${seconds} s)\n`);
  if (faults.length > 0 || story) process.stdout.write(`${failureLines(result)}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  const known =
    error instanceof ScenarioError ||
    error instanceof RequestsError ||
    (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(known ? `${(error as Error).message}\n` : `${String((error as Error).stack)}\n`);
  process.exitCode = 2;
}
