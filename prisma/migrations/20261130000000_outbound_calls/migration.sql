-- Calls that are placed: who asked for one and with which key, so that a request that comes again dials nobody again, and what
-- was answered; and the numbers that are not dialled. Only the server reads and writes these.

create table public.outbound_calls (
  call_sid text not null,
  owner_id text not null,
  -- Of the request, with a digest of what it asked for.
  idempotency_key text not null,
  request_digest text not null,
  provider text not null,
  -- E.164.
  callee text not null,
  placed_at timestamptz(3) not null default clock_timestamp(),
  -- When somebody looks what has become of it, unless it has ended by then.
  check_at timestamptz(3) not null,
  -- Null while nobody has been answered yet.
  answer jsonb,
  constraint outbound_calls_pkey primary key (call_sid),
  constraint outbound_calls_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade,
  constraint outbound_calls_texts check (
    char_length(idempotency_key) between 1 and 255 and char_length(request_digest) <= 100
    and char_length(provider) <= 50 and char_length(callee) <= 50 and octet_length(answer::text) <= 8000
  )
);
create unique index outbound_calls_owner_id_idempotency_key_key on public.outbound_calls (owner_id, idempotency_key);
create index outbound_calls_callee_placed_at_idx on public.outbound_calls (callee, placed_at);
create index outbound_calls_check_at_idx on public.outbound_calls (check_at);

create table public.do_not_call (
  -- E.164.
  number text not null,
  reason text,
  added_at timestamptz(3) not null default clock_timestamp(),
  constraint do_not_call_pkey primary key (number),
  constraint do_not_call_texts check (char_length(number) between 2 and 50 and char_length(reason) <= 500)
);

alter table public.outbound_calls enable row level security;
alter table public.do_not_call enable row level security;
revoke all on public.outbound_calls, public.do_not_call from public, anon, authenticated;
create policy outbound_calls_of_nobody on public.outbound_calls for select to authenticated using (false);
create policy do_not_call_of_nobody on public.do_not_call for select to authenticated using (false);

-- Makes the row of a call that is to be placed, and says what the rules have to know. Or says what became of the request,
-- when it was here before.
create function public.place_outbound(
  p_row jsonb, p_key text, p_digest text, p_provider text, p_callee text, p_since timestamptz, p_check_ms integer
) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  placed public.outbound_calls;
  facts jsonb;
begin
  -- One after the other, on all workers: what is counted stays true until the row is there.
  perform pg_advisory_xact_lock(hashtext('parley.place_outbound'));
  select * into placed from public.outbound_calls o
  where o.owner_id = p_row ->> 'ownerId' and o.idempotency_key = p_key;
  if found then
    return jsonb_build_object(
      'isNew', false, 'callSid', placed.call_sid, 'isSame', placed.request_digest = p_digest, 'answer', placed.answer
    );
  end if;
  select jsonb_build_object(
    'isNew', true,
    'callSid', p_row ->> 'callSid',
    'isListed', exists (select from public.do_not_call d where d.number = p_callee),
    'attempts', (
      select count(*) from public.outbound_calls o join public.calls c on c.call_sid = o.call_sid
      where o.callee = p_callee and o.placed_at >= p_since and c.status <> 'refused'
    ),
    'open', (
      select count(*) from public.calls c join public.outbound_calls o on o.call_sid = c.call_sid where c.ended_at is null
    ),
    'openToCallee', (
      select count(*) from public.outbound_calls o join public.calls c on c.call_sid = o.call_sid
      where o.callee = p_callee and c.ended_at is null
    )
  ) into facts;
  perform public.record_opened(p_row);
  insert into public.outbound_calls (call_sid, owner_id, idempotency_key, request_digest, provider, callee, check_at)
  values (
    p_row ->> 'callSid', p_row ->> 'ownerId', p_key, p_digest, p_provider, p_callee,
    clock_timestamp() + p_check_ms * interval '1 millisecond'
  );
  return facts;
end
$$;

-- Has a call become what the row says, if it is still what it was seen to be. False when it is not.
create function public.move_outbound(p_row jsonb, p_from text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  current_status text;
begin
  select c.status into current_status from public.calls c where c.call_sid = p_row ->> 'callSid' for update;
  if current_status is distinct from p_from then
    return to_jsonb(false);
  end if;
  perform public.record_status(p_row);
  return to_jsonb(true);
end
$$;

-- Keeps what is answered to the request, and to it when it comes again. Returns the first answer. Null for a call that is none.
create function public.answer_outbound(p_call_sid text, p_answer jsonb) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.outbound_calls o set answer = coalesce(o.answer, p_answer) where o.call_sid = p_call_sid
  returning o.answer
$$;

-- What was answered; null while nothing was.
create function public.outbound_answer(p_call_sid text) returns jsonb
language sql stable set search_path = ''
as $$
  select o.answer from public.outbound_calls o where o.call_sid = p_call_sid
$$;

-- Calls that have not ended and that somebody should look after; nobody else does before p_again_ms have passed.
create function public.claim_outbound(p_again_ms integer, p_most integer) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  claimed jsonb;
begin
  with due as (
    update public.outbound_calls o
    set check_at = clock_timestamp() + p_again_ms * interval '1 millisecond'
    where o.call_sid in (
      select d.call_sid from public.outbound_calls d join public.calls c on c.call_sid = d.call_sid
      where d.check_at <= clock_timestamp() and c.ended_at is null
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

create function public.add_do_not_call(p_number text, p_reason text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.do_not_call (number, reason) values (p_number, p_reason)
  on conflict (number) do update set reason = coalesce(excluded.reason, do_not_call.reason);
  return to_jsonb(true);
end
$$;

-- False when it was not there.
create function public.remove_do_not_call(p_number text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  delete from public.do_not_call d where d.number = p_number;
  return to_jsonb(found);
end
$$;

-- The numbers after p_after, in their order.
create function public.list_do_not_call(p_after text, p_most integer) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('number', l.number, 'reason', l.reason, 'addedAt', l.added_at)
    order by l.number), '[]')
  from (
    select * from public.do_not_call d where d.number > coalesce(p_after, '') order by d.number limit p_most
  ) l
$$;

revoke all on function public.place_outbound(jsonb, text, text, text, text, timestamptz, integer)
  from public, anon, authenticated;
revoke all on function public.move_outbound(jsonb, text) from public, anon, authenticated;
revoke all on function public.answer_outbound(text, jsonb) from public, anon, authenticated;
revoke all on function public.outbound_answer(text) from public, anon, authenticated;
revoke all on function public.claim_outbound(integer, integer) from public, anon, authenticated;
revoke all on function public.add_do_not_call(text, text) from public, anon, authenticated;
revoke all on function public.remove_do_not_call(text) from public, anon, authenticated;
revoke all on function public.list_do_not_call(text, integer) from public, anon, authenticated;
