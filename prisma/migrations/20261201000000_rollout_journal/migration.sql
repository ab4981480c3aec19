-- How far rollouts by a plan have come, and which versions callers of agents get: one journal for both, in place of two tables
-- with two functions each that did the same. Only the server reads and writes this.

create table public.rollout_journal (
  -- plan, release
  kind text not null,
  -- What is rolled out by the plan: stt, llm, tts, agent:NAME; or the agent.
  name text not null,
  -- Grows with every change: whoever changes what he has not seen changes nothing.
  revision integer not null,
  state jsonb not null,
  history jsonb not null,
  constraint rollout_journal_pkey primary key (kind, name),
  constraint rollout_journal_sizes check (
    char_length(kind) between 1 and 50 and char_length(name) between 1 and 200 and octet_length(state::text) <= 20000
    and octet_length(history::text) <= 200000
  )
);
alter table public.rollout_journal enable row level security;
revoke all on public.rollout_journal from public, anon, authenticated;
create policy rollout_journal_of_nobody on public.rollout_journal for select to authenticated using (false);

insert into public.rollout_journal (kind, name, revision, state, history)
select 'plan', target, revision, run, history from public.rollout_plans
union all
select 'release', agent, revision, release, history from public.agent_releases;

create function public.list_rollout_journal(p_kind text) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'name', j.name, 'revision', j.revision, 'state', j.state, 'history', j.history
  ) order by j.name), '[]')
  from public.rollout_journal j where j.kind = p_kind
$$;

-- Changes a state that still is as it was seen (p_revision; 0 where there was none), writes the step down, the last 100 of them,
-- and tells p_told of it. The new revision; null when somebody else was faster.
create function public.move_rollout_journal(
  p_kind text, p_name text, p_revision integer, p_state jsonb, p_step jsonb, p_type text, p_told jsonb
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  if p_revision = 0 then
    insert into public.rollout_journal (kind, name, revision, state, history)
    values (p_kind, p_name, 1, p_state, jsonb_build_array(p_step)) on conflict (kind, name) do nothing;
  else
    update public.rollout_journal j
    set revision = j.revision + 1, state = p_state,
      history = (
        select jsonb_agg(h.step order by h.n)
        from jsonb_array_elements(j.history || jsonb_build_array(p_step)) with ordinality as h(step, n)
        where h.n > jsonb_array_length(j.history) - 99
      )
    where j.kind = p_kind and j.name = p_name and j.revision = p_revision;
  end if;
  if not found then
    return null;
  end if;
  perform public.queue_event(p_type, p_told);
  return to_jsonb(p_revision + 1);
end
$$;

-- As before, by the journal.
create or replace function public.usable_agent_versions(p_agent text, p_most integer) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'number', v.number, 'version', v.version, 'content', v.content
  )), '[]')
  from public.agent_versions v
  where v.agent = p_agent and (
    v.number > (select max(m.number) from public.agent_versions m where m.agent = p_agent) - p_most
    or exists (
      select from public.rollout_journal j
      where j.kind = 'release' and j.name = p_agent
        and v.number in ((j.state ->> 'baseline')::integer, (j.state ->> 'canary')::integer)
    )
  )
$$;

drop function public.list_rollout_plans();
drop function public.move_rollout_plan(text, integer, jsonb, jsonb, text);
drop function public.list_agent_releases();
drop function public.move_agent_release(text, integer, jsonb, jsonb, text);
drop table public.rollout_plans;
drop table public.agent_releases;

revoke all on function public.list_rollout_journal(text) from public, anon, authenticated;
revoke all on function public.move_rollout_journal(text, text, integer, jsonb, jsonb, text, jsonb)
  from public, anon, authenticated;
