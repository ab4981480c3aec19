-- A request for a call always gets its answer, also when its process was killed after the call had ended and before the answer
-- was kept: an end of ours is written together with its answer, and a call that ended otherwise is looked after until there is
-- one.

-- Null when nobody needs to look any more.
alter table public.outbound_calls alter column check_at drop not null;
update public.outbound_calls o set check_at = null from public.calls c
where c.call_sid = o.call_sid and c.ended_at is not null and o.answer is not null;

-- Has a call end as the row says, if it is still what it was seen to be, and keeps what the request is answered, unless it was
-- answered before. False when it is not.
create function public.end_outbound(p_row jsonb, p_from text, p_answer jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  if not public.move_outbound(p_row, p_from)::boolean then
    return to_jsonb(false);
  end if;
  perform public.answer_outbound(p_row ->> 'callSid', p_answer);
  return to_jsonb(true);
end
$$;

-- Calls that have not ended, or whose request has no answer, and that somebody should look after; nobody else does before
-- p_again_ms have passed. What needs nobody any more is taken out here.
create or replace function public.claim_outbound(p_again_ms integer, p_most integer) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  claimed jsonb;
begin
  update public.outbound_calls o set check_at = null from public.calls c
  where c.call_sid = o.call_sid and o.check_at <= clock_timestamp() and c.ended_at is not null and o.answer is not null;
  with due as (
    update public.outbound_calls o
    set check_at = clock_timestamp() + p_again_ms * interval '1 millisecond'
    where o.call_sid in (
      select d.call_sid from public.outbound_calls d join public.calls c on c.call_sid = d.call_sid
      where d.check_at <= clock_timestamp() and (c.ended_at is null or d.answer is null)
      order by d.check_at limit p_most for update of d skip locked
    )
    returning o.*
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'callSid', d.call_sid, 'provider', d.provider, 'to', d.callee, 'placedAt', d.placed_at, 'status', c.status,
    'conversationId', c.conversation_id, 'isAnswered', d.answer is not null,
    'externalIds', (
      select coalesce(jsonb_agg(jsonb_build_object('source', x.source, 'id', x.id)), '[]')
      from public.call_external_ids x where x.call_sid = d.call_sid
    )
  ) order by d.placed_at), '[]') into claimed
  from due d join public.calls c on c.call_sid = d.call_sid;
  return claimed;
end
$$;

revoke all on function public.end_outbound(jsonb, text, jsonb) from public, anon, authenticated;
