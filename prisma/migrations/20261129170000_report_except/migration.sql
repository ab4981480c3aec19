-- A report can leave out categories and shops. And what every report asks stands in the function as statements whose plans are
-- kept with the connection: planning them took longer than reading the sums. What is put together by the question, and reads
-- transactions themselves, is planned for it: a plan for any dates and merchants reads a million rows by an index. Otherwise
-- as in 20261129140000_report_parts.

-- What each of the names means among the categories of a client: [{asked, found [category]}], as they were asked.
create function public.find_categories(p_client_id integer, p_names jsonb) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  -- Materialised, all of them: or words would be stemmed for every month of a category.
  with names as materialized (
    select distinct m.category as name from public.transaction_months m
    where m.client_id = p_client_id and jsonb_array_length(p_names) > 0
  ),
  known as materialized (select name, public.plain_stems(name) as stems from names),
  asked as materialized (
    select name, n, public.plain_stems(name) as stems from jsonb_array_elements_text(p_names) with ordinality a(name, n)
  )
  -- Where a category is just what was asked for, those that only contain its words are not meant.
  select coalesce(jsonb_agg(jsonb_build_object('asked', a.name, 'found', fitting.names) order by a.n), '[]')
  from asked a
  cross join lateral (
    select coalesce(jsonb_agg(k.name order by k.name) filter (where k.is_exact or not k.has_exact), '[]') as names
    from (
      select c.name, c.is_exact, bool_or(c.is_exact) over () as has_exact
      from (
        select known.name, known.stems @> a.stems and a.stems <> '{}' or known.name = a.name as fits,
          known.stems <@ a.stems or known.name = a.name as is_exact
        from known
      ) c
      where c.fits
    ) k
  ) fitting
$$;
revoke all on function public.find_categories(integer, jsonb) from public, anon;
grant execute on function public.find_categories(integer, jsonb) to authenticated;

