-- Every call knows its version: that of the server which wrote its first row, beside that of the agent's file.

alter table public.calls add column server_version text;
alter table public.calls add constraint calls_server_version check (char_length(server_version) <= 100) not valid;

-- As before, with the server's version.
create or replace function public.record_opened(p_row jsonb) returns void
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
    call_sid, owner_id, direction, channel, from_party, to_party, agent, agent_version, server_version,
    conversation_id, started_at
  ) values (
    p_row ->> 'callSid', p_row ->> 'ownerId', p_row ->> 'direction', p_row ->> 'channel', p_row ->> 'from',
    p_row ->> 'to', p_row ->> 'agent', p_row ->> 'agentVersion', p_row ->> 'serverVersion', p_row ->> 'conversationId',
    (p_row ->> 'at')::timestamptz
  )
  on conflict (call_sid) do update
  set started_at = least(c.started_at, excluded.started_at),
    owner_id = coalesce(c.owner_id, excluded.owner_id),
    from_party = coalesce(c.from_party, excluded.from_party),
    to_party = coalesce(c.to_party, excluded.to_party),
    agent_version = coalesce(c.agent_version, excluded.agent_version),
    server_version = coalesce(c.server_version, excluded.server_version),
    conversation_id = coalesce(c.conversation_id, excluded.conversation_id)
  returning * into stored;
  if stored.owner_id is distinct from coalesce(p_row ->> 'ownerId', stored.owner_id)
    or stored.direction <> p_row ->> 'direction' or stored.channel <> p_row ->> 'channel' then
    raise unique_violation using message = 'Another call has this call_sid.';
  end if;
end
$$;

create or replace function public.record_status(p_row jsonb) returns void
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
    server_version = coalesce(c.server_version, p_row ->> 'serverVersion'),
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

create or replace function public.list_calls(
  p_filter jsonb, p_from timestamptz, p_to timestamptz, p_after_at timestamptz, p_after_sid text, p_limit integer
) returns jsonb
language plpgsql stable security invoker set search_path = ''
as $$
declare
  conditions text := '';
  asked_owner text := p_filter ->> 'user';
  found jsonb;
begin
  if not public.app_is_admin() then
    asked_owner := public.app_user_id();
    if asked_owner is null or asked_owner <> coalesce(p_filter ->> 'user', asked_owner) then
      return '[]';
    end if;
  end if;
  -- Only what is asked for, so that each combination has its own plan.
  conditions := concat(
    case when asked_owner is not null then ' and c.owner_id = $1' end,
    case when p_filter ? 'callSid' then ' and c.call_sid = $2 ->> ''callSid''' end,
    case when p_filter ? 'direction' then ' and c.direction = $2 ->> ''direction''' end,
    case when p_filter ? 'channel' then ' and c.channel = $2 ->> ''channel''' end,
    case when p_filter ? 'status' then ' and c.status = $2 ->> ''status''' end,
    case when p_filter ? 'agent' then ' and c.agent = $2 ->> ''agent''' end,
    case when p_from is not null then ' and c.started_at >= $3' end,
    case when p_to is not null then ' and c.started_at < $4' end,
    case when p_after_at is not null then ' and (c.started_at, c.call_sid) < ($5, $6)' end
  );
  execute format(
    'select coalesce(jsonb_agg(jsonb_build_object(
       ''callSid'', c.call_sid, ''conversationId'', c.conversation_id, ''user'', c.owner_id,
       ''direction'', c.direction, ''channel'', c.channel, ''from'', c.from_party, ''to'', c.to_party,
       ''agent'', c.agent, ''agentVersion'', c.agent_version, ''serverVersion'', c.server_version, ''status'', c.status, ''startedAt'', c.started_at,
       ''answeredAt'', c.answered_at, ''endedAt'', c.ended_at, ''endReason'', c.end_reason,
       ''durationMs'', c.duration_ms, ''error'', c.error, ''providers'', c.providers, ''usage'', c.usage,
       ''cost'', c.cost
     ) order by c.started_at desc, c.call_sid desc), ''[]'')
     from (
       select c.* from public.calls c where true %s
       order by c.started_at desc, c.call_sid desc limit least(greatest($7, 1), 1001)
     ) c', conditions)
  into found
  using asked_owner, p_filter, p_from, p_to, p_after_at, p_after_sid, p_limit;
  return found;
end
$$;

create or replace function public.queue_webhook(p_call public.calls, p_type text, p_more jsonb) returns void
language sql volatile set search_path = ''
as $$
  insert into public.webhook_deliveries (url, call_sid, type, payload)
  select w.url, p_call.call_sid, p_type, jsonb_build_object(
    'type', p_type,
    'timestamp', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'data', jsonb_build_object(
      'call_sid', p_call.call_sid, 'conversation_id', p_call.conversation_id, 'user', p_call.owner_id,
      'agent', p_call.agent, 'agent_version', p_call.agent_version,
      'server_version', p_call.server_version, 'direction', p_call.direction, 'channel', p_call.channel
    ) || p_more
  )
  from public.webhook_endpoints w
$$;
