-- Rollouts that follow a plan: how far each has come, for all workers, and what happened on the way. Only the server reads
-- and writes this. Webhooks may now tell of what is no call.

alter table public.webhook_deliveries alter column call_sid drop not null;

create table public.rollout_plans (
  target text not null,
  -- Grows with every change: whoever changes what he has not seen changes nothing.
  revision integer not null,
  run jsonb not null,
  history jsonb not null,
  constraint rollout_plans_pkey primary key (target),
  constraint rollout_plans_sizes check (
    char_length(target) between 1 and 200 and octet_length(run::text) <= 20000 and octet_length(history::text) <= 200000
  )
);

alter table public.rollout_plans enable row level security;
revoke all on public.rollout_plans from public, anon, authenticated;
create policy rollout_plans_of_nobody on public.rollout_plans for select to authenticated using (false);

-- As queue_webhook, of what belongs to no call.
create function public.queue_event(p_type text, p_data jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into public.webhook_deliveries (url, type, payload)
  select w.url, p_type, jsonb_build_object(
    'type', p_type,
    'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', p_data
  )
  from public.webhook_endpoints w
$$;

create function public.list_rollout_plans() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'target', p.target, 'revision', p.revision, 'run', p.run, 'history', p.history
  ) order by p.target), '[]')
  from public.rollout_plans p
$$;

-- Changes a run that still is as it was seen (p_revision; 0 where there was none), writes the step down, the last 100 of them,
-- and tells of it. The new revision; null when somebody else was faster.
create function public.move_rollout_plan(
  p_target text, p_revision integer, p_run jsonb, p_step jsonb, p_type text
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  if p_revision = 0 then
    insert into public.rollout_plans (target, revision, run, history)
    values (p_target, 1, p_run, jsonb_build_array(p_step)) on conflict (target) do nothing;
  else
    update public.rollout_plans p
    set revision = p.revision + 1, run = p_run,
      history = (
        select jsonb_agg(h.step order by h.n)
        from jsonb_array_elements(p.history || jsonb_build_array(p_step)) with ordinality as h(step, n)
        where h.n > jsonb_array_length(p.history) - 99
      )
    where p.target = p_target and p.revision = p_revision;
  end if;
  if not found then
    return null;
  end if;
  perform public.queue_event(p_type, jsonb_build_object('target', p_target) || p_step);
  return to_jsonb(p_revision + 1);
end
$$;

revoke all on function public.queue_event(text, jsonb) from public, anon, authenticated;
revoke all on function public.list_rollout_plans() from public, anon, authenticated;
revoke all on function public.move_rollout_plan(text, integer, jsonb, jsonb, text) from public, anon, authenticated;
