-- Webhooks out: what happens to calls is told to the addresses that the operator names. A delivery is written in the
-- transaction that makes it true, so that no crash loses one, and goes with its call when that is erased. Only the server
-- reads and writes these.

-- What the server is configured with, written at its start.
create table public.webhook_endpoints (
  url text not null,
  constraint webhook_endpoints_pkey primary key (url),
  constraint webhook_endpoints_size check (char_length(url) <= 2000)
);

create table public.webhook_deliveries (
  seq bigserial not null,
  id uuid not null default gen_random_uuid(),
  url text not null,
  call_sid text not null,
  type text not null,
  payload jsonb not null,
  status text not null default 'queued',
  attempts integer not null default 0,
  due_at timestamptz(3) not null default current_timestamp,
  lease text,
  leased_until timestamptz(3),
  response_status integer,
  fault text,
  created_at timestamptz(3) not null default current_timestamp,
  settled_at timestamptz(3),
  constraint webhook_deliveries_pkey primary key (seq),
  constraint webhook_deliveries_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade,
  constraint webhook_deliveries_status check (status in ('queued', 'sending', 'sent', 'failed'))
);
create unique index webhook_deliveries_id_key on public.webhook_deliveries (id);
create index webhook_deliveries_status_due_at_idx on public.webhook_deliveries (status, due_at);
create index webhook_deliveries_call_sid_idx on public.webhook_deliveries (call_sid);

alter table public.webhook_endpoints enable row level security;
alter table public.webhook_deliveries enable row level security;
revoke all on public.webhook_endpoints, public.webhook_deliveries from public, anon, authenticated;
revoke all on sequence public.webhook_deliveries_seq_seq from public, anon, authenticated;
create policy webhook_endpoints_of_nobody on public.webhook_endpoints for select to authenticated using (false);
create policy webhook_deliveries_of_nobody on public.webhook_deliveries for select to authenticated using (false);

