-- Calls as they are read afterwards, by their owner and by admins: row-level security decides whose. A caller who is no
-- admin is asked for by his id as well, so that an index leads to his calls.

-- Calls that began in [from, to), newest first, as many as p_limit after p_after_at and p_after_sid (the last one of the page
-- before). p_filter: callSid, direction, channel, status, agent, user; each as it is stored.
create function public.list_calls(
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
       ''agent'', c.agent, ''agentVersion'', c.agent_version, ''status'', c.status, ''startedAt'', c.started_at,
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

-- One call with all that hangs from it, in order, at most 10 000 of each. Null when there is none of that id or it is
-- somebody else's: the two cannot be told apart.
create function public.read_call(p_call_sid text) returns jsonb
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
    )
  )
  from public.calls c where c.call_sid = p_call_sid
$$;

revoke all on function public.list_calls(jsonb, timestamptz, timestamptz, timestamptz, text, integer) from public, anon;
revoke all on function public.read_call(text) from public, anon;
grant execute on function public.list_calls(jsonb, timestamptz, timestamptz, timestamptz, text, integer) to authenticated;
grant execute on function public.read_call(text) to authenticated;
