// Numbers that are not dialled, whoever asks. All workers of a server see the same list.

export interface ListedNumber {
  /** E.164. */
  readonly number: string;
  readonly reason: string | null;
  /** ISO 8601. */
  readonly addedAt: string;
}

/** Numbers are E.164. Every method throws a DataError and nothing else. */
export interface DoNotCallList {
  /** Again, with another reason, that one counts. */
  add(number: string, reason?: string): Promise<void>;
  /** False when it was not there. */
  remove(number: string): Promise<boolean>;
  /** In their order, those after `after`. */
  list(after: string | undefined, most: number): Promise<readonly ListedNumber[]>;
}

/** Nest injection token of the DoNotCallList. */
export const DO_NOT_CALL = Symbol('DoNotCallList');
