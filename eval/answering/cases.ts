// Labelled answers to calls: what a recogniser hears in the first seconds, and who it was.
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const heard = z
  .strictObject({ from: z.number().min(0), to: z.number(), text: z.string().min(1) })
  .refine(({ from, to }) => from < to, { error: 'ends before it begins' });

const caseSchema = z.strictObject({
  id: z.string(),
  kind: z.enum(['person', 'voicemail', 'ivr', 'screener']),
  note: z.string().default(''),
  /** ms since the answer. */
  heard: z.array(heard).min(1),
  /** ms since the answer. */
  beepAt: z.number().nullable().default(null),
  /** The key that leads to a person, as it is said. */
  keys: z.string().nullable().default(null),
});

export type AnsweredCase = z.output<typeof caseSchema>;

/** Throws a ZodError that says where the file is not as it should be. */
export function readCases(file: string): readonly AnsweredCase[] {
  const { cases } = z.strictObject({ cases: z.array(caseSchema).min(1) }).parse(JSON.parse(readFileSync(file, 'utf8')));
  return cases;
}
