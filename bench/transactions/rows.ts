import type { PrismaClient } from '../../src/generated/prisma/client.js';

export const CLIENT = 9001;
/** Days on record, up to 2026-11-20. */
const DAYS = 1095;
const TIMEOUT_MS = 600_000;

/**
 * One client with `rows` transactions over three years, in eleven categories at thirty merchants, one in fifteen a refund;
 * and a hundred other clients of the same caller, with a hundred transactions each.
 */
export async function load(prisma: PrismaClient, rows: number): Promise<void> {
  await prisma.$transaction(
    async (at) => {
      // A pool's connection ends statements after seconds; this one takes longer.
      await at.$executeRaw`select set_config('statement_timeout', '0', true)`;
      await at.$executeRaw`
        insert into public.clients (id, owner_id, name)
        select id, 'bench', 'Client ' || id from generate_series(${CLIENT}::integer, ${CLIENT}::integer + 100) id`;
      const count = await at.$executeRaw`
        with made as (
          select n, case when n <= ${rows}::integer then ${CLIENT}::integer else ${CLIENT}::integer + 1 + n % 100 end as client_id,
            hashint4(n) & 1048575 as a, hashint4(n + 1000000000) & 1048575 as b
          from generate_series(1, ${rows}::integer + 10000) n
        )
        insert into public.transactions (reference, client_id, booked_on, description, category, amount)
        select 'BENCH-' || n, client_id, date '2026-11-20' - a % ${DAYS}::integer,
          case when b % 15 = 0 then 'Refund from ' else '' end
            || case b % 33 when 7 then 'Harbor Hotel' else 'Merchant ' || b % 33 end,
          (array['groceries','dining','travel','transport','shopping','health','entertainment','rent','utilities',
            'software','insurance'])[1 + b % 11],
          case when b % 15 = 0 then -1 else 1 end * (1 + (a * 7 + b) % 99900) / 100.0
        from made`;
      if (count !== rows + 10_000) throw new Error(`${count} rows were written.`);
    },
    { timeout: TIMEOUT_MS, maxWait: TIMEOUT_MS },
  );
  await prisma.$executeRaw`vacuum analyze public.transactions, public.transaction_days, public.clients`;
}
