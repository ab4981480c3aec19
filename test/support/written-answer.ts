// Answers of models as `WrittenCalls` reads them, with three tools.
import type { ToolSpec } from '../../src/llm/llm.port.js';
import { WrittenCalls } from '../../src/llm/well-formed/written-calls.js';

const spec = (name: string, properties: readonly string[], required: readonly string[]): ToolSpec => ({
  name,
  description: '',
  parameters: {
    type: 'object',
    properties: Object.fromEntries(
      properties.map((key) => [key, { type: key === 'client_id' ? 'integer' : 'string' }]),
    ),
    required,
  },
});

export const writtenTools = [
  spec('query_transactions', ['client_id', 'from', 'to', 'category'], ['client_id']),
  spec('send_email_report', ['client_id', 'recipient'], ['client_id', 'recipient']),
  spec('search_documents', ['query'], ['query']),
];

/** An answer as it is read, in pieces that end at `cuts`: what of it is said, and the calls in it. */
export function readWritten(text: string, cuts: readonly number[] = []) {
  const reader = new WrittenCalls(writtenTools);
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].toSorted((a, b) => a - b);
  let said = '';
  let from = 0;
  for (const place of [...places, text.length]) {
    said += reader.add(text.slice(from, place));
    from = place;
  }
  said += reader.end();
  return { said, calls: reader.calls.map((call) => ('fault' in call ? 'fault' : call)) };
}

/** Cuts behind every character. */
export const everywhere = (text: string): number[] => Array.from({ length: text.length }, (_, n) => n);
