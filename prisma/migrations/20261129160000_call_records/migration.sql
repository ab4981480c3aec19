-- Records of calls that never lie: every call has one row, made before anything outside happens, under an id of ours that
-- is never null (`call_sid`). What vendors call it is written down when they say so. Below it hang what was said, what
-- tools did, and a trail of all that happened, which is only ever added to.

-- Workers of the version before this one cannot write under the old names: what they have waits in their queue, on disk,
-- and the first worker of this version stores it.
alter table public.calls rename column id to call_sid;
alter table public.call_events rename column call_id to call_sid;
alter table public.call_events rename constraint call_events_call_id_fkey to call_events_call_sid_fkey;
alter index public.call_events_call_id_seq_idx rename to call_events_call_sid_seq_idx;

alter table public.calls
  -- Null for a telephone that nobody knows.
  alter column owner_id drop not null,
  add column conversation_id text,
  add column direction text not null default 'inbound',
  add column channel text not null default 'web',
  add column from_party text,
  add column to_party text,
  add column agent_version text,
  add column status text not null default 'created',
  add column answered_at timestamptz(3),
  add column error jsonb,
  add column usage jsonb,
  add column cost jsonb;
update public.calls set
  answered_at = started_at,
  status = case
    when ended_at is null then 'in_progress'
    when end_reason = 'abandoned' then 'abandoned'
    when end_reason = 'error' then 'failed'
    else 'completed'
  end;
alter table public.calls
  add constraint calls_direction check (direction in ('inbound', 'outbound')),
  add constraint calls_channel check (channel in ('web', 'phone')),
  add constraint calls_status check (status in (
    'created', 'dialing', 'ringing', 'in_progress', 'completed', 'failed', 'refused', 'busy', 'no_answer', 'canceled',
    'abandoned'
  )),
  add constraint calls_ended check (
    (ended_at is null) = (status in ('created', 'dialing', 'ringing', 'in_progress'))
  ),
  add constraint calls_texts check (
    char_length(call_sid) between 1 and 100 and char_length(owner_id) <= 500 and char_length(conversation_id) <= 200
    and char_length(from_party) <= 300 and char_length(to_party) <= 300 and char_length(agent) <= 200
    and char_length(agent_version) <= 100 and char_length(end_reason) <= 200 and octet_length(error::text) <= 8000
  ) not valid;
create unique index calls_conversation_id_key on public.calls (conversation_id);
create index calls_started_at_call_sid_idx on public.calls (started_at desc, call_sid desc);
drop index public.calls_owner_id_started_at_idx;
create index calls_owner_id_started_at_call_sid_idx on public.calls (owner_id, started_at desc, call_sid desc);

-- What others call the call: Twilio's CallSid, a SIP Call-ID.
create table public.call_external_ids (
  source text not null,
  id text not null,
  call_sid text not null,
  created_at timestamptz(3) not null default current_timestamp,
  constraint call_external_ids_pkey primary key (source, id),
  constraint call_external_ids_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade,
  constraint call_external_ids_texts check (char_length(source) between 1 and 50 and char_length(id) between 1 and 300)
);
create index call_external_ids_call_sid_idx on public.call_external_ids (call_sid);

alter table public.call_events
  alter column seq drop not null,
  add column turn_id text,
  add column response_id text;

-- What was said. `heard_text` is what of the agent's words the caller has heard, where that is known.
create table public.call_transcript (
  id uuid not null,
  call_sid text not null,
  seq integer,
  speaker text not null,
  text text not null,
  heard_text text,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3),
  turn_id text,
  response_id text,
  source text not null default 'parley',
  constraint call_transcript_pkey primary key (id),
  constraint call_transcript_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade,
  constraint call_transcript_speaker check (speaker in ('user', 'agent', 'person')),
  constraint call_transcript_texts check (
    char_length(text) <= 10000 and char_length(heard_text) <= 10000 and char_length(source) <= 50
  )
);
create index call_transcript_call_sid_started_at_seq_idx on public.call_transcript (call_sid, started_at, seq);

