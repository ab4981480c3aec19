import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Questions by people who have not read the documents' words; `slug` null: no document answers it. */
const schema = z.array(z.object({ question: z.string().min(1), slug: z.string().nullable() })).min(1);

export type Paraphrase = z.infer<typeof schema>[number];

/** Throws when the file is not a list of them. */
export const readParaphrases = (file: string): readonly Paraphrase[] =>
  schema.parse(JSON.parse(readFileSync(file, 'utf8')));
