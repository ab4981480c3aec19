// What both tools ask for. The messages are spoken to the caller as they stand.
import { z } from 'zod';

const DAY = { error: 'For which day would you like the table?' };
const TIME = { error: 'At what time would you like to come?' };
const GUESTS = { error: 'For how many people?' };

export const wish = () => ({
  date: z.iso.date(DAY).describe('the day, YYYY-MM-DD'),
  time: z
    .string(TIME)
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, TIME)
    .describe('when they arrive, HH:MM of 24 hours'),
  guests: z.coerce.number(GUESTS).int(GUESTS).min(1, GUESTS).max(500, GUESTS).describe('how many people'),
});
