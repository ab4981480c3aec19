// The servers of tools that an installation uses (Model Context Protocol), in the form in which other programs keep them too:
// {"mcpServers": {"crm": {"command": "node", "args": ["crm.js"]}, "wiki": {"url": "https://...", "headers": {...}}}}
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config-error.js';
import type { Settings } from './env-file.js';

const timeoutMs = z.number().int().min(100).max(120_000).default(10_000);
const texts = z.record(z.string().max(200), z.string().max(10_000)).default({});

const programSchema = z.strictObject({
  /** A program that speaks on its standard input and output. */
  command: z.string().min(1),
  args: z.array(z.string()).max(100).default([]),
  /** What it gets of the environment beside PATH, HOME and the like. */
  env: texts,
  cwd: z.string().optional(),
  /** Longest call of a tool, ms. */
  timeoutMs,
  type: z.literal('stdio').optional(),
});

const addressSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }),
  headers: texts,
  timeoutMs,
  type: z.enum(['http', 'streamable-http']).optional(),
});

const fileSchema = z.object({
  mcpServers: z.record(
    z.string().regex(/^[a-zA-Z][\w-]{0,19}$/, { error: 'a name has 1 to 20 letters, digits, _ and -' }),
    z.union([programSchema, addressSchema], { error: 'must have a command, or a url' }),
  ),
});

export type McpServer = z.infer<typeof programSchema> | z.infer<typeof addressSchema>;
export type McpServers = Readonly<Record<string, McpServer>>;

/** `${NAME}` in any text of the file is the setting of that name, so that the file itself holds no secret. Throws ConfigError. */
export function readMcpServers(file: string, settings: Settings): McpServers {
  const fault = (what: string) => new ConfigError([`MCP_SERVERS_FILE: ${what}`]);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw fault(`${file} cannot be read.`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? filledIn(value, settings) : value));
  } catch (error) {
    // What a parser says may quote the file.
    throw error instanceof ConfigError ? error : fault(`${file} is no JSON.`);
  }
  const parsed = fileSchema.safeParse(json);
  if (parsed.success) return parsed.data.mcpServers;
  const [first] = parsed.error.issues;
  const issue = first?.code === 'invalid_key' ? { ...first, message: first.issues[0]?.message } : first;
  throw fault(`${file}: ${issue?.path.join('.') || 'file'}: ${issue?.message ?? 'is not valid'}.`);
}

const filledIn = (text: string, settings: Settings): string =>
  text.replaceAll(/\$\{(\w+)\}/g, (_whole, name: string) => {
    const value = settings[name];
    if (value !== undefined) return value;
    throw new ConfigError([
      `MCP_SERVERS_FILE: names \${${name}}, which is not set. Set it, or take it out of the file.`,
    ]);
  });
