import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root.js';

/** The steps in their order, by their folders in prisma/legacy. */
export const LEGACY_STEPS = [
  '1_add_call_sid',
  '2_backfill_call_sid',
  '3_call_sid_constraints',
  '4_conversation_id_nullable',
] as const;
export type LegacyStep = (typeof LEGACY_STEPS)[number];
export type Way = 'up' | 'down';

/** The one that is run in batches. */
export const BACKFILL: LegacyStep = '2_backfill_call_sid';

/** Why nothing was done, for whoever runs it. */
export class LegacyFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LegacyFault';
  }
}

/** The table of calls that comes over. Names are written as they are in the catalogue. */
export interface LegacyTable {
  readonly schema: string;
  readonly table: string;
  /** The column that says whose a call is; null there is nobody's. */
  readonly user: string;
}

/** PostgreSQL's bound is 63; names of indexes and constraints are made of the table's. */
const NAME = /^[a-z_][a-z0-9_]{0,40}$/;

/** Throws LegacyFault for names that would have to be quoted: they stand in SQL as they are. */
export function checkNames({ schema, table, user }: LegacyTable): void {
  for (const name of [schema, table, user]) {
    if (!NAME.test(name))
      throw new LegacyFault(`"${name}" is no name in small letters, digits and _ of 41 characters at most.`);
  }
}

/** The statements of a step: each ends with a semicolon and an empty line. */
export function statementsOf(step: LegacyStep, way: Way, { schema, table, user }: LegacyTable): readonly string[] {
  const text = readFileSync(join(packageRoot(), 'prisma', 'legacy', step, `${way}.sql`), 'utf8')
    .replaceAll('{{table}}', `${schema}.${table}`)
    .replaceAll('{{schema}}', schema)
    .replaceAll('{{name}}', table)
    .replaceAll('{{user}}', user);
  return text
    .split(/;\n\n|;\n?$/)
    .map((statement) => statement.trim())
    .filter((statement) => statement.split('\n').some((line) => line !== '' && !line.startsWith('--')));
}
