import { Client } from 'pg';
import { CLIENT } from './rows.js';

/** What is explained: a month (sums by day), the rows at a merchant in it, and a category (sums by month). */
const FILTERS = [
  { periods: [{ from: '2026-03-01', to: '2026-03-31' }] },
  { periods: [{ from: '2026-03-01', to: '2026-03-31' }], merchant: 'harbor hotel' },
  { categories: ['travel'] },
];

/**
 * Prints the plans of all statements within the function, as the server ran them under the caller's rights: auto_explain
 * tells them as notices. Needs a superuser.
 */
export async function explain(url: string): Promise<void> {
  const client = new Client({ connectionString: url });
  client.on('notice', ({ message }) => console.log(message));
  await client.connect();
  try {
    await client.query(`load 'auto_explain'`);
    await client.query(`
      set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on; set auto_explain.log_timing = off;
      set auto_explain.log_nested_statements = on; set auto_explain.log_level = notice`);
    for (const filter of FILTERS) {
      console.log(`\nreport_transactions(${CLIENT}, ${JSON.stringify(filter)})`);
      await client.query('begin');
      await client.query(
        `select set_config('request.jwt.claims', '{"sub": "bench"}', true), set_config('role', 'authenticated', true)`,
      );
      await client.query('select public.report_transactions($1, $2)', [CLIENT, JSON.stringify(filter)]);
      await client.query('rollback');
    }
  } finally {
    await client.end();
  }
}
