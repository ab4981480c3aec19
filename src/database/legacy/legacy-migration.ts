import type { Client } from 'pg';
import { z } from 'zod';
import { textOf } from '../error-code.js';
import { BACKFILL, checkNames, LEGACY_STEPS, LegacyFault, statementsOf } from './legacy-sql.js';
import type { LegacyStep, LegacyTable, Way } from './legacy-sql.js';

export interface LegacyOptions extends LegacyTable {
  /** Rows of one batch of the backfill: so long are they locked. */
  readonly batch?: number | undefined;
  /** Told in a line what was done, and how long it took. */
  readonly print: (line: string) => void;
}

/** Whoever waits for a lock on the table keeps those behind it waiting too: no longer than this, then it is tried again. */
const LOCK_TIMEOUT_MS = 300;
const MAX_ATTEMPTS = 100;
const PAUSE_MS = 200;
const LOCK_NOT_AVAILABLE = '55P03';

const batchSchema = z
  .array(z.object({ last: z.string().nullable(), seen: z.number(), changed: z.number(), of_nobody: z.number() }))
  .length(1);

/** What the backfill has done. */
export interface Filled {
  readonly seen: number;
  readonly changed: number;
  readonly ofNobody: number;
}

/** Calls keyed by `conversation_id` come over to `call_sid`, in four steps, each with its way back (prisma/legacy). */
export class LegacyMigration {
  /** The connection gives up waiting for locks. */
  private isImpatient = false;

  constructor(
    private readonly client: Pick<Client, 'query'>,
    private readonly options: LegacyOptions,
  ) {
    checkNames(options);
  }

  /** Takes the steps up to `to`, from the first: what was done already is done again without harm. */
  async up(to: number = LEGACY_STEPS.length): Promise<void> {
    await this.check();
    for (const step of LEGACY_STEPS.slice(0, to)) await this.take(step, 'up');
  }

  /** Takes them back, from the last, until `to` of them are left. Throws, and changes nothing, while a call has no conversation. */
  async down(to = 0): Promise<void> {
    await this.check();
    for (const step of LEGACY_STEPS.slice(to).toReversed()) await this.take(step, 'down');
  }

  /** One batch after the other, from the beginning; what an attempt before has done is passed by. */
  async backfill(way: Way = 'up'): Promise<Filled> {
    const [statement = ''] = statementsOf(BACKFILL, way, this.options);
    let after = '';
    let total: Filled = { seen: 0, changed: 0, ofNobody: 0 };
    for (;;) {
      const { rows } = await this.patiently(statement, [after, this.options.batch ?? 1000]);
      const [row] = batchSchema.parse(rows);
      if (row === undefined || row.last === null) return total;
      after = row.last;
      total = {
        seen: total.seen + row.seen,
        changed: total.changed + row.changed,
        ofNobody: total.ofNobody + row.of_nobody,
      };
    }
  }

  private async take(step: LegacyStep, way: Way): Promise<void> {
    const since = performance.now();
    let what = '';
    if (step === BACKFILL) {
      if (way === 'down' && !(await this.hasColumn('call_sid'))) return;
      const { seen, changed, ofNobody } = await this.backfill(way);
      what = `, ${seen} calls seen, ${changed} changed, ${ofNobody} of them of nobody`;
    } else if (way === 'up' || step === LEGACY_STEPS[0] || (await this.hasColumn('call_sid'))) {
      if (step === '3_call_sid_constraints' && way === 'up') await this.dropHalfBuilt();
      for (const statement of statementsOf(step, way, this.options)) await this.patiently(statement);
    }
    this.options.print(`${step} ${way}: ${Math.round(performance.now() - since)} ms${what}`);
  }

  /** Runs a statement, and again while somebody else has a lock that it would have to wait long for. */
  private async patiently(statement: string, values: unknown[] = []): Promise<{ readonly rows: unknown[] }> {
    if (!this.isImpatient) await this.client.query(`set lock_timeout = ${LOCK_TIMEOUT_MS}`);
    this.isImpatient = true;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.client.query(statement, values);
      } catch (error) {
        if (textOf(error, 'code') !== LOCK_NOT_AVAILABLE || attempt === MAX_ATTEMPTS) throw error;
        // An index that was being built beside the writers stays, invalid.
        if (/index concurrently/.test(statement)) await this.dropHalfBuilt();
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }

  private async dropHalfBuilt(): Promise<void> {
    const { schema, table } = this.options;
    const { rows } = await this.client.query(
      `select 1 from pg_index i join pg_class c on c.oid = i.indexrelid join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = $2 and not i.indisvalid`,
      [schema, `${table}_call_sid_key`],
    );
    if (rows.length > 0) await this.client.query(`drop index concurrently ${schema}.${table}_call_sid_key`);
  }

  private async hasColumn(name: string): Promise<boolean> {
    const { schema, table } = this.options;
    const { rows } = await this.client.query(
      'select 1 from information_schema.columns where table_schema = $1 and table_name = $2 and column_name = $3',
      [schema, table, name],
    );
    return rows.length > 0;
  }

  /** Whether this is a table of the older shape at all: nothing is begun that could not be ended. */
  private async check(): Promise<void> {
    const { schema, table, user } = this.options;
    const name = `${schema}.${table}`;
    for (const column of ['conversation_id', user]) {
      if (!(await this.hasColumn(column))) throw new LegacyFault(`${name} has no column ${column}, or is not there.`);
    }
    if (await this.hasColumn('agent_version')) {
      throw new LegacyFault(`${name} is a table of Parley’s own, which has call_sid already.`);
    }
    const { rows } = await this.client.query<{ primary: boolean }>(
      `select i.indisprimary as primary from pg_index i
       join pg_attribute a on a.attrelid = i.indrelid and a.attname = 'conversation_id'
       where i.indrelid = $1::regclass and i.indisunique and i.indpred is null
         and i.indnatts = 1 and i.indkey[0] = a.attnum`,
      [name],
    );
    if (rows.some(({ primary }) => primary)) {
      throw new LegacyFault(
        `conversation_id is the primary key of ${name}, and cannot become nullable: give the table another one first.`,
      );
    }
    if (rows.length === 0) throw new LegacyFault(`${name} has no unique index on conversation_id: make one first.`);
  }
}
