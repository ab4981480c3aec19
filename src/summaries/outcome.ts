import { z } from 'zod';
import type { OutcomeField, OutcomeFields } from '../agents/outcome.schema.js';
import type { RecordedTool } from '../database/calls/call-history.port.js';
import type { Outcome } from '../database/summaries/summary-queue.port.js';

/** Longest text that a field may have, characters. */
const MAX_TEXT = 1_000;

const text = z.string().max(MAX_TEXT);

function valueSchema({ type, enum: values }: OutcomeField): z.ZodType<string | number | boolean> {
  if (type === 'number') return z.number();
  if (type === 'boolean') return z.boolean();
  return values === undefined ? text : z.enum(values);
}

/** Fields that do not follow from tools: those that a model is asked for. */
export const askedFields = (fields: OutcomeFields): OutcomeFields =>
  Object.fromEntries(Object.entries(fields).filter(([, { tool }]) => tool === undefined));

/** What a model has to answer for these fields: each of its type, or null. */
export const outcomeAnswer = (fields: OutcomeFields) =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(fields).map(([name, field]) => [name, valueSchema(field).nullable().describe(field.description)]),
    ),
  );

/**
 * What follows from what tools did, whatever anybody says of it: whether one was done, or the argument with which it was
 * done last. Fields that nothing follows for are null.
 */
export function outcomeOfTools(fields: OutcomeFields, tools: readonly RecordedTool[]): Outcome {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, factOf(field, tools)]));
}

function factOf(field: OutcomeField, tools: readonly RecordedTool[]): Outcome[string] {
  if (field.tool === undefined) return null;
  const done = tools.findLast(({ name, ok }) => name === field.tool && ok === true);
  if (field.argument === undefined) return done !== undefined;
  const given = z.record(z.string(), z.unknown()).safeParse(done?.arguments).data?.[field.argument];
  return valueSchema(field).safeParse(given).data ?? null;
}
