// What serves what: the business's data, the store of calls, and what workers share, by DATABASE_URL, SUPABASE_URL,
// REDIS_URL and the number of workers. docs/data.md has the table of all combinations, made from this.

/** `memory` and `embedded` belong to one process. */
export type Rows = 'memory' | 'embedded' | 'postgres';

export interface DataPlan {
  /** Who answers the tools' questions. */
  readonly business: Rows | 'supabase';
  /** Where the store of calls is: records, what tools made for callers, what was sent out. */
  readonly calls: Rows;
  /**
   * Where a call can be resumed whose client lost its connection: in the process that has it, in any (also after that
   * one was killed), or nowhere, because the client would come back to another worker.
   */
  readonly resume: 'this process' | 'any worker' | 'off';
  /** What an operator should know although it works, a line each. */
  readonly notes: readonly string[];
}

export interface DataSettings {
  readonly DATABASE_URL?: string | undefined;
  readonly SUPABASE_URL?: string | undefined;
  readonly REDIS_URL?: string | undefined;
  /** Processes that share the callers. */
  readonly workers: number;
}

/** The plan, or one line that says what to set, for a combination that would keep rows where other workers miss them. */
export function dataPlan(settings: DataSettings): { readonly plan: DataPlan } | { readonly problem: string } {
  const { DATABASE_URL: database, SUPABASE_URL: supabase, REDIS_URL: redis, workers } = settings;
  const calls = rowsOf(database);
  const several = workers > 1;
  if (several && calls !== 'postgres') return { problem: notShared(calls, workers, supabase !== undefined) };
  const resume = redis !== undefined ? 'any worker' : several ? 'off' : 'this process';
  const notes: string[] = [];
  if (supabase !== undefined && calls !== 'postgres') {
    notes.push(
      `Records of calls, charts and the list of sent mails stay ${calls === 'memory' ? 'in memory' : 'on this machine'}, ` +
        'not on Supabase: set DATABASE_URL to the connection string of the project’s PostgreSQL to keep them there.',
    );
  }
  if (resume === 'off') {
    notes.push(
      `${workers} workers and no REDIS_URL: a call ends with its connection. Set REDIS_URL to let clients resume.`,
    );
  }
  return { plan: { business: supabase === undefined ? calls : 'supabase', calls, resume, notes } };
}

function rowsOf(database: string | undefined): Rows {
  if (database === undefined) return 'embedded';
  return database.startsWith('memory://') ? 'memory' : 'postgres';
}

function notShared(calls: Exclude<Rows, 'postgres'>, workers: number, supabase: boolean): string {
  const what =
    calls === 'memory'
      ? 'is memory://, which every worker has for itself'
      : 'is empty, and the embedded database belongs to one process';
  const which = supabase ? 'the connection string of the Supabase project’s PostgreSQL' : 'postgresql://...';
  return `DATABASE_URL: ${what}; there are ${workers} workers. Set it to ${which}, or start one worker.`;
}
