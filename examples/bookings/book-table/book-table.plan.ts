// How callers ask for a booking, and how it is told.
import { z } from 'zod';
import type { ToolPlan } from '../../../src/llm/plan.port.js';
import { sayDate, sayTable, sayTime } from '../say.js';
import { ASK_DATE, ASK_GUESTS, ASK_NAME, ASK_TIME, date, guests, name, time } from '../slots.js';

const Data = z.object({ date: z.string(), time: z.string(), guests: z.number(), name: z.string() });

export const bookTablePlan: ToolPlan = {
  tool: 'book_table',
  ability: 'book one',
  unable: 'book a table',
  slots: [date, time, guests, name],
  ask: { date: ASK_DATE, time: ASK_TIME, guests: ASK_GUESTS, name: ASK_NAME },
  ownWeight: 2,
  details: { '#date': 1, '#time': 1, '#guests': 1, '#name': 1 },
  cues: [
    [5, 'book|booking|bookings|reserve|reservation|reservations|reserved'],
    [3, 'want|like|need|get|take|make a|the|it|that table', 'like|love to come|eat|dine', 'want to come|eat|dine'],
    [2, 'table|tables for #guests', 'dinner|lunch for #guests', 'take|want it|that|one', 'put us|me down'],
    [1, 'table|tables|seats|dinner'],
  ],
  declined: ['Okay, I will not book it.', 'All right, I have not booked anything. Just ask again when you want it.'],
  say(data) {
    const booked = Data.safeParse(data).data;
    if (booked === undefined) return undefined;
    const { date, time, guests, name } = booked;
    return `Done. You have ${sayTable(guests)} on ${sayDate(date)} at ${sayTime(time)}, in the name of ${name}.`;
  },
};
