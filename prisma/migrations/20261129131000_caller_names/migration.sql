-- Names that come up when a caller talks of his clients: theirs, and what stands in their latest transactions, the most
-- frequent first. For recognisers, which hear a name that they know; bounded, so that it costs a call's beginning nothing.

-- p_limit: clients, merchants and categories at most, 1000 of each in any case. Looked at are the newest 200 transactions
-- of 50 clients.
create function public.caller_names(p_limit integer default 200) returns jsonb
language sql stable security invoker set search_path = '' set jit = off
as $$
  with bounded as (
    select least(greatest(p_limit, 0), 1000) as most
  ),
  own as (
    select c.id, c.name from public.clients c order by c.id limit (select most from bounded)
  ),
  latest as (
    select public.merchant_of(t.description) as merchant, t.category
    from (select o.id from own o order by o.id limit 50) c
    cross join lateral (
      select d.description, d.category from public.transactions d
      where d.client_id = c.id order by d.booked_on desc limit 200
    ) t
  ),
  merchants as (
    -- A description that only says "Refund" names no shop: whoever asked for refunds would be taken to name one.
    select l.merchant as name, count(*) as count from latest l
    where l.merchant !~* '^\s*refunds?\M' group by 1 order by 2 desc, 1
    limit (select most from bounded)
  ),
  categories as (
    select l.category as name, count(*) as count from latest l group by 1 order by 2 desc, 1
    limit (select most from bounded)
  )
  select jsonb_build_object(
    'clients', (select coalesce(jsonb_agg(o.name order by o.id), '[]') from own o),
    'merchants', (select coalesce(jsonb_agg(m.name order by m.count desc, m.name), '[]') from merchants m),
    'categories', (select coalesce(jsonb_agg(g.name order by g.count desc, g.name), '[]') from categories g)
  )
$$;

revoke all on function public.caller_names(integer) from public, anon;
grant execute on function public.caller_names(integer) to authenticated;
