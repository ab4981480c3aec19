import { z } from 'zod';
import type { After, CallFilter } from '../database/calls/call-history.port.js';
import { CALL_STATUSES } from '../database/calls/call-status.port.js';
import { fromCursor } from './cursor.js';
import { instant } from './instant.js';

export const querySchema = z.strictObject({
  from: instant.exactOptional(),
  to: instant.exactOptional(),
  direction: z.enum(['inbound', 'outbound']).exactOptional(),
  channel: z.enum(['web', 'phone']).exactOptional(),
  status: z.enum(CALL_STATUSES).exactOptional(),
  agent: z.string().min(1).max(200).exactOptional(),
  user: z.string().min(1).max(500).exactOptional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: z
    .string()
    .max(500)
    .transform((text, context) => {
      const after = fromCursor(text);
      if (after === undefined) context.addIssue({ code: 'custom', message: 'must be the `next` of an answer' });
      return after as After;
    })
    .exactOptional(),
});

/** Which calls are asked for, and from where on. */
export interface CallQuery {
  readonly filter: CallFilter;
  readonly after: After | undefined;
  readonly limit: number;
}

/** Reads the query of a request, or says in a sentence what is wrong with it. */
export function readQuery(query: unknown): CallQuery | string {
  const read = querySchema.safeParse(query);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.');
    return `${name}: ${issue?.message ?? 'cannot be used'}.`;
  }
  const { limit, cursor, ...filter } = read.data;
  return { filter, limit, after: cursor };
}

const formatSchema = z.enum(['json', 'text', 'vtt']).default('json');

export const formatQuerySchema = z.object({ format: formatSchema });

/** How a transcript is wanted; undefined for what is no format. */
export const readFormat = (format: unknown): z.infer<typeof formatSchema> | undefined =>
  formatSchema.safeParse(format).data;
