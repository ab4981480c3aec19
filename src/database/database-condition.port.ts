/**
 * How the database of this process is: `away` while the thread of the embedded one is being replaced, `emptied` after that where
 * its rows were in memory only and are lost. A PostgreSQL that is away is not told of here: calls go on without it.
 */
export type DatabaseCondition = 'good' | 'away' | 'emptied';

export interface ConditionOfDatabase {
  readonly state: DatabaseCondition;
}

/** Nest injection token of the ConditionOfDatabase. */
export const DATABASE_CONDITION = Symbol('DatabaseCondition');
