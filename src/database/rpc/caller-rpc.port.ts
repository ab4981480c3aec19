// SQL functions of the migrations, called with a caller's own rights, wherever the rows are. A room declares the functions
// that it calls; nothing here names one.
import type { Access } from '../data.port.js';

export type SqlType = 'integer' | 'date' | 'timestamptz' | 'text' | 'jsonb' | 'boolean';

/** An object is for an argument of type `jsonb`. */
export type SqlValue = string | number | boolean | null | Readonly<Record<string, unknown>>;

/** A function in the schema `public` that returns JSON. */
export interface SqlFunction<Argument extends string = string> {
  readonly name: string;
  /** Types of its arguments, in order. */
  readonly args: Readonly<Record<Argument, SqlType>>;
}

/** Nest injection token of the CallerRpc that reaches the business's data. */
export const BUSINESS_RPC = Symbol('BusinessRpc');

/** Calls a function and returns its JSON. Throws DataError and nothing else. */
export interface CallerRpc {
  call<Argument extends string>(
    fn: SqlFunction<Argument>,
    args: Readonly<Record<NoInfer<Argument>, SqlValue>>,
    access: Access,
  ): Promise<unknown>;
}
