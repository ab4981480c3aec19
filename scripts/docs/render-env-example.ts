import { ENV_GROUPS } from '../../src/config/env.schema.js';

const HEADER = `# Parley's configuration: every key with its default; an empty one is not set.
# Copy this file to .env.stream or .env, or set the keys in the environment, which wins over both files.
# Made from src/config/env.schema.ts by \`npm run docs\`; a test compares the two.
`;

/** The text of \`.env.stream.example\`, from the schema. */
export function renderEnvExample(): string {
  const groups = ENV_GROUPS.map(({ title, shape }) => {
    const keys = Object.entries(shape).map(([key, schema]) => {
      const meaning = schema.description ?? '';
      return `# ${meaning}\n${key}=${quoted(defaultOf(schema.parse(undefined)))}`;
    });
    return `# ---- ${title} ----\n\n${keys.join('\n\n')}\n`;
  });
  return [HEADER, ...groups].join('\n');
}

function defaultOf(value: string | number | boolean | readonly string[] | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join(',') : String(value);
}

/** So that a shell may read the file as well. */
function quoted(value: string): string {
  return /[\s<>#;&|]/.test(value) ? `"${value}"` : value;
}
