// Which transactions a tool is about: the arguments that all tools over a client's transactions share, so that what a
// caller can ask to hear he can ask to see and to have mailed. What the schema does not know it refuses: a filter that
// was left out would make a wrong number sound right.
import { z } from 'zod';
import { IN_ORDER, inOrder, period } from '../../tools/arguments.js';
import { clientId } from '../client.js';
import type { Period, Selection } from '../data/business-data.port.js';

const MOST_PERIODS = 12;
const MOST_CATEGORIES = 12;
const MOST_EXCEPTIONS = 12;
const MOST_LETTERS = 200;

const NAME = { error: 'Please tell me the name or the number of the client.' };
const CATEGORY = { error: 'Please name the categories, for example groceries or travel.' };
const MERCHANT = { error: 'Please tell me the name of the shop or company.' };
const EXCEPTION = { error: 'Please name the categories or the shops that are to be left out.' };
const DIRECTION = { error: 'Do you mean what was spent, or what was refunded?' };
const AMOUNT = { error: 'Please tell me the amount as a number, for example 100.' };
const AMOUNTS = 'The lowest amount is above the highest. Please tell me the two amounts again.';
const WHOSE = 'I need the number or the name of the client, for example 5001.';
const PERIODS = { error: `I can look at up to ${MOST_PERIODS} periods at once. Please name fewer.` };

const UNBOUNDED = { error: 'One of the periods has neither a first nor a last day. Which days do you mean?' };

/** Beside others a period without bounds would be all days, and the others would look as if they counted. */
const isBounded = ({ from, to }: Period): boolean => from !== undefined || to !== undefined;
const hasWord = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
const text = (error: { error: string }) => z.string(error).trim().max(MOST_LETTERS, error).refine(hasWord, error);
const amount = () => z.coerce.number(AMOUNT).min(0, AMOUNT).max(1e15, AMOUNT);

const fields = () => ({
  client_id: clientId().optional(),
  client_name: text(NAME).optional().describe('name of the client, or a part of it, where the number is not known'),
  ...period(),
  periods: z
    .array(z.object(period()).refine(inOrder, IN_ORDER).refine(isBounded, UNBOUNDED))
    .max(MOST_PERIODS, PERIODS)
    .optional()
    .describe('several periods, in place of from and to'),
  categories: z
    .array(text(CATEGORY))
    .max(MOST_CATEGORIES, CATEGORY)
    .optional()
    .describe(
      'only these categories, for example groceries, dining, travel, transport, shopping, health, entertainment, rent, ' +
        'utilities, software or insurance',
    ),
  merchant: text(MERCHANT).optional().describe('only at this shop or company: words of its name'),
  except: z
    .array(text(EXCEPTION))
    .max(MOST_EXCEPTIONS, EXCEPTION)
    .optional()
    .describe('without these categories, or without these shops or companies'),
  direction: z.enum(['spent', 'refunded'], DIRECTION).optional().describe('only money spent, or only refunds'),
  min_amount: amount().optional().describe('only this amount or more'),
  max_amount: amount().optional().describe('only this amount or less'),
});

type Fields = z.output<z.ZodObject<ReturnType<typeof fields>>>;
/** The arguments of a selection, checked. */
export type SelectionArgs = Partial<Fields>;

/** The schema of a tool over a selection, with the tool's own arguments after it. */
export const selecting = <Own extends z.ZodRawShape>(own: Own) =>
  z.strictObject({ ...fields(), ...own }, { error: (issue) => unknownArgument(issue) }).superRefine((args, context) => {
    const problem = problemOf(args as SelectionArgs);
    if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
  });

function problemOf({ client_id, client_name, from, to, min_amount, max_amount }: SelectionArgs): string | undefined {
  if (client_id === undefined && client_name === undefined) return WHOSE;
  if (!inOrder({ from, to })) return IN_ORDER.error;
  const isUpsideDown = min_amount !== undefined && max_amount !== undefined && min_amount > max_amount;
  return isUpsideDown ? AMOUNTS : undefined;
}

/** "I cannot filter by shop hours." */
function unknownArgument({ code, keys }: { readonly code?: string; readonly keys?: unknown }): string | undefined {
  if (code !== 'unrecognized_keys' || !Array.isArray(keys)) return undefined;
  const names = keys.map((key) =>
    String(key)
      .slice(0, 40)
      .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
      .trim(),
  );
  return `I cannot go by ${names.slice(0, 3).join(' or ') || 'that'}. Shall I leave it out?`;
}

/** All the periods that were asked for; none is any day. */
export const periodsOf = ({ from, to, periods = [] }: SelectionArgs): readonly Period[] =>
  from === undefined && to === undefined ? periods : [{ from, to }, ...periods];

/** What is asked of the data. */
export const selectionOf = (args: SelectionArgs): Selection => ({
  periods: periodsOf(args),
  categories: args.categories,
  merchant: args.merchant,
  except: args.except,
  direction: args.direction,
  minAmount: args.min_amount,
  maxAmount: args.max_amount,
});
