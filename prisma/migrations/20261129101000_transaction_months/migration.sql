-- Sums by month beside those by day: a total over years of a busy client reads some hundred of them, not tens of thousands.

-- As before. Called once a description, and a function in SQL costs ten times as much a call.
create or replace function public.plain_words(p_text text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return trim(regexp_replace(
    replace(replace(replace(
      translate(
        lower(regexp_replace(normalize(p_text, NFKD), '[\u0300-\u036f''’ʼ`´]', '', 'g')),
        'ÆŒẞØŁĐÐÞøłđðþıςΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЂЈЉЊЋЏҐЅ',
        'æœßolddtolddtiσαβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяєіђјљњћџґѕ'
      ), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'),
    '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u20cf\u2e00-\u2e7f\u3000-\u303f]+', ' ', 'g'));
end
$$;

create table public.transaction_months (
  client_id integer not null,
  -- The first of the month.
  month date not null,
  category text not null,
  is_refund boolean not null,
  count bigint not null,
  total decimal(38, 4) not null,
  minimum decimal(19, 4) not null,
  maximum decimal(19, 4) not null,
  constraint transaction_months_pkey primary key (client_id, month, category, is_refund)
);

alter table public.transaction_months enable row level security;
create policy transaction_months_of_owner on public.transaction_months for select to authenticated
  using (client_id in (select c.id from public.clients c));
revoke all on public.transaction_months from public, anon, authenticated;
grant select on public.transaction_months to authenticated;

-- As its definer: whoever may write a transaction may not write a sum. The sums are locked in one order, that writers do
-- not wait for each other in a circle, and before anything is read: the statements after that see all that was
-- committed by whoever held them.
create or replace function public.sum_transactions() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changes constant text := case tg_op
    when 'INSERT' then 'select *, 1 as sign from added'
    when 'DELETE' then 'select *, -1 as sign from removed'
    else 'select *, 1 as sign from added union all select *, -1 as sign from removed'
  end;
  span record;
begin
  for span in
    select * from (values
      ('transaction_days', 'booked_on', 'c.booked_on'),
      ('transaction_months', 'month', 'date_trunc(''month'', c.booked_on::timestamp)::date')
    ) spans (sums, begins_on, of_row)
  loop
    execute format($sql$
      insert into public.%1$I as s (client_id, %2$I, category, is_refund, count, total, minimum, maximum)
      select c.client_id, %3$s, c.category, c.amount < 0, sum(c.sign), sum(c.sign * c.amount), min(c.amount), max(c.amount)
      from (%4$s) c group by 1, 2, 3, 4 order by 1, 2, 3, 4
      on conflict (client_id, %2$I, category, is_refund) do update set
        count = s.count + excluded.count,
        total = s.total + excluded.total,
        minimum = least(s.minimum, excluded.minimum),
        maximum = greatest(s.maximum, excluded.maximum)
    $sql$, span.sums, span.begins_on, span.of_row, changes);
  end loop;
  if tg_op = 'INSERT' then
    return null;
  end if;

  -- The smallest or largest of a day may have been taken away: only its rows know the next, and of a month its days.
  delete from public.transaction_days d
  using (select distinct r.client_id, r.booked_on, r.category, r.amount < 0 as is_refund from removed r) gone
  where d.count = 0 and (d.client_id, d.booked_on, d.category, d.is_refund)
    = (gone.client_id, gone.booked_on, gone.category, gone.is_refund);
  update public.transaction_days d set minimum = rest.minimum, maximum = rest.maximum
  from (
    select r.client_id, r.booked_on, r.category, r.amount < 0 as is_refund,
      min(r.amount) as minimum, max(r.amount) as maximum
    from removed r group by 1, 2, 3, 4
  ) gone
  cross join lateral (
    select min(t.amount) as minimum, max(t.amount) as maximum
    from public.transactions t
    where t.client_id = gone.client_id and t.booked_on = gone.booked_on and t.category = gone.category
      and (t.amount < 0) = gone.is_refund
  ) rest
  where (d.client_id, d.booked_on, d.category, d.is_refund)
      = (gone.client_id, gone.booked_on, gone.category, gone.is_refund)
    and (gone.minimum <= d.minimum or gone.maximum >= d.maximum);

  delete from public.transaction_months m
  using (
    select distinct r.client_id, date_trunc('month', r.booked_on::timestamp)::date as month, r.category,
      r.amount < 0 as is_refund
    from removed r
  ) gone
  where m.count = 0
    and (m.client_id, m.month, m.category, m.is_refund) = (gone.client_id, gone.month, gone.category, gone.is_refund);
  update public.transaction_months m set minimum = rest.minimum, maximum = rest.maximum
  from (
    select r.client_id, date_trunc('month', r.booked_on::timestamp)::date as month, r.category,
      r.amount < 0 as is_refund, min(r.amount) as minimum, max(r.amount) as maximum
    from removed r group by 1, 2, 3, 4
  ) gone
  cross join lateral (
    select min(d.minimum) as minimum, max(d.maximum) as maximum
    from public.transaction_days d
    where d.client_id = gone.client_id and d.category = gone.category and d.is_refund = gone.is_refund
      and d.booked_on between gone.month and (gone.month + interval '1 month - 1 day')::date
  ) rest
  where (m.client_id, m.month, m.category, m.is_refund) = (gone.client_id, gone.month, gone.category, gone.is_refund)
    and (gone.minimum <= m.minimum or gone.maximum >= m.maximum);
  return null;
end
$$;

create or replace function public.forget_transaction_days() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Not `truncate`: it would wait for those who read the sums and then the transactions, and they for it.
  delete from public.transaction_days;
  delete from public.transaction_months;
  return null;
end
$$;

-- No transaction is written between the sums so far and the new trigger's.
lock table public.transactions in share row exclusive mode;
insert into public.transaction_months (client_id, month, category, is_refund, count, total, minimum, maximum)
select d.client_id, date_trunc('month', d.booked_on::timestamp)::date, d.category, d.is_refund,
  sum(d.count), sum(d.total), min(d.minimum), max(d.maximum)
from public.transaction_days d group by 1, 2, 3, 4;

-- A client's transactions that fit a filter: what they come to, in all, by category, by month and by what is asked for,
-- and the first of them in the order asked for. Null when there is no such client or the caller may not see it.
--
-- p_filter: periods [{from, to}], categories [text], merchant (words), direction spent | refunded, min_amount and
-- max_amount (of the absolute amount), sort newest | oldest | largest | smallest, group_by day | month | category |
-- merchant, limit (of rows), group_limit. A day in two periods counts once; an amount of zero counts as spent.
create or replace function public.report_transactions(p_client_id integer, p_filter jsonb default '{}') returns jsonb
language plpgsql stable security invoker set search_path = '' set jit = off
as $$
declare
  client record;
  periods constant jsonb := coalesce(nullif(p_filter -> 'periods', 'null'), '[]');
  wanted_days datemultirange := '{(,)}';
  first_day date;
  last_day date;
  asked constant jsonb := coalesce(nullif(p_filter -> 'categories', 'null'), '[]');
  known text[];
  matches jsonb := '[]';
  matched text[];
  merchant constant text := public.plain_words(left(p_filter ->> 'merchant', 200));
  descriptions text[];
  refunds constant boolean := case p_filter ->> 'direction' when 'refunded' then true when 'spent' then false end;
  least_amount constant numeric := (p_filter ->> 'min_amount')::numeric;
  most_amount constant numeric := (p_filter ->> 'max_amount')::numeric;
  row_limit constant integer := least(greatest(coalesce((p_filter ->> 'limit')::integer, 5), 0), 10000);
  group_limit constant integer := least(greatest(coalesce((p_filter ->> 'group_limit')::integer, 120), 1), 5000);
  grouping_by constant text := p_filter ->> 'group_by';
  sorting constant text := coalesce(p_filter ->> 'sort', 'newest');
  -- Sums by day know no merchants and no single amounts.
  reads_rows constant boolean := coalesce(merchant, least_amount::text, most_amount::text) is not null;

  -- The parameters of all queries: $1 client, $2 first and $3 last day, $4 the days where there are gaps between them,
  -- $5 categories, $6 refunds or not, $7 and $8 amounts, $9 descriptions (what is null is no condition); $10 most
  -- groups, $11 what sorts totals (-1 for refunds: the largest is the lowest), $12 periods, $13 most rows, $14 and $15
  -- first and last of the months that are whole.
  of_sums constant text := 't.client_id = $1 and ($5 is null or t.category = any ($5)) and ($6 is null or t.is_refund = $6)';
  of_days constant text := of_sums || ' and t.booked_on between $2 and $3 and ($4 is null or $4 @> t.booked_on)';
  of_rows constant text := 't.client_id = $1 and t.booked_on between $2 and $3 and ($4 is null or $4 @> t.booked_on)
    and ($5 is null or t.category = any ($5)) and ($6 is null or (t.amount < 0) = $6)
    and ($7 is null or abs(t.amount) >= $7) and ($8 is null or abs(t.amount) <= $8)
    and ($9 is null or t.description = any ($9))';
  -- One period is made of whole months and the days before and after them; what has to be told by day, or by several
  -- periods, is made of days.
  sums_query constant text := case
    when reads_rows then
      'select t.booked_on, t.category, count(*) as count, sum(t.amount) as total, min(t.amount) as minimum,
        max(t.amount) as maximum
      from public.transactions t where ' || of_rows || ' group by t.booked_on, t.category'
    when jsonb_array_length(periods) > 1 or grouping_by = 'day' then
      'select t.booked_on, t.category, t.count, t.total, t.minimum, t.maximum
      from public.transaction_days t where ' || of_days
    else
      'select t.month as booked_on, t.category, t.count, t.total, t.minimum, t.maximum
      from public.transaction_months t where ' || of_sums || ' and t.month between $14 and $15
      union all
      select t.booked_on, t.category, t.count, t.total, t.minimum, t.maximum
      from public.transaction_days t where ' || of_sums || ' and t.booked_on between $2 and least($3, $14 - 1)
      union all
      select t.booked_on, t.category, t.count, t.total, t.minimum, t.maximum
      from public.transaction_days t where ' || of_sums || '
        and t.booked_on between greatest($2, $14, ($15 + interval ''1 month'')::date) and $3'
  end;
  months_query constant text :=
    'select to_char(m.month, ''YYYY-MM'') as key, m.count, m.total
    from (
      select date_trunc(''month'', booked_on::timestamp) as month, sum(count) as count, sum(total) as total
      from sums group by 1
    ) m';
  categories_query constant text :=
    'select category as key, sum(count) as count, sum(total) as total from sums group by category';
  groups_query constant text := case grouping_by
    when 'day' then
      'select to_char(booked_on, ''YYYY-MM-DD'') as key, sum(count) as count, sum(total) as total
      from sums group by booked_on'
    when 'month' then months_query
    when 'category' then categories_query
    else
      'select public.merchant_of(g.description) as key, sum(g.count) as count, sum(g.total) as total
      from (
        select t.description, count(*) as count, sum(t.amount) as total
        from public.transactions t where ' || of_rows || ' group by t.description
      ) g group by 1'
  end;
  -- Of days and months the newest are listed, of others the largest.
  is_timely constant boolean := grouping_by in ('day', 'month');
  group_order constant text := case when is_timely then 'key desc' else 'total * $11 desc, key' end;
  -- What is left out costs nothing, not even its planning.
  groups_part constant text := case when grouping_by is null then '' else
    ' || (
      with groups as materialized (' || groups_query || '),
      one as (
        select total, key, jsonb_build_object(''key'', key, ''count'', count, ''total'', trim_scale(total)) as json
        from groups
      )
      select jsonb_build_object(''groups'', jsonb_build_object(
        ''count'', (select count(*) from one),
        ''most'', (select json from one order by total * $11 desc, key limit 1),
        ''least'', (select json from one order by total * $11, key limit 1),
        ''list'', (
          select coalesce(jsonb_agg(json order by ' || case when is_timely then 'key' else group_order end || '), ''[]'')
          from (select * from one order by ' || group_order || ' limit $10) listed
        )
      ))
    )' end;
  periods_part constant text := case when jsonb_array_length(periods) < 2 then '' else
    ' || jsonb_build_object(''by_period'', (
      select jsonb_agg(
        jsonb_build_object(''from'', p."from", ''to'', p."to", ''count'', s.count, ''total'', s.total) order by p.n)
      from rows from (jsonb_to_recordset($12) as ("from" date, "to" date)) with ordinality p("from", "to", n)
      cross join lateral (
        select coalesce(sum(count), 0) as count, trim_scale(coalesce(sum(total), 0)) as total
        from sums where booked_on between coalesce(p."from", ''-infinity'') and coalesce(p."to", ''infinity'')
      ) s
    ))' end;
  row_order constant text := case sorting
    when 'oldest' then 't.booked_on, t.id'
    when 'largest' then 'abs(t.amount) desc, t.booked_on desc, t.id desc'
    when 'smallest' then 'abs(t.amount), t.booked_on desc, t.id desc'
    else 't.booked_on desc, t.id desc'
  end;
  -- The first row of a day is before every row of the days after it in the same order: the first n rows are on the
  -- first n days.
  days_of_rows constant text := case sorting
    when 'oldest' then 'distinct t.booked_on from public.transaction_days t where ' || of_days || ' order by t.booked_on'
    when 'largest' then
      't.booked_on from public.transaction_days t where ' || of_days || '
      group by t.booked_on order by max(greatest(t.maximum, -t.minimum)) desc, t.booked_on desc'
    when 'smallest' then
      't.booked_on from public.transaction_days t where ' || of_days || '
      group by t.booked_on order by min(case when t.is_refund then -t.maximum else t.minimum end), t.booked_on desc'
    else 'distinct t.booked_on from public.transaction_days t where ' || of_days || ' order by t.booked_on desc'
  end;
  rows_query constant text := case
    when reads_rows then
      'select t.* from public.transactions t where ' || of_rows || ' order by ' || row_order || ' limit $13'
    else
      'select t.* from (select ' || days_of_rows || ' limit $13) d
      join public.transactions t on t.booked_on = d.booked_on
      where t.client_id = $1 and ($5 is null or t.category = any ($5)) and ($6 is null or (t.amount < 0) = $6)
      order by ' || replace(row_order, 't.booked_on', 'd.booked_on') || ' limit $13'
  end;
  first_month date;
  last_month date;
  report jsonb;
  ends jsonb;
  listed jsonb := '[]';
begin
  select c.id, c.name, c.currency into client from public.clients c where c.id = p_client_id;
  if not found then
    return null;
  end if;

  if jsonb_array_length(periods) > 0 then
    select coalesce(range_agg(daterange(p."from", p."to", '[]')), '{}') into wanted_days
    from jsonb_to_recordset(periods) as p("from" date, "to" date)
    where p."from" is null or p."to" is null or p."from" <= p."to";
  end if;
  if isempty(wanted_days) then
    first_day := 'infinity';
    last_day := '-infinity';
  else
    first_day := coalesce(lower(wanted_days), '-infinity');
    last_day := coalesce(upper(wanted_days) - 1, 'infinity');
  end if;
  if wanted_days = datemultirange(range_merge(wanted_days)) then
    wanted_days := null;
  end if;

  if jsonb_array_length(asked) > 0 then
    select coalesce(array_agg(distinct m.category), '{}') into known
    from public.transaction_months m where m.client_id = p_client_id;
    -- Where a category is just what was asked for, those that only contain its words are not meant.
    select jsonb_agg(jsonb_build_object('asked', a.name, 'found', fitting.names) order by a.n) into matches
    from jsonb_array_elements_text(asked) with ordinality a(name, n)
    cross join lateral (
      select coalesce(jsonb_agg(k.name order by k.name) filter (where k.is_exact or not k.has_exact), '[]') as names
      from (
        select c.name, c.is_exact, bool_or(c.is_exact) over () as has_exact
        from (
          select name, stems @> wanted and wanted <> '{}' or name = a.name as fits,
            stems <@ wanted or name = a.name as is_exact
          from (
            select name, public.plain_stems(name) as stems, public.plain_stems(a.name) as wanted from unnest(known) name
          ) n
        ) c
        where c.fits
      ) k
    ) fitting;
    select coalesce(array_agg(distinct name), '{}') into matched
    from jsonb_array_elements(matches) m cross join jsonb_array_elements_text(m -> 'found') name;
  end if;

  if merchant is not null then
    -- Materialised: or the words would be looked for in every row.
    with sold as materialized (
      select distinct t.description from public.transactions t
      where t.client_id = p_client_id and t.booked_on between first_day and last_day
    )
    select coalesce(array_agg(d.description), '{}') into descriptions
    from sold d
    where public.begins_words(public.plain_words(d.description), merchant);
  end if;

  -- No month is whole where the last whole one is before the first.
  first_month := case when isfinite(first_day)
    then date_trunc('month', first_day + interval '1 month - 1 day')::date else first_day end;
  last_month := case when isfinite(last_day)
    then date_trunc('month', last_day - interval '1 month - 1 day')::date else last_day end;
  if last_month < first_month then
    first_month := 'infinity';
    last_month := 'infinity';
  end if;

  execute 'with sums as materialized (' || sums_query || ')
    select
      jsonb_build_object(
        ''count'', coalesce(sum(s.count), 0),
        ''total'', trim_scale(coalesce(sum(s.total), 0)),
        ''average'', trim_scale(round(sum(s.total) / sum(s.count), 4)),
        ''minimum'', trim_scale(min(s.minimum)),
        ''maximum'', trim_scale(max(s.maximum)),
        ''from'', min(s.booked_on),
        ''to'', max(s.booked_on),
        ''by_period'', jsonb_build_array(),
        ''by_category'', (
          select coalesce(jsonb_agg(
            jsonb_build_object(''category'', key, ''count'', count, ''total'', trim_scale(total))
            order by total * $11 desc, key), ''[]'')
          from (' || categories_query || ' order by sum(total) * $11 desc, category limit $10) c
        ),
        ''by_month'', (
          select coalesce(jsonb_agg(
            jsonb_build_object(''month'', key, ''count'', count, ''total'', trim_scale(total)) order by key), ''[]'')
          from (' || months_query || ' order by m.month desc limit $10) c
        )
      )' || groups_part || periods_part || '
    from sums s'
  into report
  using p_client_id, first_day, last_day, wanted_days, matched, refunds, least_amount, most_amount, descriptions,
    group_limit, case when refunds then -1 else 1 end, periods, row_limit, first_month, last_month;

  -- Months know on which day they begin, not on which day something was booked.
  if not reads_rows and not (isfinite(first_day) and isfinite(last_day)) then
    execute 'select jsonb_build_object(
        ''from'', (select t.booked_on from public.transaction_days t where ' || of_days || ' order by t.booked_on limit 1),
        ''to'', (select t.booked_on from public.transaction_days t where ' || of_days || ' order by t.booked_on desc limit 1)
      )'
    into ends using p_client_id, first_day, last_day, wanted_days, matched, refunds;
    report := report || ends;
  end if;

  if row_limit > 0 then
    execute 'select coalesce(jsonb_agg(
        jsonb_build_object(''date'', t.booked_on, ''description'', t.description, ''category'', t.category,
          ''amount'', trim_scale(t.amount))
        order by ' || row_order || '), ''[]'')
      from (' || rows_query || ') t'
    into listed
    using p_client_id, first_day, last_day, wanted_days, matched, refunds, least_amount, most_amount, descriptions,
      group_limit, 1, periods, row_limit;
  end if;

  return report || jsonb_build_object(
    'client', jsonb_build_object('id', client.id, 'name', client.name),
    'currency', client.currency,
    'from', case when isfinite(first_day) then to_jsonb(first_day) else report -> 'from' end,
    'to', case when isfinite(last_day) then to_jsonb(last_day) else report -> 'to' end,
    'categories', matches,
    -- For who asked for one that there is not.
    'known_categories', case when matches @? '$[*] ? (@.found.size() == 0)' then to_jsonb(known[:20]) else '[]' end,
    'transactions', listed
  );
end
$$;