-- Writes an event down for everybody who wants to hear of it. It says which call it is and how it stands; who may know what
-- was said reads that with his own rights.
create function public.queue_webhook(p_call public.calls, p_type text, p_more jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into public.webhook_deliveries (url, call_sid, type, payload)
  select w.url, p_call.call_sid, p_type, jsonb_build_object(
    'type', p_type,
    'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', jsonb_build_object(
      'call_sid', p_call.call_sid, 'conversation_id', p_call.conversation_id, 'user', p_call.owner_id,
      'agent', p_call.agent, 'direction', p_call.direction, 'channel', p_call.channel
    ) || p_more
  )
  from public.webhook_endpoints w
$$;

create function public.tell_of_call() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.status = old.status then
    return null;
  end if;
  if new.status = 'in_progress' then
    perform public.queue_webhook(new, 'call.started', '{}');
  end if;
  -- Once more for a call that was taken for abandoned, and was not.
  if new.ended_at is not null then
    perform public.queue_webhook(new, 'call.ended', jsonb_build_object(
      'status', new.status, 'end_reason', new.end_reason, 'duration_ms', new.duration_ms
    ));
    if new.answered_at is not null then
      perform public.queue_webhook(new, 'transcript.ready', '{}');
    end if;
  end if;
  return null;
end
$$;
create trigger calls_tell after update of status on public.calls for each row execute function public.tell_of_call();

create function public.tell_of_tool() returns trigger
language plpgsql set search_path = ''
as $$
begin
  if new.ok is not null and (tg_op = 'INSERT' or old.ok is null) then
    perform public.queue_webhook(c, 'tool.ran', jsonb_build_object(
      'tool_call_id', new.tool_call_id, 'name', new.name, 'ok', new.ok, 'code', new.code, 'duration_ms', new.duration_ms
    ))
    from public.calls c where c.call_sid = new.call_sid;
  end if;
  return null;
end
$$;
create trigger call_tools_tell after insert or update on public.call_tools
  for each row execute function public.tell_of_tool();

-- From here on: what only the server calls.

-- Who wants to hear of calls from now on.
create function public.set_webhook_endpoints(p_urls jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  delete from public.webhook_endpoints w where not p_urls ? w.url;
  insert into public.webhook_endpoints (url) select jsonb_array_elements_text(p_urls) on conflict do nothing;
  return to_jsonb(true);
end
$$;

-- Takes the oldest delivery that is due, or whose worker is gone, for p_lease_ms; null when there is none.
create function public.claim_webhook(p_lease text, p_lease_ms integer) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  claimed public.webhook_deliveries;
begin
  update public.webhook_deliveries d
  set status = 'sending', lease = p_lease, attempts = d.attempts + 1,
    leased_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
  where d.seq = (
    select q.seq from public.webhook_deliveries q
    where (q.status = 'queued' and q.due_at <= clock_timestamp())
      or (q.status = 'sending' and q.leased_until < clock_timestamp())
    order by q.seq limit 1 for update skip locked
  )
  returning d.* into claimed;
  return case when claimed.seq is null then null else jsonb_build_object(
    'id', claimed.id, 'url', claimed.url, 'body', claimed.payload::text, 'attempts', claimed.attempts
  ) end;
end
$$;

-- Says how it went; `queued` is another try after p_wait_ms. False when somebody else has it.
create function public.settle_webhook(
  p_id text, p_lease text, p_status text, p_response integer, p_fault text, p_wait_ms integer
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  update public.webhook_deliveries d
  set status = p_status, response_status = p_response, fault = p_fault, lease = null, leased_until = null,
    due_at = case when p_status = 'queued' then clock_timestamp() + p_wait_ms * interval '1 millisecond' else d.due_at end,
    settled_at = case when p_status = 'queued' then null else clock_timestamp() end
  where d.id = p_id::uuid and d.lease = p_lease and d.status = 'sending';
  return to_jsonb(found);
end
$$;

-- The newest deliveries, of one status where that is given, before the one with this number.
create function public.list_webhooks(p_status text, p_before integer, p_most integer) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'seq', l.seq, 'id', l.id, 'url', l.url, 'callSid', l.call_sid, 'type', l.type, 'status', l.status,
    'attempts', l.attempts, 'dueAt', l.due_at, 'responseStatus', l.response_status, 'fault', l.fault,
    'createdAt', l.created_at, 'settledAt', l.settled_at
  ) order by l.seq desc), '[]')
  from (
    select * from public.webhook_deliveries d
    where (p_status is null or d.status = p_status) and (p_before is null or d.seq < p_before)
    order by d.seq desc limit p_most
  ) l
$$;

-- Sends one again, with all its tries before it, unless it is being sent. False when there is none.
create function public.resend_webhook(p_id text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  update public.webhook_deliveries d
  set status = 'queued', attempts = 0, due_at = clock_timestamp(), settled_at = null, fault = null
  where d.id = p_id::uuid and d.status <> 'sending';
  return to_jsonb(found or exists (select from public.webhook_deliveries d where d.id = p_id::uuid));
end
$$;

revoke all on function public.queue_webhook(public.calls, text, jsonb) from public, anon, authenticated;
revoke all on function public.tell_of_call() from public, anon;
revoke all on function public.tell_of_tool() from public, anon;
grant execute on function public.tell_of_call() to authenticated;
grant execute on function public.tell_of_tool() to authenticated;
revoke all on function public.set_webhook_endpoints(jsonb) from public, anon, authenticated;
revoke all on function public.claim_webhook(text, integer) from public, anon, authenticated;
revoke all on function public.settle_webhook(text, text, text, integer, text, integer) from public, anon, authenticated;
revoke all on function public.list_webhooks(text, integer, integer) from public, anon, authenticated;
revoke all on function public.resend_webhook(text) from public, anon, authenticated;
