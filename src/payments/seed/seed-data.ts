import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { packageRoot } from '../../database/package-root.js';

const clientSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  /** `sub` of the user whose client this is. */
  owner: z.string(),
  /** Monthly rent, USD. */
  rent: z.number(),
  /** Factor on what is bought. */
  lifestyle: z.number(),
});

const merchantSchema = z.object({ name: z.string(), from: z.number(), to: z.number() });
const frontMatterSchema = z.object({
  title: z.string(),
  keywords: z.string(),
  questions: z.array(z.string()),
  updated: z.iso.date(),
});

export type SeedClient = z.infer<typeof clientSchema>;
/** Merchants by category, with the range of what is spent there, USD. */
export type SeedMerchants = Readonly<Record<string, readonly z.infer<typeof merchantSchema>[]>>;

export interface SeedDocument {
  readonly slug: string;
  readonly title: string;
  readonly keywords: string;
  /** That it answers, in the words of those who ask. */
  readonly questions?: readonly string[];
  readonly body: string;
  /** YYYY-MM-DD. */
  readonly updated?: string;
  /** What `npm run documents -- add` calls it, so that an edited file replaces it. */
  readonly source?: string;
}

export interface SeedData {
  readonly clients: readonly SeedClient[];
  readonly merchants: SeedMerchants;
  readonly documents: readonly SeedDocument[];
}

/** Reads prisma/seed. Throws when a file is missing or not as it should be. */
export async function readSeedData(folder = join(packageRoot(), 'prisma', 'seed')): Promise<SeedData> {
  const json = async (file: string): Promise<unknown> => JSON.parse(await readFile(join(folder, file), 'utf8'));
  const documents = join(folder, 'documents');
  const files = (await readdir(documents)).filter((file) => file.endsWith('.md')).sort();
  return {
    clients: z.array(clientSchema).parse(await json('clients.json')),
    merchants: z.record(z.string(), z.array(merchantSchema).min(1)).parse(await json('merchants.json')),
    documents: await Promise.all(
      files.map(async (file) => parseDocument(basename(file, '.md'), await readFile(join(documents, file), 'utf8'))),
    ),
  };
}

function parseDocument(slug: string, text: string): SeedDocument {
  const [, head, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(text) ?? [];
  if (head === undefined || body === undefined)
    throw new Error(`prisma/seed/documents/${slug}.md has no front matter.`);
  const front = frontMatterSchema.parse(parse(head));
  return { slug, ...front, body: body.trim(), source: `prisma/seed/documents/${slug}.md` };
}
