-- What is written of a call when it is over: a summary and, where the agent's file asks for one, an outcome. The row is made
-- in the transaction that ends the call, so that no crash loses one, and is worked on by whatever worker claims it.

create table public.call_summaries (
  call_sid text not null,
  status text not null default 'queued',
  text text,
  outcome jsonb,
  made_by text,
  model text,
  -- Why rules have made it, or what went wrong last: a word.
  reason text,
  attempts integer not null default 0,
  due_at timestamptz(3) not null default current_timestamp,
  lease text,
  leased_until timestamptz(3),
  created_at timestamptz(3) not null default current_timestamp,
  made_at timestamptz(3),
  constraint call_summaries_pkey primary key (call_sid),
  constraint call_summaries_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade,
  constraint call_summaries_status check (status in ('queued', 'working', 'ready', 'failed')),
  constraint call_summaries_made_by check (made_by in ('model', 'rules')),
  constraint call_summaries_size check (
    char_length(text) <= 4000 and octet_length(outcome::text) <= 100000 and char_length(model) <= 200
    and char_length(reason) <= 200
  )
);
create index call_summaries_status_due_at_idx on public.call_summaries (status, due_at);

alter table public.call_summaries enable row level security;
revoke all on public.call_summaries from public, anon, authenticated;
grant select on public.call_summaries to authenticated;
-- `calls` is itself under its policy in this.
create policy call_summaries_of_call on public.call_summaries for select to authenticated
  using (exists (select from public.calls c where c.call_sid = call_summaries.call_sid));

-- A call that has ended is due after a moment, in which the last words may still come; one that was taken for abandoned and
-- was not is due again.
create function public.summarise_call() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.ended_at is not null and new.status <> old.status then
    insert into public.call_summaries (call_sid, due_at)
    values (new.call_sid, clock_timestamp() + interval '2 seconds')
    on conflict (call_sid) do update
    set status = 'queued', attempts = 0, lease = null, leased_until = null, due_at = excluded.due_at;
  end if;
  return null;
end
$$;
create trigger calls_summarise after update of status on public.calls
  for each row execute function public.summarise_call();

-- What is said or done in a call that has its summary already, because it was stored late, is due again, too; whoever is
-- writing it at that moment loses it.
create function public.summarise_again() returns trigger
language plpgsql set search_path = ''
as $$
begin
  update public.call_summaries s
  set status = 'queued', attempts = 0, lease = null, leased_until = null,
    due_at = clock_timestamp() + interval '2 seconds'
  where s.call_sid in (select a.call_sid from added a);
  return null;
end
$$;
create trigger call_transcript_summarise after insert on public.call_transcript
  referencing new table as added for each statement execute function public.summarise_again();
create trigger call_tools_summarise after insert on public.call_tools
  referencing new table as added for each statement execute function public.summarise_again();
create trigger call_tools_summarise_again after update on public.call_tools
  referencing new table as added for each statement execute function public.summarise_again();

-- Takes the one that has been due for longest, or whose worker is gone, for p_lease_ms; null when there is none.
create function public.claim_summary(p_lease text, p_lease_ms integer) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  claimed public.call_summaries;
begin
  update public.call_summaries s
  set status = 'working', lease = p_lease, attempts = s.attempts + 1,
    leased_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
  where s.call_sid = (
    select q.call_sid from public.call_summaries q
    where (q.status = 'queued' and q.due_at <= clock_timestamp())
      or (q.status = 'working' and q.leased_until < clock_timestamp())
    order by q.due_at limit 1 for update skip locked
  )
  returning s.* into claimed;
  return case when claimed.call_sid is null then null else jsonb_build_object(
    'callSid', claimed.call_sid, 'attempts', claimed.attempts
  ) end;
end
$$;

