// How callers ask for a free table, and how it is told.
import { z } from 'zod';
import type { ToolPlan } from '../../../src/llm/plan.port.js';
import { sayDate, sayTable, sayTime } from '../say.js';
import { ASK_DATE, ASK_GUESTS, ASK_TIME, date, guests, time } from '../slots.js';

const Data = z.object({
  date: z.string(),
  time: z.string(),
  guests: z.number(),
  free: z.boolean(),
  nearby: z.array(z.string()),
});

export const checkTablePlan: ToolPlan = {
  tool: 'check_table',
  ability: 'see whether a table is free',
  unable: 'look into our book',
  slots: [date, time, guests],
  ask: { date: ASK_DATE, time: ASK_TIME, guests: ASK_GUESTS },
  details: { '#date': 1, '#time': 1, '#guests': 1 },
  cues: [
    [
      3,
      'free|available|availability|vacant|open',
      'space|room|seats for',
      'any|a table|tables left|free|available|at|on|for',
    ],
    [2, 'table|tables|seat|seats', 'fit us|in', 'squeeze us'],
    [2, 'do|have you|we', 'is|are there', 'can|could we|you|i', 'got any|a'],
    [1, 'have|got|any|anything|something'],
  ],
  say(data) {
    const found = Data.safeParse(data).data;
    if (found === undefined) return undefined;
    const { date, time, guests, free, nearby } = found;
    const what = `${sayTable(guests)} on ${sayDate(date)} at ${sayTime(time)}`;
    if (free) return `Yes, there is ${what}. Say book it, and I will book it for you.`;
    if (nearby.length === 0) return `I am sorry, there is no ${what.slice(2)}, and nothing else that evening.`;
    return `I am sorry, there is no ${what.slice(2)}, but I have ${nearby.map(sayTime).join(', or ')}.`;
  },
};
