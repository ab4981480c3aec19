import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readRequests } from '../fresh/request.schema.js';

/** Questions by people who have not read the documents' words; `slug` null: no document answers it. */
const schema = z.array(z.object({ question: z.string().min(1), slug: z.string().nullable() })).min(1);

export type Paraphrase = z.infer<typeof schema>[number];

/** Of a list of them, or of strangers' requests, of which those that stand alone are taken. Throws when the file is neither. */
export function readParaphrases(file: string): readonly Paraphrase[] {
  const read: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (Array.isArray(read)) return schema.parse(read);
  return readRequests(file).requests.flatMap(({ turns: [question = '', ...more], want }) =>
    more.length > 0 ? [] : { question, slug: want.type === 'document' ? want.slug : null },
  );
}
