// What an agent's file may want to know of a call when it is over: fields by name.
import { z } from 'zod';

const MAX_FIELDS = 32;

const field = z
  .strictObject({
    type: z.enum(['string', 'number', 'boolean']),
    /** Tells the model what is meant; what callers say does not get here. */
    description: z.string().trim().min(1).max(500),
    /** Of a string: what it may be. */
    enum: z.array(z.string().min(1).max(100)).min(1).max(50).exactOptional(),
    /**
     * The field follows from this tool, and no model is asked: whether it was done (a boolean), or the `argument` with which
     * it was done last.
     */
    tool: z.string().min(1).max(64).exactOptional(),
    argument: z.string().min(1).max(64).exactOptional(),
  })
  .superRefine(({ type, enum: values, tool, argument }, context) => {
    const refuse = (message: string): void => context.addIssue({ code: 'custom', message });
    if (values !== undefined && type !== 'string') refuse('enum: only a string has one');
    if (argument !== undefined && tool === undefined) refuse('argument: of which tool?');
    if (tool !== undefined && argument === undefined && type !== 'boolean') {
      refuse('tool: without an argument it says whether the tool was done, which is a boolean');
    }
  });

export const outcomeSchema = z
  .record(z.string().regex(/^[A-Za-z]\w{0,63}$/, { error: 'must be 1 to 64 letters, digits and _' }), field)
  .refine((fields) => Object.keys(fields).length <= MAX_FIELDS, { error: `may have ${MAX_FIELDS} fields` });

export type OutcomeField = z.infer<typeof field>;
export type OutcomeFields = Readonly<Record<string, OutcomeField>>;