-- What tools were asked, and how it went.
create table public.call_tools (
  call_sid text not null,
  tool_call_id text not null,
  name text not null,
  arguments jsonb,
  ok boolean,
  code text,
  message text,
  artifacts jsonb,
  sources jsonb,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3),
  duration_ms integer,
  turn_id text,
  response_id text,
  constraint call_tools_pkey primary key (call_sid, tool_call_id),
  constraint call_tools_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade
);

-- Whose calls were erased, as a digest, and which calls: what still waits in the queue of some worker is not stored then.
create table public.erased_owners (
  owner_digest text not null,
  erased_at timestamptz(3) not null,
  constraint erased_owners_pkey primary key (owner_digest)
);
create table public.erased_calls (
  call_sid text not null,
  erased_at timestamptz(3) not null default current_timestamp,
  constraint erased_calls_pkey primary key (call_sid)
);

-- What the events of before say: the same rows, in their own tables.
insert into public.call_transcript (id, call_sid, seq, speaker, text, heard_text, started_at, ended_at)
select e.id, e.call_sid, e.seq, case e.kind when 'turn.ended' then 'user' else 'agent' end, left(e.text, 10000),
  case when e.kind <> 'turn.ended' then left(e.text, 10000) end, e.at, e.at
from public.call_events e
where e.kind in ('turn.ended', 'response.completed', 'response.interrupted') and e.text is not null;
insert into public.call_tools (call_sid, tool_call_id, name, arguments, started_at)
select distinct on (e.call_sid, e.data ->> 'callId') e.call_sid, e.data ->> 'callId', e.data ->> 'name',
  e.data -> 'arguments', e.at
from public.call_events e
where e.kind = 'tool.started' and e.data ->> 'callId' is not null and e.data ->> 'name' is not null
order by e.call_sid, e.data ->> 'callId', e.at;
update public.call_tools t
set ok = (e.data ->> 'ok')::boolean, code = e.data ->> 'code', message = e.data ->> 'message',
  artifacts = e.data -> 'artifacts', ended_at = e.at, duration_ms = round((e.data ->> 'durationMs')::numeric)
from public.call_events e
where e.kind = 'tool.finished' and e.call_sid = t.call_sid and e.data ->> 'callId' = t.tool_call_id;

-- Who may read: the call's owner, and admins.

alter table public.call_external_ids enable row level security;
alter table public.call_transcript enable row level security;
alter table public.call_tools enable row level security;
alter table public.erased_owners enable row level security;
alter table public.erased_calls enable row level security;
revoke all on public.call_external_ids, public.call_transcript, public.call_tools, public.erased_owners,
  public.erased_calls from public, anon, authenticated;
grant select on public.call_external_ids, public.call_transcript, public.call_tools to authenticated;

-- The server's own.
create policy erased_owners_of_nobody on public.erased_owners for select to authenticated using (false);
create policy erased_calls_of_nobody on public.erased_calls for select to authenticated using (false);
drop policy calls_of_owner on public.calls;
create policy calls_of_owner_and_admins on public.calls for select to authenticated
  using (owner_id = (select public.app_user_id()) or (select public.app_is_admin()));
-- `calls` is itself under its policy in these.
drop policy call_events_of_owner on public.call_events;
create policy call_events_of_call on public.call_events for select to authenticated
  using (exists (select from public.calls c where c.call_sid = call_events.call_sid));
create policy call_external_ids_of_call on public.call_external_ids for select to authenticated
  using (exists (select from public.calls c where c.call_sid = call_external_ids.call_sid));
create policy call_transcript_of_call on public.call_transcript for select to authenticated
  using (exists (select from public.calls c where c.call_sid = call_transcript.call_sid));
create policy call_tools_of_call on public.call_tools for select to authenticated
  using (exists (select from public.calls c where c.call_sid = call_tools.call_sid));