-- Says how it went; `queued` is another try after p_wait_ms. A summary that is ready is told. False when somebody else has
-- the call, or nobody.
create function public.settle_summary(
  p_call_sid text, p_lease text, p_status text, p_text text, p_outcome jsonb, p_made_by text, p_model text, p_reason text,
  p_wait_ms integer
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  summarised public.calls;
  is_ready boolean := p_status = 'ready';
begin
  -- In the order in which records take their locks: the call first.
  select * into summarised from public.calls c where c.call_sid = p_call_sid for key share;
  update public.call_summaries s
  set status = p_status, reason = p_reason, lease = null, leased_until = null,
    text = case when is_ready then p_text else s.text end,
    outcome = case when is_ready then p_outcome else s.outcome end,
    made_by = case when is_ready then p_made_by else s.made_by end,
    model = case when is_ready then p_model else s.model end,
    made_at = case when is_ready then clock_timestamp() else s.made_at end,
    due_at = case when p_status = 'queued' then clock_timestamp() + p_wait_ms * interval '1 millisecond' else s.due_at end
  where s.call_sid = p_call_sid and s.lease = p_lease and s.status = 'working';
  if not found then
    return to_jsonb(false);
  end if;
  if is_ready then
    perform public.queue_webhook(summarised, 'summary.ready', jsonb_build_object(
      'made_by', p_made_by, 'summary', p_text, 'outcome', p_outcome
    ));
  end if;
  return to_jsonb(true);
end
$$;

-- One call with all that hangs from it, in order, at most 10 000 of each, and its summary. Null when there is none of that id
-- or it is somebody else's: the two cannot be told apart.
create or replace function public.read_call(p_call_sid text) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select (public.list_calls(jsonb_build_object('callSid', c.call_sid), null, null, null, null, 1) -> 0) || jsonb_build_object(
    'externalIds', (
      select coalesce(jsonb_agg(jsonb_build_object('source', x.source, 'id', x.id) order by x.source, x.id), '[]')
      from public.call_external_ids x where x.call_sid = c.call_sid
    ),
    'transcript', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', t.id, 'speaker', t.speaker, 'text', t.text, 'heardText', t.heard_text, 'startedAt', t.started_at,
        'endedAt', t.ended_at, 'turnId', t.turn_id, 'responseId', t.response_id, 'source', t.source
      ) order by t.started_at, t.seq, t.id), '[]')
      from (
        select * from public.call_transcript s where s.call_sid = c.call_sid
        order by s.started_at, s.seq, s.id limit 10000
      ) t
    ),
    'tools', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'toolCallId', t.tool_call_id, 'name', t.name, 'arguments', t.arguments, 'ok', t.ok, 'code', t.code,
        'message', t.message, 'artifacts', t.artifacts, 'sources', t.sources, 'startedAt', t.started_at,
        'endedAt', t.ended_at, 'durationMs', t.duration_ms, 'turnId', t.turn_id, 'responseId', t.response_id
      ) order by t.started_at, t.tool_call_id), '[]')
      from (
        select * from public.call_tools s where s.call_sid = c.call_sid order by s.started_at limit 10000
      ) t
    ),
    'events', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', e.id, 'seq', e.seq, 'at', e.at, 'kind', e.kind, 'turnId', e.turn_id, 'responseId', e.response_id,
        'data', e.data
      ) order by e.at, e.seq, e.id), '[]')
      from (
        select * from public.call_events s where s.call_sid = c.call_sid order by s.at, s.seq, s.id limit 10000
      ) e
    ),
    'summary', (
      select jsonb_build_object(
        'status', s.status, 'text', s.text, 'outcome', s.outcome, 'madeBy', s.made_by, 'model', s.model,
        'reason', s.reason, 'madeAt', s.made_at
      )
      from public.call_summaries s where s.call_sid = c.call_sid
    )
  )
  from public.calls c where c.call_sid = p_call_sid
$$;

revoke all on function public.summarise_call() from public, anon;
revoke all on function public.summarise_again() from public, anon;
grant execute on function public.summarise_call() to authenticated;
grant execute on function public.summarise_again() to authenticated;
revoke all on function public.claim_summary(text, integer) from public, anon, authenticated;
revoke all on function public.settle_summary(text, text, text, text, jsonb, text, text, text, integer)
  from public, anon, authenticated;
