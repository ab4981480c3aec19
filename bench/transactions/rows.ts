export const CLIENT = 9001;
/** Days on record, up to 2026-11-20. */
const DAYS = 1095;
const OTHERS = 100;
const ROWS_OF_OTHERS = 10_000;

/**
 * One client with `rows` transactions over three years, in eleven categories at 33 merchants, one in fifteen a refund;
 * and a hundred other clients of the same caller, with a hundred transactions each.
 */
export const rowsSql = (rows: number): readonly string[] => [
  `insert into public.clients (id, owner_id, name)
  select id, 'bench', 'Client ' || id from generate_series(${CLIENT}, ${CLIENT + OTHERS}) id`,
  `insert into public.transactions (reference, client_id, booked_on, description, category, amount)
  select 'BENCH-' || n, client_id, date '2026-11-20' - a % ${DAYS},
    case when b % 15 = 0 then 'Refund from ' else '' end
      || case b % 33 when 7 then 'Harbor Hotel' else 'Merchant ' || b % 33 end,
    (array['groceries','dining','travel','transport','shopping','health','entertainment','rent','utilities',
      'software','insurance'])[1 + b % 11],
    case when b % 15 = 0 then -1 else 1 end * (1 + (a * 7 + b) % 99900) / 100.0
  from (
    select n, case when n <= ${rows} then ${CLIENT} else ${CLIENT + 1} + n % ${OTHERS} end as client_id,
      hashint4(n) & 1048575 as a, hashint4(n + 1000000000) & 1048575 as b
    from generate_series(1, ${rows + ROWS_OF_OTHERS}) n
  ) made`,
  ...['transactions', 'transaction_days', 'transaction_months', 'clients'].map(
    (table) => `vacuum analyze public.${table}`,
  ),
];
