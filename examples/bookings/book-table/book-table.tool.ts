import { z } from 'zod';
import { failure } from '../../../src/tools/say.js';
import { defineTool } from '../../../src/tools/tool.js';
import type { ToolOutcome } from '../../../src/tools/tool.port.js';
import { sayDate, sayTable, sayTime } from '../say.js';
import type { Tables, Wish } from '../tables.js';
import { wish } from '../wish.js';

const NAME = { error: 'In what name shall I book the table?' };

const schema = z.object({
  ...wish(),
  name: z.string(NAME).trim().min(1, NAME).max(80, NAME).describe('the name that the booking is in'),
});

export const bookTableTool = (tables: Tables) => {
  /** Why it cannot be booked, or undefined. */
  const refused = (wanted: Wish): ToolOutcome | undefined => {
    const refusal = tables.refusal(wanted);
    if (refusal !== undefined) return failure('not_found', refusal);
    if (tables.isFree(wanted)) return undefined;
    const nearby = tables.nearby(wanted).map(sayTime);
    const others = nearby.length === 0 ? 'Nothing else is free that evening.' : `I have ${nearby.join(', or ')}.`;
    return failure('not_found', `At ${sayTime(wanted.time)} all such tables are taken. ${others}`);
  };

  return defineTool({
    name: 'book_table',
    description: 'Books a table. The caller is asked before it is booked: call it at once.',
    schema,
    effect: 'write',
    timeoutMs: 5_000,
    lateMessage: 'I could not find out whether the table was booked. Please ask me for it again.',
    readBack(args) {
      const { date, time, guests, name } = args;
      return Promise.resolve(
        refused(args) ?? {
          statement: `I will book ${sayTable(guests)} on ${sayDate(date)} at ${sayTime(time)} in the name of ${name}.`,
          ask: 'Shall I book it?',
        },
      );
    },
    run(args, { caller }) {
      const isBooked = tables.book({ ...args, owner: caller.userId });
      if (!isBooked) return Promise.resolve(refused(args) ?? failure('failed', 'That table has just been taken.'));
      return Promise.resolve({ ok: true, data: args });
    },
  });
};