-- What a call may become (src/database/calls/call-status.port.ts; a test compares the two). `abandoned` is said by somebody who
-- was not there: whoever was knows better, whenever that is heard.
create function public.call_may_become(p_from text, p_to text) returns boolean
language sql immutable set search_path = ''
as $$
  select p_to = any (case p_from
    when 'created' then
      array['dialing', 'ringing', 'in_progress', 'failed', 'refused', 'canceled', 'abandoned']
    when 'dialing' then
      array['ringing', 'in_progress', 'completed', 'failed', 'busy', 'no_answer', 'canceled', 'abandoned']
    when 'ringing' then
      array['in_progress', 'completed', 'failed', 'busy', 'no_answer', 'canceled', 'abandoned']
    when 'in_progress' then array['completed', 'failed', 'abandoned']
    when 'abandoned' then array['completed', 'failed', 'busy', 'no_answer', 'canceled']
    else array[]::text[]
  end)
$$;

-- Whoever writes, and however: what a call is does not change, and it becomes only what it may.
create function public.guard_call() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.call_sid <> old.call_sid or new.direction <> old.direction or new.channel <> old.channel
    or (old.owner_id is not null and new.owner_id is distinct from old.owner_id)
    or (old.conversation_id is not null and new.conversation_id is distinct from old.conversation_id) then
    raise check_violation using message = 'What a call is does not change.';
  end if;
  if new.status <> old.status and not public.call_may_become(old.status, new.status) then
    raise check_violation using message = format('A call that is %s does not become %s.', old.status, new.status);
  end if;
  return new;
end
$$;
create trigger calls_guard before update on public.calls for each row execute function public.guard_call();

-- The trail is only added to, by the server and the owner of the tables too, unless calls are erased with all they have.
create function public.guard_call_events() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if tg_op = 'DELETE' and current_setting('parley.erasing', true) = 'on' then
    return old;
  end if;
  raise check_violation using message = 'The trail of a call is only added to. Calls are erased with erase_caller or expire_calls.';
end
$$;
create trigger call_events_guard before update or delete on public.call_events
  for each row execute function public.guard_call_events();
create trigger call_events_guard_truncate before truncate on public.call_events
  for each statement execute function public.guard_call_events();

-- Two objects of numbers added up, name by name.
create function public.add_counts(p_one jsonb, p_other jsonb) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_object_agg(added.name, added.total)
  from (
    select listed.name, sum(listed.value::numeric) as total
    from (
      select * from jsonb_each_text(coalesce(p_one, '{}'))
      union all
      select * from jsonb_each_text(coalesce(p_other, '{}'))
    ) listed(name, value)
    group by listed.name
  ) added
$$;

