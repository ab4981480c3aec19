// Tools that an operator adds to a business: a file each in TOOLS_DIR, which imports nothing of ours (docs/your-own-tool.md).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { ConfigError } from '../config/config-error.js';
import type { ToolPlan } from '../llm/plan.port.js';
import { failure } from '../tools/say.js';
import type { Tool } from '../tools/tool.js';

/** What such a file is given. */
export interface OwnToolKit {
  readonly z: typeof z;
  readonly failure: typeof failure;
}

/** What it makes of that. */
export interface OwnTool extends Omit<Tool, 'parameters' | 'isReadOnly'> {
  /** How callers ask for it, for the keyless planner. */
  readonly plan?: Omit<ToolPlan, 'tool'>;
}

const EXTENSION = /\.tool\.m?js$/;

const isFunction = z.custom<() => unknown>((value) => typeof value === 'function', { error: 'must be a function' });
const shape = z
  .object({
    name: z.string().regex(/^[a-zA-Z0-9_-]{1,64}$/, { error: 'must be 1 to 64 letters, digits, _ and -' }),
    description: z.string().min(1).max(4000),
    schema: z.custom((value) => value instanceof z.ZodObject, { error: 'must be a z.object({...})' }),
    effect: z.enum(['read', 'write']),
    timeoutMs: z.number().int().min(1).max(120_000),
    lateMessage: z.string().min(1),
    run: isFunction,
    readBack: isFunction.optional(),
    plan: z.object({ ability: z.string(), cues: z.array(z.unknown()).min(1), say: isFunction }).optional(),
  })
  .refine(({ effect, readBack }) => effect === 'read' || readBack !== undefined, {
    path: ['readBack'],
    error: 'is needed where the effect is write: the caller is told what would be done, and asked',
  });

/** The tools in the folder, by the names of their files; none without one. Rejects with a ConfigError that names the file. */
export async function loadOwnTools(folder: string | undefined): Promise<readonly OwnTool[]> {
  if (folder === undefined) return [];
  let files: readonly string[];
  try {
    files = readdirSync(folder)
      .filter((file) => EXTENSION.test(file))
      .toSorted();
  } catch {
    throw new ConfigError([`TOOLS_DIR: there is no folder ${folder}. Make it, or leave TOOLS_DIR empty.`]);
  }
  return await Promise.all(files.map((file) => loadOwnTool(folder, file)));
}

async function loadOwnTool(folder: string, file: string): Promise<OwnTool> {
  const fault = (what: string) => new ConfigError([`TOOLS_DIR: ${file}: ${what}.`]);
  let made: unknown;
  try {
    const { default: make } = (await import(pathToFileURL(join(folder, file)).href)) as { readonly default?: unknown };
    if (typeof make !== 'function') throw fault('does not export a function by default');
    const kit: OwnToolKit = { z, failure };
    made = await (make as (kit: OwnToolKit) => unknown)(kit);
  } catch (error) {
    throw error instanceof ConfigError ? error : fault(`cannot be loaded: ${(error as Error).message}`);
  }
  const { error } = shape.safeParse(made);
  const [issue] = error?.issues ?? [];
  if (issue !== undefined) throw fault(`${issue.path.join('.') || 'what it makes'}: ${issue.message}`);
  return made as OwnTool;
}
