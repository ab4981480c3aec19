-- Side effects of calls, each at most once. A row is written before the effect begins and settled after it, so that a
-- retry, a tool call made twice or another worker that goes on with the call finds it.

create table public.side_effects (
  owner_id text not null,
  key text not null,
  call_id text not null,
  tool text not null,
  status text not null default 'running',
  outcome jsonb,
  created_at timestamptz(3) not null default current_timestamp,
  settled_at timestamptz(3),
  constraint side_effects_pkey primary key (owner_id, key),
  constraint side_effects_status check (status in ('running', 'done', 'failed', 'unknown'))
);
create index side_effects_call_id_idx on public.side_effects (call_id);

alter table public.side_effects enable row level security;
create policy side_effects_of_owner on public.side_effects for all to authenticated
  using (owner_id = (select public.app_user_id()))
  with check (owner_id = (select public.app_user_id()));
revoke all on public.side_effects from public, anon, authenticated;
grant select, insert, update on public.side_effects to authenticated;

-- Takes the right to cause one effect. `claimed` is true for exactly one asker of a key; an effect that failed may be
-- claimed again. Who comes later is told how it went, once that is known.
create function public.claim_effect(p_key text, p_call_id text, p_tool text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  claimed text;
begin
  insert into public.side_effects as e (owner_id, key, call_id, tool)
  values (public.app_user_id(), p_key, p_call_id, p_tool)
  on conflict (owner_id, key) do update
    set status = 'running', outcome = null, settled_at = null
    where e.status = 'failed'
  returning e.key into claimed;
  return (
    select jsonb_build_object('claimed', claimed is not null, 'status', e.status, 'outcome', e.outcome)
    from public.side_effects e where e.owner_id = public.app_user_id() and e.key = p_key
  );
end
$$;

-- Says how it went: done, failed (it certainly did not happen) or unknown.
create function public.settle_effect(p_key text, p_status text, p_outcome jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update public.side_effects e set status = p_status, outcome = p_outcome, settled_at = clock_timestamp()
  where e.owner_id = public.app_user_id() and e.key = p_key and e.status = 'running';
  return jsonb_build_object('settled', found);
end
$$;

revoke all on function public.claim_effect(text, text, text) from public, anon;
revoke all on function public.settle_effect(text, text, jsonb) from public, anon;
grant execute on function public.claim_effect(text, text, text) to authenticated;
grant execute on function public.settle_effect(text, text, jsonb) to authenticated;
