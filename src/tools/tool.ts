import type { z } from 'zod';
import type { ReadBack, ToolContext, ToolEffect, ToolOutcome } from './tool.port.js';

/** What a tool is told beside its arguments. */
export interface ToolRun extends ToolContext {
  /**
   * Of a write: names this side effect everywhere and for good (SHA-256 of call, tool, arguments and the number of the
   * question that was agreed to, hex). The runner makes each happen once; a service that takes such a key can be given it.
   */
  readonly idempotencyKey: string;
}

/** One tool, from its description for the model to what it does. One file each. */
export interface Tool<Schema extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** For the model: what it does and when to use it. */
  readonly description: string;
  /** Arguments. The message of every issue is a sentence that can be spoken to the caller. */
  readonly schema: Schema;
  /** JSON schema for the model, where `schema` does not say it: somebody else checks the arguments. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  readonly effect: ToolEffect;
  /** Whoever runs it says that it changes nothing. Its effect stays `write` until an agent's file says so too (`reads`). */
  readonly isReadOnly?: boolean;
  /** It leaves what it is given, or what it makes, in the server's own store: mails, pictures. */
  readonly keeps?: boolean;
  /** Longest run, ms. */
  readonly timeoutMs: number;
  /** Spoken when it takes longer. */
  readonly lateMessage: string;
  /** May throw a DataError or a SpokenFailure; anything else that it throws is a fault of ours. */
  run(args: z.output<Schema>, run: ToolRun): Promise<ToolOutcome>;
  /**
   * Of write tools that can tell: what became of the side effect of this key, asked when the worker that had begun it is
   * gone; undefined when nobody can say. It causes nothing.
   */
  became?(args: z.output<Schema>, run: ToolRun): Promise<ToolOutcome | undefined>;
  /** Of write tools: what would be done and the question for the caller, or why asking is pointless. */
  readBack?(args: z.output<Schema>, run: ToolRun): Promise<ReadBack | ToolOutcome>;
}

/** Lets TypeScript find the arguments' type from the schema. */
export const defineTool = <Schema extends z.ZodObject>(tool: Tool<Schema>): Tool<Schema> => tool;
