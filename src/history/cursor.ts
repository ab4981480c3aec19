import { z } from 'zod';
import type { After } from '../database/calls/call-history.port.js';
import { instant } from './instant.js';

const cursorSchema = z.tuple([instant, z.string().min(1).max(100)]);

/** Where the next page begins, as a word that clients give back as it is. */
export const toCursor = ({ startedAt, callSid }: After): string =>
  Buffer.from(JSON.stringify([startedAt.toISOString(), callSid])).toString('base64url');

/** Undefined for what is no cursor of ours. */
export function fromCursor(cursor: string): After | undefined {
  try {
    const [startedAt, callSid] = cursorSchema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
    return { startedAt, callSid };
  } catch {
    return undefined;
  }
}
