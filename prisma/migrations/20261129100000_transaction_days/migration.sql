-- Transactions selected by more than dates: by client's name, words of the merchant, several categories and periods,
-- direction and amount. And fast: sums by day, kept by triggers, so that a total over a million rows reads a few thousand.

-- Fractions of a cent and currencies with three decimals. What JSON has no word for cannot be booked.
alter table public.transactions
  alter column amount type decimal(19, 4),
  add constraint transactions_amount_is_number check (amount <> 'NaN'),
  add constraint transactions_booked_on_is_finite check (isfinite(booked_on));

-- Words

-- Text as words of small letters without accents, one blank between them: "Café O'Hara, Zürich" is "cafe ohara zurich".
-- The same whatever the locale of the database is, in Latin, Greek and Cyrillic letters.
create function public.plain_words(p_text text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select trim(regexp_replace(
    replace(replace(replace(
      translate(
        lower(regexp_replace(normalize(p_text, NFKD), '[\u0300-\u036f''’ʼ`´]', '', 'g')),
        'ÆŒẞØŁĐÐÞøłđðþıςΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЄІЂЈЉЊЋЏҐЅ',
        'æœßolddtolddtiσαβγδεζηθικλμνξοπρστυφχψωабвгдежзиклмнопрстуфхцчшщъыьэюяєіђјљњћџґѕ'
      ), 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'),
    '[\u0001-\u002f\u003a-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u20cf\u2e00-\u2e7f\u3000-\u303f]+', ' ', 'g'))
$$;

-- English without stop words: "Other", "IT" and "Own" are names of categories.
create text search dictionary public.stem_english (template = pg_catalog.snowball, language = english);

-- Stems of the words, so that "grocery" finds "Groceries".
create function public.plain_stems(p_text text) returns text[]
language sql immutable parallel safe set search_path = ''
as $$
  select coalesce(array_agg(coalesce((ts_lexize('public.stem_english', word))[1], word)), '{}')
  from unnest(string_to_array(public.plain_words(p_text), ' ')) word where word <> ''
$$;

-- Whether each of the words begins a word of the text; also when either side writes two words as one ("Mc Donalds").
-- Both in plain words. No words are in no text.
create function public.begins_words(p_text text, p_words text) returns boolean
language sql immutable parallel safe set search_path = ''
as $$
  select p_words <> '' and (
    not exists (
      select from unnest(string_to_array(p_words, ' ')) word where strpos(' ' || p_text, ' ' || word) = 0
    )
    or char_length(p_words) between 5 and 60
      and ' ' || p_text ~ (' ' || array_to_string(string_to_array(replace(p_words, ' ', ''), null), ' ?'))
  )
$$;

-- The caller's clients of a name, or of a part of one where no name is just that: the first of them and how many there are.
create function public.find_clients(p_name text, p_limit integer default 4) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with wanted as (
    select public.plain_words(left(p_name, 200)) as words
  ),
  fitting as (
    select c.id, c.name, c.words = wanted.words as is_exact
    from (select id, name, public.plain_words(name) as words from public.clients) c
    join wanted on public.begins_words(c.words, wanted.words)
  ),
  best as (
    select id, name from fitting where is_exact or not exists (select from fitting where is_exact)
  )
  select jsonb_build_object(
    'count', (select count(*) from best),
    'clients', (
      select coalesce(jsonb_agg(jsonb_build_object('id', b.id, 'name', b.name) order by b.name, b.id), '[]')
      from (select id, name from best order by name, id limit least(greatest(p_limit, 0), 50)) b
    )
  )
$$;

-- Sums by day

-- What the transactions of a client come to, by day, category and direction. Kept by triggers on transactions alone.
create table public.transaction_days (
  client_id integer not null,
  booked_on date not null,
  category text not null,
  is_refund boolean not null,
  count bigint not null,
  total decimal(38, 4) not null,
  minimum decimal(19, 4) not null,
  maximum decimal(19, 4) not null,
  constraint transaction_days_pkey primary key (client_id, booked_on, category, is_refund)
);

alter table public.transaction_days enable row level security;
create policy transaction_days_of_owner on public.transaction_days for select to authenticated
  using (client_id in (select c.id from public.clients c));
revoke all on public.transaction_days from public, anon, authenticated;
grant select on public.transaction_days to authenticated;

-- As its definer: whoever may write a transaction may not write a sum. The days are locked in one order, that writers
-- do not wait for each other in a circle, and before anything is read: the second statement then sees all that was
-- committed by whoever held them.
create function public.sum_transactions() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
declare
  changes constant text := case tg_op
    when 'INSERT' then 'select *, 1 as sign from added'
    when 'DELETE' then 'select *, -1 as sign from removed'
    else 'select *, 1 as sign from added union all select *, -1 as sign from removed'
  end;
begin
  execute format($sql$
    insert into public.transaction_days as d
      (client_id, booked_on, category, is_refund, count, total, minimum, maximum)
    select c.client_id, c.booked_on, c.category, c.amount < 0, sum(c.sign), sum(c.sign * c.amount),
      min(c.amount), max(c.amount)
    from (%s) c group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (client_id, booked_on, category, is_refund) do update set
      count = d.count + excluded.count,
      total = d.total + excluded.total,
      minimum = least(d.minimum, excluded.minimum),
      maximum = greatest(d.maximum, excluded.maximum)
  $sql$, changes);
  if tg_op = 'INSERT' then
    return null;
  end if;
  delete from public.transaction_days d
  using (select distinct r.client_id, r.booked_on, r.category, r.amount < 0 as is_refund from removed r) gone
  where d.count = 0 and (d.client_id, d.booked_on, d.category, d.is_refund)
    = (gone.client_id, gone.booked_on, gone.category, gone.is_refund);
  -- The smallest or largest of a day may have been taken away: only its rows know the next.
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
  return null;
end
$$;

create function public.forget_transaction_days() returns trigger
language plpgsql volatile security definer set search_path = ''
as $$
begin
  -- Not `truncate`: it would wait for those who read the sums and then the transactions, and they for it.
  delete from public.transaction_days;
  return null;
end
$$;

-- Whoever could run them could make a trigger of his own of them.
revoke all on function public.sum_transactions() from public, anon, authenticated;
revoke all on function public.forget_transaction_days() from public, anon, authenticated;

create trigger transactions_sum_inserted after insert on public.transactions
  referencing new table as added
  for each statement execute function public.sum_transactions();
create trigger transactions_sum_deleted after delete on public.transactions
  referencing old table as removed
  for each statement execute function public.sum_transactions();
create trigger transactions_sum_updated after update on public.transactions
  referencing old table as removed new table as added
  for each statement execute function public.sum_transactions();
create trigger transactions_forget_truncated after truncate on public.transactions
  for each statement execute function public.forget_transaction_days();

insert into public.transaction_days (client_id, booked_on, category, is_refund, count, total, minimum, maximum)
select t.client_id, t.booked_on, t.category, t.amount < 0, count(*), sum(t.amount), min(t.amount), max(t.amount)
from public.transactions t group by 1, 2, 3, 4;

-- The report

-- Whom a transaction was with: its description, without the words that make a refund of it.
create function public.merchant_of(p_description text) returns text
language sql immutable parallel safe set search_path = ''
as $$
  select regexp_replace(p_description, '^\s*refund(\s+(from|of|by|for)\s+|\s*[:-]\s*)(?=\S)', '', 'i')
$$;

-- A client's transactions that fit a filter: what they come to, in all, by category, by month and by what is asked for,
-- and the first of them in the order asked for. Null when there is no such client or the caller may not see it.
--
-- p_filter: periods [{from, to}], categories [text], merchant (words), direction spent | refunded, min_amount and
-- max_amount (of the absolute amount), sort newest | oldest | largest | smallest, group_by day | month | category |
-- merchant, limit (of rows), group_limit. A day in two periods counts once; an amount of zero counts as spent.
create function public.report_transactions(p_client_id integer, p_filter jsonb default '{}') returns jsonb
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
  -- groups, $11 what sorts totals (-1 for refunds: the largest is the lowest), $12 periods, $13 most rows, $14 days.
  of_client constant text := 't.client_id = $1 and t.booked_on between $2 and $3
    and ($4 is null or $4 @> t.booked_on) and ($5 is null or t.category = any ($5))';
  of_rows constant text := of_client || ' and ($6 is null or (t.amount < 0) = $6)
    and ($7 is null or abs(t.amount) >= $7) and ($8 is null or abs(t.amount) <= $8)
    and ($9 is null or t.description = any ($9))';
  days_query constant text := case when reads_rows then
    'select t.booked_on, t.category, t.amount < 0 as is_refund, count(*) as count, sum(t.amount) as total,
      min(t.amount) as minimum, max(t.amount) as maximum
    from public.transactions t where ' || of_rows || ' group by 1, 2, 3'
  else
    'select t.booked_on, t.category, t.is_refund, t.count, t.total, t.minimum, t.maximum
    from public.transaction_days t where ' || of_client || ' and ($6 is null or t.is_refund = $6)'
  end;
  groups_query constant text := case grouping_by
    when 'day' then
      'select to_char(booked_on, ''YYYY-MM-DD'') as key, sum(count) as count, sum(total) as total
      from days group by booked_on'
    when 'month' then 'select key, count, total from months'
    when 'category' then 'select key, count, total from categories'
    when 'merchant' then
      'select public.merchant_of(g.description) as key, sum(g.count) as count, sum(g.total) as total
      from (
        select t.description, count(*) as count, sum(t.amount) as total
        from public.transactions t where ' || of_rows || ' group by t.description
      ) g group by 1'
    else 'select null::text as key, 0::bigint as count, 0::numeric as total where false'
  end;
  -- Of days and months the newest are listed, of others the largest.
  group_order constant text := case when grouping_by in ('day', 'month') then 'key desc' else 'total * $11 desc, key' end;
  -- The first row of a day is before every row of the days after it: the first n rows are on the first n days.
  day_order constant text := case sorting
    when 'oldest' then 'd.booked_on'
    when 'largest' then 'd.largest desc, d.booked_on desc'
    when 'smallest' then 'd.smallest, d.booked_on desc'
    else 'd.booked_on desc'
  end;
  rows_before constant text := case when sorting in ('largest', 'smallest') then '0'
    else 'sum(d.count) over (order by ' || day_order || ') - d.count' end;
  row_order constant text := case sorting
    when 'oldest' then 't.booked_on, t.id'
    when 'largest' then 'abs(t.amount) desc, t.booked_on desc, t.id desc'
    when 'smallest' then 'abs(t.amount), t.booked_on desc, t.id desc'
    else 't.booked_on desc, t.id desc'
  end;
  report jsonb;
  days_of_rows date[];
  listed jsonb;
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
    select coalesce(array_agg(distinct d.category), '{}') into known
    from public.transaction_days d where d.client_id = p_client_id;
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
    select coalesce(array_agg(d.description), '{}') into descriptions
    from (
      select distinct t.description from public.transactions t
      where t.client_id = p_client_id and t.booked_on between first_day and last_day
    ) d
    where public.begins_words(public.plain_words(d.description), merchant);
  end if;

  execute 'with days as materialized (' || days_query || '),
    categories as (
      select category as key, sum(count) as count, sum(total) as total from days group by category
    ),
    months as (
      select to_char(m.month, ''YYYY-MM'') as key, m.count, m.total
      from (
        select date_trunc(''month'', booked_on::timestamp) as month, sum(count) as count, sum(total) as total
        from days group by 1
      ) m
    ),
    groups as (' || groups_query || ')
    select
      jsonb_build_object(
        ''count'', coalesce(sum(d.count), 0),
        ''total'', trim_scale(coalesce(sum(d.total), 0)),
        ''average'', trim_scale(round(sum(d.total) / sum(d.count), 4)),
        ''minimum'', trim_scale(min(d.minimum)),
        ''maximum'', trim_scale(max(d.maximum)),
        ''from'', min(d.booked_on),
        ''to'', max(d.booked_on),
        ''by_category'', (
          select coalesce(jsonb_agg(
            jsonb_build_object(''category'', key, ''count'', count, ''total'', trim_scale(total))
            order by total * $11 desc, key), ''[]'')
          from (select * from categories order by total * $11 desc, key limit $10) c
        ),
        ''by_month'', (
          select coalesce(jsonb_agg(
            jsonb_build_object(''month'', key, ''count'', count, ''total'', trim_scale(total)) order by key), ''[]'')
          from (select * from months order by key desc limit $10) m
        ),
        ''by_period'', (
          select coalesce(jsonb_agg(
            jsonb_build_object(''from'', p."from", ''to'', p."to", ''count'', s.count, ''total'', s.total)
            order by p.n), ''[]'')
          from rows from (jsonb_to_recordset($12) as ("from" date, "to" date)) with ordinality p("from", "to", n)
          cross join lateral (
            select coalesce(sum(count), 0) as count, trim_scale(coalesce(sum(total), 0)) as total
            from days where booked_on between coalesce(p."from", ''-infinity'') and coalesce(p."to", ''infinity'')
          ) s
        )
      ) || case when ' || (grouping_by is not null)::text || ' then (
        select jsonb_build_object(''groups'', jsonb_build_object(
          ''count'', count(*),
          ''most'', (
            select jsonb_build_object(''key'', key, ''count'', count, ''total'', trim_scale(total))
            from groups order by total * $11 desc, key limit 1
          ),
          ''least'', (
            select jsonb_build_object(''key'', key, ''count'', count, ''total'', trim_scale(total))
            from groups order by total * $11, key limit 1
          ),
          ''list'', (
            select coalesce(jsonb_agg(
              jsonb_build_object(''key'', key, ''count'', count, ''total'', trim_scale(total))
              order by ' || replace(group_order, 'key desc', 'key') || '), ''[]'')
            from (select * from groups order by ' || group_order || ' limit $10) g
          )
        )) from groups
      ) else ''{}'' end,
      (
        select array_agg(best.booked_on)
        from (
          select d.booked_on
          from (
            select d.*, ' || rows_before || ' as rows_before
            from (
              select booked_on, sum(count) as count, max(greatest(maximum, -minimum)) as largest,
                min(case when is_refund then -maximum else minimum end) as smallest
              from days group by booked_on
            ) d
          ) d
          where d.rows_before < $13 order by ' || day_order || ' limit $13
        ) best
      )
    from days d'
  into report, days_of_rows
  using p_client_id, first_day, last_day, wanted_days, matched, refunds, least_amount, most_amount, descriptions,
    group_limit, case when refunds then -1 else 1 end,
    case when jsonb_array_length(periods) > 1 then periods else '[]' end, row_limit;

  execute 'select coalesce(jsonb_agg(
      jsonb_build_object(''date'', t.booked_on, ''description'', t.description, ''category'', t.category,
        ''amount'', trim_scale(t.amount))
      order by ' || row_order || '), ''[]'')
    from (
      select t.id, t.booked_on, t.description, t.category, t.amount
      from public.transactions t where ' || of_rows || ' and t.booked_on = any ($14)
      order by ' || row_order || ' limit $13
    ) t'
  into listed
  using p_client_id, first_day, last_day, wanted_days, matched, refunds, least_amount, most_amount, descriptions,
    group_limit, 1, '[]'::jsonb, row_limit, coalesce(days_of_rows, '{}');

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

revoke all on function public.plain_words(text) from public, anon;
revoke all on function public.plain_stems(text) from public, anon;
revoke all on function public.begins_words(text, text) from public, anon;
revoke all on function public.merchant_of(text) from public, anon;
revoke all on function public.find_clients(text, integer) from public, anon;
revoke all on function public.report_transactions(integer, jsonb) from public, anon;
grant execute on function public.plain_words(text) to authenticated;
grant execute on function public.plain_stems(text) to authenticated;
grant execute on function public.begins_words(text, text) to authenticated;
grant execute on function public.merchant_of(text) to authenticated;
grant execute on function public.find_clients(text, integer) to authenticated;
grant execute on function public.report_transactions(integer, jsonb) to authenticated;