-- Makes the row of a call, or adds to one that is there what it does not know yet.
create function public.record_opened(p_row jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  stored public.calls;
begin
  if exists (
    select from public.erased_owners e
    where e.owner_digest = encode(sha256(convert_to(p_row ->> 'ownerId', 'UTF8')), 'hex')
      and e.erased_at >= (p_row ->> 'at')::timestamptz
  ) then
    insert into public.erased_calls (call_sid) values (p_row ->> 'callSid') on conflict do nothing;
    return;
  end if;
  insert into public.calls as c (
    call_sid, owner_id, direction, channel, from_party, to_party, agent, agent_version, conversation_id, started_at
  ) values (
    p_row ->> 'callSid', p_row ->> 'ownerId', p_row ->> 'direction', p_row ->> 'channel', p_row ->> 'from',
    p_row ->> 'to', p_row ->> 'agent', p_row ->> 'agentVersion', p_row ->> 'conversationId', (p_row ->> 'at')::timestamptz
  )
  on conflict (call_sid) do update
  set started_at = least(c.started_at, excluded.started_at),
    owner_id = coalesce(c.owner_id, excluded.owner_id),
    from_party = coalesce(c.from_party, excluded.from_party),
    to_party = coalesce(c.to_party, excluded.to_party),
    agent_version = coalesce(c.agent_version, excluded.agent_version),
    conversation_id = coalesce(c.conversation_id, excluded.conversation_id)
  returning * into stored;
  if stored.owner_id is distinct from coalesce(p_row ->> 'ownerId', stored.owner_id)
    or stored.direction <> p_row ->> 'direction' or stored.channel <> p_row ->> 'channel' then
    raise unique_violation using message = 'Another call has this call_sid.';
  end if;
end
$$;

-- Has a call become what the row says. What comes too late to be true is written into the trail, and changes nothing.
create function public.record_status(p_row jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
declare
  stored public.calls;
  wanted text := p_row ->> 'status';
  moment timestamptz := (p_row ->> 'at')::timestamptz;
  is_end boolean := wanted not in ('created', 'dialing', 'ringing', 'in_progress');
  kind text := 'status';
begin
  select * into stored from public.calls c where c.call_sid = p_row ->> 'callSid' for update;
  if not found then
    raise foreign_key_violation using message = 'There is no such call.';
  end if;
  if exists (select from public.call_events e where e.id = (p_row ->> 'id')::uuid) then
    return;
  end if;
  update public.calls c
  set providers = coalesce(c.providers, p_row -> 'providers'),
    agent_version = coalesce(c.agent_version, p_row ->> 'agentVersion'),
    answered_at = case when wanted = 'in_progress' then least(c.answered_at, moment) else c.answered_at end
  where c.call_sid = stored.call_sid;
  if wanted = stored.status then
    -- The later of two ends is the true one; of two that were only supposed, the first.
    if not is_end or wanted = 'abandoned' or moment <= stored.ended_at then
      return;
    end if;
  elsif not public.call_may_become(stored.status, wanted) then
    kind := 'status.late';
  end if;
  insert into public.call_events (id, call_sid, at, kind, data)
  values ((p_row ->> 'id')::uuid, stored.call_sid, moment, kind, jsonb_strip_nulls(jsonb_build_object(
    'from', stored.status, 'to', wanted, 'reason', p_row ->> 'reason', 'error', p_row -> 'error'
  )));
  if kind = 'status' then
    update public.calls c
    set status = wanted,
      ended_at = case when is_end then moment end,
      end_reason = case when is_end then coalesce(p_row ->> 'reason', wanted) end,
      duration_ms = case when is_end then coalesce(
        round((p_row ->> 'durationMs')::numeric),
        greatest(0, round(extract(epoch from moment - coalesce(c.answered_at, c.started_at)) * 1000))
      ) end,
      error = coalesce(p_row -> 'error', c.error)
    where c.call_sid = stored.call_sid;
  end if;
end
$$;

-- Adds what others call the call: `externalId` of a `source`, and a vendor's own id of the conversation.
create function public.record_ids(p_row jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  if p_row ->> 'externalId' is not null then
    insert into public.call_external_ids (source, id, call_sid)
    values (p_row ->> 'source', p_row ->> 'externalId', p_row ->> 'callSid') on conflict do nothing;
    if not exists (
      select from public.call_external_ids x
      where x.source = p_row ->> 'source' and x.id = p_row ->> 'externalId' and x.call_sid = p_row ->> 'callSid'
    ) then
      raise unique_violation using message = 'Another call has this external id.';
    end if;
  end if;
  if p_row ->> 'conversationId' is not null then
    update public.calls c set conversation_id = p_row ->> 'conversationId' where c.call_sid = p_row ->> 'callSid';
    if not found then
      raise foreign_key_violation using message = 'There is no such call.';
    end if;
  end if;
end
$$;

-- Adds to what a call has used and costs, once for each row.
create function public.record_usage(p_row jsonb) returns void
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.call_events (id, call_sid, at, kind, data)
  values (
    (p_row ->> 'id')::uuid, p_row ->> 'callSid', (p_row ->> 'at')::timestamptz, 'usage',
    jsonb_strip_nulls(jsonb_build_object('usage', p_row -> 'usage', 'cost', p_row -> 'cost'))
  )
  on conflict (id) do nothing;
  if found then
    update public.calls c
    set usage = public.add_counts(c.usage, p_row -> 'usage'), cost = public.add_counts(c.cost, p_row -> 'cost')
    where c.call_sid = p_row ->> 'callSid';
  end if;
end
$$;

-- Stores rows of records (src/database/calls/call-record.port.ts), in their order, all or none, each once however often it
-- is given. Only the server calls this.
create function public.record_calls(p_rows jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  given jsonb;
begin
  for given in
    select r.value from jsonb_array_elements(p_rows) with ordinality as r(value, n)
    where r.value ->> 'type' <> 'event' order by r.n
  loop
    if not exists (select from public.erased_calls e where e.call_sid = given ->> 'callSid') then
      case given ->> 'type'
        when 'opened' then perform public.record_opened(given);
        when 'status' then perform public.record_status(given);
        when 'ids' then perform public.record_ids(given);
        when 'usage' then perform public.record_usage(given);
      end case;
    end if;
  end loop;

  -- A row for each event, `said` and `tool` being what is in tables of their own.
  select coalesce(jsonb_agg(r.value), '[]') into p_rows
  from jsonb_array_elements(p_rows) as r(value)
  where r.value ->> 'type' = 'event'
    and not exists (select from public.erased_calls e where e.call_sid = r.value ->> 'callSid');
  insert into public.call_events (id, call_sid, seq, at, kind, turn_id, response_id, data)
  select e."id", e."callSid", e."seq", e."at", e."kind", e."turnId", e."responseId", e."data"
  from jsonb_to_recordset(p_rows) as e(
    "id" uuid, "callSid" text, "seq" integer, "at" timestamptz, "kind" text, "turnId" text, "responseId" text, "data" jsonb
  )
  on conflict (id) do nothing;
  insert into public.call_transcript (
    id, call_sid, seq, speaker, text, heard_text, started_at, ended_at, turn_id, response_id, source
  )
  select e."id", e."callSid", e."seq", s."speaker", s."text", s."heardText", coalesce(s."startedAt", e."at"), s."endedAt",
    e."turnId", e."responseId", coalesce(s."source", 'parley')
  from jsonb_to_recordset(p_rows) as e(
    "id" uuid, "callSid" text, "seq" integer, "at" timestamptz, "turnId" text, "responseId" text, "said" jsonb
  )
  cross join lateral jsonb_to_record(e."said") as s(
    "speaker" text, "text" text, "heardText" text, "startedAt" timestamptz, "endedAt" timestamptz, "source" text
  )
  where e."said" is not null
  on conflict (id) do nothing;
  insert into public.call_tools as stored (
    call_sid, tool_call_id, name, arguments, ok, code, message, artifacts, sources, started_at, ended_at, duration_ms,
    turn_id, response_id
  )
  select e."callSid", t."toolCallId", min(t."name"), (array_agg(t."arguments") filter (where t."arguments" is not null))[1],
    bool_and(t."ok"), min(t."code"), min(t."message"),
    (array_agg(t."artifacts") filter (where t."artifacts" is not null))[1],
    (array_agg(t."sources") filter (where t."sources" is not null))[1],
    min(e."at"), max(e."at") filter (where t."ok" is not null), max(t."durationMs"), min(e."turnId"), min(e."responseId")
  from jsonb_to_recordset(p_rows) as e(
    "callSid" text, "at" timestamptz, "turnId" text, "responseId" text, "tool" jsonb
  )
  cross join lateral jsonb_to_record(e."tool") as t(
    "toolCallId" text, "name" text, "arguments" jsonb, "ok" boolean, "code" text, "message" text, "artifacts" jsonb,
    "sources" jsonb, "durationMs" integer
  )
  where e."tool" is not null
  group by e."callSid", t."toolCallId"
  on conflict (call_sid, tool_call_id) do update
  set arguments = coalesce(stored.arguments, excluded.arguments),
    ok = coalesce(stored.ok, excluded.ok), code = coalesce(stored.code, excluded.code),
    message = coalesce(stored.message, excluded.message), artifacts = coalesce(stored.artifacts, excluded.artifacts),
    sources = coalesce(stored.sources, excluded.sources), started_at = least(stored.started_at, excluded.started_at),
    ended_at = coalesce(stored.ended_at, excluded.ended_at),
    duration_ms = coalesce(stored.duration_ms, excluded.duration_ms),
    turn_id = coalesce(stored.turn_id, excluded.turn_id),
    response_id = coalesce(stored.response_id, excluded.response_id);
  return to_jsonb(true);
end
$$;

-- A call by what somebody knows of it: its `call_sid`, the vendor's conversation, or an external id. Null when there is
-- none. Only the server calls this.
create function public.find_call(p_call_sid text, p_conversation_id text, p_source text, p_external_id text)
returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'callSid', c.call_sid, 'conversationId', c.conversation_id, 'ownerId', c.owner_id, 'agent', c.agent,
    'direction', c.direction, 'channel', c.channel, 'from', c.from_party, 'to', c.to_party, 'status', c.status,
    'startedAt', c.started_at, 'endedAt', c.ended_at
  )
  from (
    select k.call_sid from public.calls k where k.call_sid = p_call_sid
    union all
    select v.call_sid from public.calls v where v.conversation_id = p_conversation_id
    union all
    select x.call_sid from public.call_external_ids x where x.source = p_source and x.id = p_external_id
    limit 1
  ) found
  join public.calls c on c.call_sid = found.call_sid
$$;

-- Erases all that calls have left of a caller, and has nothing of it stored that still waits somewhere. Says how many rows
-- that were.
create function public.erase_caller(p_owner text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  counts jsonb := '{}';
  n bigint;
begin
  if coalesce(p_owner, '') = '' then
    raise null_value_not_allowed using message = 'Whose calls?';
  end if;
  perform set_config('parley.erasing', 'on', true);
  insert into public.erased_owners (owner_digest, erased_at)
  values (encode(sha256(convert_to(p_owner, 'UTF8')), 'hex'), clock_timestamp())
  on conflict (owner_digest) do update set erased_at = excluded.erased_at;
  insert into public.erased_calls (call_sid)
  select c.call_sid from public.calls c where c.owner_id = p_owner on conflict do nothing;
  delete from public.calls c where c.owner_id = p_owner;
  get diagnostics n = row_count;
  counts := counts || jsonb_build_object('calls', n);
  delete from public.artifacts a where a.owner_id = p_owner;
  get diagnostics n = row_count;
  counts := counts || jsonb_build_object('artifacts', n);
  delete from public.mail_contents m where m.owner_id = p_owner;
  delete from public.outbox o where o.owner_id = p_owner;
  get diagnostics n = row_count;
  counts := counts || jsonb_build_object('mails', n);
  delete from public.side_effects s where s.owner_id = p_owner;
  get diagnostics n = row_count;
  counts := counts || jsonb_build_object('sideEffects', n);
  perform set_config('parley.erasing', 'off', true);
  return counts;
end
$$;

-- Erases calls that began before p_before, the oldest first, p_most of them at most, with what they have done and mailed.
-- Says how many calls that were.
create function public.expire_calls(p_before timestamptz, p_most integer) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  expired text[];
begin
  perform set_config('parley.erasing', 'on', true);
  with gone as (
    delete from public.calls c
    where c.call_sid in (
      select o.call_sid from public.calls o where o.started_at < p_before
      order by o.started_at limit p_most for update skip locked
    )
    returning c.call_sid
  )
  select coalesce(array_agg(gone.call_sid), '{}') into expired from gone;
  delete from public.side_effects s where s.call_id = any (expired);
  delete from public.outbox o where o.call_id = any (expired) and o.status not in ('queued', 'sending');
  perform set_config('parley.erasing', 'off', true);
  return to_jsonb(cardinality(expired));
end
$$;

revoke all on function public.guard_call() from public, anon;
revoke all on function public.guard_call_events() from public, anon;
grant execute on function public.guard_call() to authenticated;
grant execute on function public.guard_call_events() to authenticated;
revoke all on function public.call_may_become(text, text) from public, anon, authenticated;
revoke all on function public.add_counts(jsonb, jsonb) from public, anon, authenticated;
revoke all on function public.record_opened(jsonb) from public, anon, authenticated;
revoke all on function public.record_status(jsonb) from public, anon, authenticated;
revoke all on function public.record_ids(jsonb) from public, anon, authenticated;
revoke all on function public.record_usage(jsonb) from public, anon, authenticated;
revoke all on function public.record_calls(jsonb) from public, anon, authenticated;
revoke all on function public.find_call(text, text, text, text) from public, anon, authenticated;
revoke all on function public.erase_caller(text) from public, anon, authenticated;
revoke all on function public.expire_calls(timestamptz, integer) from public, anon, authenticated;