-- A client's transactions that fit a filter: what they come to, in all, by category, by month and by what is asked for,
-- and the first of them in the order asked for. Null when there is no such client or the caller may not see it.
--
-- p_filter: periods [{from, to}], categories [text], merchant (words), direction spent | refunded, min_amount and
-- max_amount (of the absolute amount), sort newest | oldest | largest | smallest, group_by day | month | category |
-- merchant, limit (of rows), group_limit, except [text] (categories, or else words of shops, that are left out). A day
-- in two periods counts once; an amount of zero counts as spent.
create or replace function public.report_transactions(p_client_id integer, p_filter jsonb default '{}') returns jsonb
language plpgsql stable security invoker set search_path = '' set jit = off set plan_cache_mode = force_generic_plan
as $$
declare
  client record;
  periods constant jsonb := coalesce(nullif(p_filter -> 'periods', 'null'), '[]');
  wanted_days datemultirange := '{(,)}';
  first_day date;
  last_day date;
  asked constant jsonb := coalesce(nullif(p_filter -> 'categories', 'null'), '[]');
  known text[];
  matches constant jsonb := case when asked = '[]' then asked else public.find_categories(p_client_id, asked) end;
  matched text[];
  unwanted constant jsonb := coalesce(nullif(p_filter -> 'except', 'null'), '[]');
  excluded constant jsonb := case when unwanted = '[]' then unwanted else public.find_categories(p_client_id, unwanted) end;
  excluded_shops text[] := '{}';
  left_out jsonb := excluded;
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
  reads_rows constant boolean := coalesce(merchant, least_amount::text, most_amount::text) is not null
    or excluded @? '$[*] ? (@.found.size() == 0)';

  -- The parameters of all queries that are put together: $1 client, $2 first and $3 last day, $4 the days where there are gaps between them,
  -- $5 categories, $6 refunds or not, $7 and $8 amounts, $9 descriptions (what is null is no condition); $10 most
  -- groups, $11 what sorts totals (-1 for refunds: the largest is the lowest), $12 the sums, $13 most rows.
  of_sums constant text := 't.client_id = $1 and ($5 is null or t.category = any ($5)) and ($6 is null or t.is_refund = $6)';
  of_days constant text := of_sums || ' and t.booked_on between $2 and $3 and ($4 is null or $4 @> t.booked_on)';
  of_rows constant text := 't.client_id = $1 and t.booked_on between $2 and $3 and ($4 is null or $4 @> t.booked_on)
    and ($5 is null or t.category = any ($5)) and ($6 is null or (t.amount < 0) = $6)
    and ($7 is null or abs(t.amount) >= $7) and ($8 is null or abs(t.amount) <= $8)
    and ($9 is null or t.description = any ($9))';
  sign constant integer := case when refunds then -1 else 1 end;
  sums public.transaction_days[];
  groups_query constant text := case grouping_by
    when 'day' then
      'select to_char(booked_on, ''YYYY-MM-DD'') as key, sum(count) as count, sum(total) as total
      from unnest($12) group by booked_on'
    when 'month' then
      'select to_char(booked_on, ''YYYY-MM'') as key, sum(count) as count, sum(total) as total
      from unnest($12) group by 1'
    when 'category' then
      'select category as key, sum(count) as count, sum(total) as total from unnest($12) group by category'
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
    else
      't.booked_on from public.transaction_days t where ' || of_days || '
      group by t.booked_on order by min(case when t.is_refund then -t.maximum else t.minimum end), t.booked_on desc'
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
  has_months boolean;
  day record;
  row_days date[] := '{}';
  rows_there bigint := 0;
  report jsonb;
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
    select coalesce(array_agg(distinct name), '{}') into matched
    from jsonb_array_elements(matches) m cross join jsonb_array_elements_text(m -> 'found') name;
  end if;

  if excluded <> '[]' then
    select coalesce(array_agg(k.name), '{}') into matched
    from (select distinct m.category as name from public.transaction_months m where m.client_id = p_client_id) k
    where (matched is null or k.name = any (matched))
      and not exists (select from jsonb_array_elements(excluded) e where e -> 'found' ? k.name);
    excluded_shops := array(
      select public.plain_words(left(e ->> 'asked', 200)) from jsonb_array_elements(excluded) e where e -> 'found' = '[]'
    );
  end if;

  if merchant is not null or cardinality(excluded_shops) > 0 then
    -- Materialised: or the words would be looked for in every row.
    execute 'with sold as materialized (
        select distinct t.description from public.transactions t
        where t.client_id = $1 and t.booked_on between $2 and $3
      ),
      shops as materialized (
        select d.description, shop from sold d, unnest($5) shop
        where public.begins_words(public.plain_words(d.description), shop)
      )
      select
        (
          select coalesce(array_agg(d.description), ''{}'') from sold d
          where ($4 is null or public.begins_words(public.plain_words(d.description), $4))
            and d.description not in (select s.description from shops s)
        ),
        (
          select jsonb_agg(case when e -> ''found'' <> ''[]'' then e else e || jsonb_build_object(''found'', (
            select coalesce(jsonb_agg(distinct public.merchant_of(s.description)), ''[]'') from shops s
            where s.shop = public.plain_words(left(e ->> ''asked'', 200))
          )) end)
          from jsonb_array_elements($6) e
        )'
    into descriptions, left_out using p_client_id, first_day, last_day, merchant, excluded_shops, excluded;
  end if;

  first_month := case when isfinite(first_day)
    then date_trunc('month', first_day + interval '1 month - 1 day')::date else first_day end;
  last_month := case when isfinite(last_day)
    then date_trunc('month', last_day - interval '1 month - 1 day')::date else last_day end;
  -- No month is whole where the last whole one is before the first.
  has_months := first_month <= last_month;

  -- One period is made of whole months and the days before and after them; what has to be told by day, or by several
  -- periods, is made of days.
  if reads_rows then
    execute 'select array_agg(row(d.*)::public.transaction_days)
      from (
        select t.client_id, t.booked_on, t.category, t.amount < 0, count(*), sum(t.amount), min(t.amount), max(t.amount)
        from public.transactions t where ' || of_rows || ' group by 1, 2, 3, 4
      ) d'
    into sums
    using p_client_id, first_day, last_day, wanted_days, matched, refunds, least_amount, most_amount, descriptions;
  elsif jsonb_array_length(periods) > 1 or grouping_by = 'day' or not has_months then
    sums := array(
      select t from public.transaction_days t
      where t.client_id = p_client_id and t.booked_on between first_day and last_day
        and (wanted_days is null or wanted_days @> t.booked_on)
        and (matched is null or t.category = any (matched)) and (refunds is null or t.is_refund = refunds)
    );
  else
    sums := array(
      select row(t.*)::public.transaction_days from public.transaction_months t
      where t.client_id = p_client_id and t.month between first_month and last_month
        and (matched is null or t.category = any (matched)) and (refunds is null or t.is_refund = refunds)
    );
    if first_day < first_month or last_day > (last_month + interval '1 month - 1 day')::date then
      sums := sums || array(
        select t from public.transaction_days t
        where t.client_id = p_client_id
          and (t.booked_on between first_day and first_month - 1
            or t.booked_on between (last_month + interval '1 month')::date and last_day)
          and (matched is null or t.category = any (matched)) and (refunds is null or t.is_refund = refunds)
      );
    end if;
  end if;

  select jsonb_build_object(
      'count', coalesce(sum(s.count), 0),
      'total', trim_scale(coalesce(sum(s.total), 0)),
      'average', trim_scale(round(sum(s.total) / sum(s.count), 4)),
      'minimum', trim_scale(min(s.minimum)),
      'maximum', trim_scale(max(s.maximum)),
      'from', min(s.booked_on),
      'to', max(s.booked_on),
      'by_period', jsonb_build_array(),
      'by_category', (
        select coalesce(jsonb_agg(
          jsonb_build_object('category', c.category, 'count', c.count, 'total', trim_scale(c.total))
          order by c.total * sign desc, c.category), '[]')
        from (
          select category, sum(count) as count, sum(total) as total
          from unnest(sums) group by category order by sum(total) * sign desc, category limit group_limit
        ) c
      ),
      'by_month', (
        select coalesce(jsonb_agg(
          jsonb_build_object('month', to_char(m.month, 'YYYY-MM'), 'count', m.count, 'total', trim_scale(m.total))
          order by m.month), '[]')
        from (
          select date_trunc('month', booked_on::timestamp) as month, sum(count) as count, sum(total) as total
          from unnest(sums) group by 1 order by 1 desc limit group_limit
        ) m
      )
    )
  into report
  from unnest(sums) s;

  if grouping_by is not null then
    execute 'with groups as materialized (' || groups_query || '),
      one as (
        select total, key, jsonb_build_object(''key'', key, ''count'', count, ''total'', trim_scale(total)) as json
        from groups
      )
      select $13 || jsonb_build_object(''groups'', jsonb_build_object(
        ''count'', (select count(*) from one),
        ''most'', (select json from one order by total * $11 desc, key limit 1),
        ''least'', (select json from one order by total * $11, key limit 1),
        ''list'', (
          select coalesce(jsonb_agg(json order by ' || case when is_timely then 'key' else group_order end || '), ''[]'')
          from (select * from one order by ' || group_order || ' limit $10) listed
        )
      ))'
    into report
    using p_client_id, first_day, last_day, wanted_days, matched, refunds, least_amount, most_amount, descriptions,
      group_limit, sign, sums, report;
  end if;

  if jsonb_array_length(periods) > 1 then
    report := report || jsonb_build_object('by_period', (
      select jsonb_agg(
        jsonb_build_object('from', p."from", 'to', p."to", 'count', s.count, 'total', s.total) order by p.n)
      from rows from (jsonb_to_recordset(periods) as ("from" date, "to" date)) with ordinality p("from", "to", n)
      cross join lateral (
        select coalesce(sum(count), 0) as count, trim_scale(coalesce(sum(total), 0)) as total
        from unnest(sums) where booked_on between coalesce(p."from", '-infinity') and coalesce(p."to", 'infinity')
      ) s
    ));
  end if;

  -- Months know on which day they begin, not on which day something was booked.
  if not reads_rows and not (isfinite(first_day) and isfinite(last_day)) then
    -- Not by min and max: such a plan, for any dates, reads all days.
    report := report || jsonb_build_object('from', (
      select t.booked_on from public.transaction_days t
      where t.client_id = p_client_id and t.booked_on between first_day and last_day
        and (wanted_days is null or wanted_days @> t.booked_on)
        and (matched is null or t.category = any (matched)) and (refunds is null or t.is_refund = refunds)
      order by t.booked_on limit 1
    ), 'to', (
      select t.booked_on from public.transaction_days t
      where t.client_id = p_client_id and t.booked_on between first_day and last_day
        and (wanted_days is null or wanted_days @> t.booked_on)
        and (matched is null or t.category = any (matched)) and (refunds is null or t.is_refund = refunds)
      order by t.booked_on desc limit 1
    ));
  end if;

  if row_limit > 0 and sorting = 'newest' and not reads_rows then
    -- As many days as have the rows: whatever the plan, it reads no others.
    for day in
      select t.booked_on, sum(t.count) as count from public.transaction_days t
      where t.client_id = p_client_id and t.booked_on between first_day and last_day
        and (wanted_days is null or wanted_days @> t.booked_on)
        and (matched is null or t.category = any (matched)) and (refunds is null or t.is_refund = refunds)
      group by t.booked_on order by t.booked_on desc
    loop
      row_days := row_days || day.booked_on;
      rows_there := rows_there + day.count;
      exit when rows_there >= row_limit;
    end loop;
    select coalesce(jsonb_agg(
        jsonb_build_object('date', t.booked_on, 'description', t.description, 'category', t.category,
          'amount', trim_scale(t.amount))
        order by t.booked_on desc, t.id desc), '[]')
    into listed
    from (
      select t.* from public.transactions t
      where t.client_id = p_client_id and t.booked_on = any (row_days)
        and (matched is null or t.category = any (matched)) and (refunds is null or (t.amount < 0) = refunds)
      order by t.booked_on desc, t.id desc limit row_limit
    ) t;
  elsif row_limit > 0 then
    execute 'select coalesce(jsonb_agg(
        jsonb_build_object(''date'', t.booked_on, ''description'', t.description, ''category'', t.category,
          ''amount'', trim_scale(t.amount))
        order by ' || row_order || '), ''[]'')
      from (' || rows_query || ') t'
    into listed
    using p_client_id, first_day, last_day, wanted_days, matched, refunds, least_amount, most_amount, descriptions,
      group_limit, sign, sums, row_limit;
  end if;

  return report || jsonb_build_object(
    'client', jsonb_build_object('id', client.id, 'name', client.name),
    'currency', client.currency,
    'from', case when isfinite(first_day) then to_jsonb(first_day) else report -> 'from' end,
    'to', case when isfinite(last_day) then to_jsonb(last_day) else report -> 'to' end,
    'categories', matches,
    'except', coalesce(left_out, '[]'),
    -- For who asked for one that there is not.
    'known_categories', case when matches @? '$[*] ? (@.found.size() == 0)' then to_jsonb(known[:20]) else '[]' end,
    'transactions', listed
  );
end
$$;
