-- Published versions of agents: what an agent's file said, numbered, never changed; and which of them callers get. Only the
-- server reads and writes these.

create table public.agent_versions (
  agent text not null,
  number integer not null,
  -- Of what it says, as records of calls have it.
  version text not null,
  content text not null,
  published_at timestamptz(3) not null default current_timestamp,
  published_by text not null,
  constraint agent_versions_pkey primary key (agent, number),
  constraint agent_versions_texts check (
    char_length(agent) between 1 and 200 and char_length(version) between 1 and 100 and char_length(content) <= 500000
    and char_length(published_by) <= 500
  )
);
create unique index agent_versions_agent_version_key on public.agent_versions (agent, version);

create table public.agent_releases (
  agent text not null,
  -- Grows with every change: whoever changes what he has not seen changes nothing.
  revision integer not null,
  release jsonb not null,
  history jsonb not null,
  constraint agent_releases_pkey primary key (agent),
  constraint agent_releases_sizes check (
    char_length(agent) between 1 and 200 and octet_length(release::text) <= 20000 and octet_length(history::text) <= 200000
  )
);

alter table public.agent_versions enable row level security;
alter table public.agent_releases enable row level security;
revoke all on public.agent_versions, public.agent_releases from public, anon, authenticated;
create policy agent_versions_of_nobody on public.agent_versions for select to authenticated using (false);
create policy agent_releases_of_nobody on public.agent_releases for select to authenticated using (false);

-- What is published stays as it is, also for whoever owns the table's rows.
create function public.guard_agent_version() returns trigger
language plpgsql set search_path = ''
as $$
begin
  raise check_violation using message = 'A published version is never changed: publish another one.';
end
$$;
create trigger agent_versions_guard before update on public.agent_versions
  for each row execute function public.guard_agent_version();

-- Its number; that which it has already where the same was published before.
create function public.publish_agent_version(p_agent text, p_version text, p_content text, p_by text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('parley agent ' || p_agent, 0));
  insert into public.agent_versions (agent, number, version, content, published_by)
  select p_agent, coalesce(max(v.number), 0) + 1, p_version, p_content, p_by
  from public.agent_versions v where v.agent = p_agent
  on conflict (agent, version) do nothing;
  return (select to_jsonb(v.number) from public.agent_versions v where v.agent = p_agent and v.version = p_version);
end
$$;

-- All versions of an agent, the newest first, without what they say.
create function public.list_agent_versions(p_agent text) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'number', v.number, 'version', v.version, 'publishedAt', v.published_at, 'publishedBy', v.published_by
  ) order by v.number desc), '[]')
  from public.agent_versions v where v.agent = p_agent
$$;

-- Null where there is none.
create function public.read_agent_version(p_agent text, p_number integer) returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object('number', v.number, 'version', v.version, 'content', v.content)
  from public.agent_versions v where v.agent = p_agent and v.number = p_number
$$;

-- Every agent's release.
create function public.list_agent_releases() returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'agent', r.agent, 'revision', r.revision, 'release', r.release, 'history', r.history
  ) order by r.agent), '[]')
  from public.agent_releases r
$$;

-- What callers of the agents may get: its newest p_most versions, and those in use.
create function public.usable_agent_versions(p_agent text, p_most integer) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'number', v.number, 'version', v.version, 'content', v.content
  )), '[]')
  from public.agent_versions v
  where v.agent = p_agent and (
    v.number > (select max(m.number) from public.agent_versions m where m.agent = p_agent) - p_most
    or exists (
      select from public.agent_releases r
      where r.agent = p_agent and v.number in ((r.release ->> 'baseline')::integer, (r.release ->> 'canary')::integer)
    )
  )
$$;

-- As move_rollout_plan, of an agent's release.
create function public.move_agent_release(
  p_agent text, p_revision integer, p_release jsonb, p_step jsonb, p_type text
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  if p_revision = 0 then
    insert into public.agent_releases (agent, revision, release, history)
    values (p_agent, 1, p_release, jsonb_build_array(p_step)) on conflict (agent) do nothing;
  else
    update public.agent_releases r
    set revision = r.revision + 1, release = p_release,
      history = (
        select jsonb_agg(h.step order by h.n)
        from jsonb_array_elements(r.history || jsonb_build_array(p_step)) with ordinality as h(step, n)
        where h.n > jsonb_array_length(r.history) - 99
      )
    where r.agent = p_agent and r.revision = p_revision;
  end if;
  if not found then
    return null;
  end if;
  perform public.queue_event(p_type, jsonb_build_object('agent', p_agent) || p_step);
  return to_jsonb(p_revision + 1);
end
$$;

-- How the versions of an agent have done in the calls that began since then and are over: by version. Cut-offs stand in the
-- trail.
create function public.agent_performance(p_agent text, p_since timestamptz) returns jsonb
language sql stable set search_path = ''
as $$
  with ended as (
    select c.agent_version, c.status, c.usage,
      (
        select count(*) from public.call_events x where x.call_sid = c.call_sid and x.kind = 'turn.false_cut_off'
      ) as cut_offs,
      case jsonb_typeof(c.cost) when 'object' then c.cost else '{}' end as cost
    from public.calls c
    where c.agent = p_agent and c.started_at >= p_since and c.answered_at is not null and c.ended_at is not null
      and c.agent_version is not null
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'version', g.agent_version, 'calls', g.calls, 'failed', g.failed, 'turns', g.turns, 'falseCutOffs', g.cut_offs,
    'cost', (
      select coalesce(jsonb_object_agg(k.currency, k.amount), '{}')
      from (
        select a.key as currency, sum(a.value::numeric) as amount
        from ended e, jsonb_each(e.cost) a
        where e.agent_version = g.agent_version and jsonb_typeof(a.value) = 'number' group by a.key
      ) k
    )
  )), '[]')
  from (
    select e.agent_version, count(*) as calls, count(*) filter (where e.status = 'failed') as failed,
      coalesce(sum((e.usage ->> 'turns')::numeric), 0) as turns,
      sum(e.cut_offs) as cut_offs
    from ended e group by e.agent_version
  ) g
$$;
create index calls_agent_started_at_idx on public.calls (agent, started_at);

revoke all on function public.guard_agent_version() from public, anon;
grant execute on function public.guard_agent_version() to authenticated;
revoke all on function public.publish_agent_version(text, text, text, text) from public, anon, authenticated;
revoke all on function public.list_agent_versions(text) from public, anon, authenticated;
revoke all on function public.read_agent_version(text, integer) from public, anon, authenticated;
revoke all on function public.list_agent_releases() from public, anon, authenticated;
revoke all on function public.usable_agent_versions(text, integer) from public, anon, authenticated;
revoke all on function public.move_agent_release(text, integer, jsonb, jsonb, text) from public, anon, authenticated;
revoke all on function public.agent_performance(text, timestamptz) from public, anon, authenticated;
