// Reads eval/scenarios: a file is a group, its name the group's.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { packageRoot } from '../../src/database/package-root.js';
import { readScenarios, type ScenarioBody } from './scenario.schema.js';

export interface Scenario extends ScenarioBody {
  readonly name: string;
  readonly group: string;
}

/** Whether a scenario is part of the form that CI runs: real audio takes real time. */
export const isFast = ({ fast, kind }: Scenario): boolean => fast ?? kind === 'scripted';

/** A scenario file that cannot be read; the message has a line for every fault. */
export class ScenarioError extends Error {
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.name = 'ScenarioError';
  }
}

export const scenarioFolder = (): string => join(packageRoot(), 'eval', 'scenarios');

/** All scenarios, by group and in the order of their files. Throws a ScenarioError that names every fault. */
export function loadScenarios(folder: string = scenarioFolder()): Scenario[] {
  const faults: string[] = [];
  const scenarios: Scenario[] = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .toSorted()) {
    const read = readScenarios(contentOf(join(folder, file), file));
    if ('faults' in read) faults.push(...read.faults.map((fault) => `${file}: ${fault}`));
    else
      for (const [name, body] of Object.entries(read.scenarios))
        scenarios.push({ ...body, name, group: basename(file, '.yaml') });
  }
  const names = scenarios.map(({ name }) => name);
  const twice = new Set(names.filter((name, n) => names.indexOf(name) !== n));
  faults.push(...[...twice].map((name) => `two scenarios are called "${name}"`));
  if (faults.length > 0) throw new ScenarioError(faults);
  return scenarios;
}

function contentOf(path: string, file: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof YAMLParseError) throw new ScenarioError([`${file}: ${error.message.split('\n')[0]}`]);
    throw error;
  }
}
