-- What calls come to: for the budget of a user, and for operators.

-- What the calls of a user that began in that time have cost so far, in a currency.
create function public.spent_by(p_user text, p_from timestamptz, p_currency text) returns jsonb
language sql stable set search_path = ''
as $$
  select to_jsonb(coalesce(sum((c.cost ->> p_currency)::numeric), 0))
  from public.calls c
  where c.owner_id = p_user and c.started_at >= p_from and jsonb_typeof(c.cost -> p_currency) = 'number'
$$;

-- The calls that began in that time, as sums: whole, by status, by agent, by user (the dearest p_most, then the longest).
create function public.call_totals(p_from timestamptz, p_to timestamptz, p_most integer) returns jsonb
language sql stable set search_path = ''
as $$
  with chosen as materialized (
    select c.agent, c.owner_id, c.status, coalesce(c.duration_ms, 0)::bigint as ms,
      case jsonb_typeof(c.cost) when 'object' then c.cost else '{}' end as cost,
      case jsonb_typeof(c.usage) when 'object' then c.usage else '{}' end as usage
    from public.calls c
    where c.started_at >= p_from and c.started_at < p_to
  ),
  costs as (
    select c.agent, c.owner_id, a.key as currency, a.value::numeric as amount
    from chosen c, jsonb_each(c.cost) a
    where jsonb_typeof(a.value) = 'number'
  )
  select jsonb_build_object(
    'calls', (select count(*) from chosen),
    'durationMs', (select coalesce(sum(ms), 0) from chosen),
    'statuses', (select coalesce(jsonb_object_agg(s.status, s.calls), '{}')
      from (select status, count(*) as calls from chosen group by status) s),
    'usage', (select coalesce(jsonb_object_agg(u.key, u.amount), '{}')
      from (select a.key, sum(a.value::numeric) as amount from chosen c, jsonb_each(c.usage) a
            where jsonb_typeof(a.value) = 'number' group by a.key) u),
    'cost', (select coalesce(jsonb_object_agg(k.currency, k.amount), '{}')
      from (select currency, sum(amount) as amount from costs group by currency) k),
    'agents', (select coalesce(jsonb_agg(jsonb_build_object('agent', g.agent, 'calls', g.calls, 'durationMs', g.ms,
        'cost', (select coalesce(jsonb_object_agg(k.currency, k.amount), '{}')
          from (select currency, sum(amount) as amount from costs where costs.agent = g.agent group by currency) k))
        order by g.calls desc, g.agent), '[]')
      from (select agent, count(*) as calls, sum(ms) as ms from chosen group by agent) g),
    'users', (select coalesce(jsonb_agg(jsonb_build_object('user', g.owner_id, 'calls', g.calls, 'durationMs', g.ms,
        'cost', g.cost) order by g.total desc, g.ms desc, g.owner_id), '[]')
      from (
        select o.owner_id, o.calls, o.ms, coalesce(k.cost, '{}') as cost, coalesce(k.total, 0) as total
        from (select owner_id, count(*) as calls, sum(ms) as ms from chosen where owner_id is not null group by owner_id) o
        left join (
          select s.owner_id, jsonb_object_agg(s.currency, s.amount) as cost, sum(s.amount) as total
          from (select owner_id, currency, sum(amount) as amount from costs group by owner_id, currency) s
          group by s.owner_id
        ) k on k.owner_id = o.owner_id
        order by total desc, o.ms desc, o.owner_id
        limit p_most
      ) g)
  )
$$;

revoke all on function public.spent_by(text, timestamptz, text) from public, anon, authenticated;
revoke all on function public.call_totals(timestamptz, timestamptz, integer) from public, anon, authenticated;
