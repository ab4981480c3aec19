import { Controller, Get, Header, Inject, Query } from '@nestjs/common';
import { z } from 'zod';
import { TOTALS_BOOK } from '../database/totals/call-totals.port.js';
import type { CallTotals, TotalsBook } from '../database/totals/call-totals.port.js';
import { totalsSchema } from '../database/totals/sql-totals-book.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { answered } from './answered.js';

/** How long the database may take, ms. */
const READ_MS = 10_000;
const MOST_DAYS = 366;
const MOST_USERS = 20;
const DAY_MS = 86_400_000;

/** Year 0000 is one of ISO’s, and none of PostgreSQL’s; the day after the last one would have a year of five digits. */
const day = z.iso.date().refine((text) => text >= '1970-01-01' && text < '9999-12-31');
const querySchema = z.strictObject({
  from: day.optional(),
  to: day.optional(),
});
const statsSchema = totalsSchema.extend({ from: z.string(), to: z.string() });

/** What calls come to: for admins. */
@Controller('v1/stats')
export class StatsController {
  constructor(@Inject(TOTALS_BOOK) private readonly book: TotalsBook) {}

  @Get()
  @Rest({
    summary: 'Calls, talk, use and cost of some days (UTC, both included; today when nothing is said)',
    protection: 'admin',
    limit: 'user',
    query: querySchema,
    answer: statsSchema,
  })
  @Header('Cache-Control', 'no-store')
  async stats(@Query() query: unknown): Promise<CallTotals & { readonly from: string; readonly to: string }> {
    const parsed = querySchema.safeParse(query);
    if (!parsed.success) throw refusal(400, 'bad_request', 'from and to: days, such as 2026-11-30; nothing else.');
    const today = new Date().toISOString().slice(0, 10);
    const { from = parsed.data.to ?? today, to = today } = parsed.data;
    const [begin, end] = [Date.parse(from), Date.parse(to) + DAY_MS];
    if (end <= begin) throw refusal(400, 'bad_request', 'to: is before from.');
    if (end - begin > MOST_DAYS * DAY_MS) throw refusal(400, 'bad_request', `At most ${MOST_DAYS} days at a time.`);
    const signal = AbortSignal.timeout(READ_MS);
    const totals = await answered(this.book.totals(new Date(begin), new Date(end), MOST_USERS, signal));
    return { from, to, ...totals };
  }
}
