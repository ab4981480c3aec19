-- Transfers of callers to a person: how each stands, so that whichever worker Twilio asks knows it, and so that nobody's
-- telephone rings on when the process that had it rung is gone. Only the server reads and writes these.

create table public.call_transfers (
  id uuid not null,
  call_sid text not null,
  agent text not null,
  destination text not null,
  provider text not null,
  -- The carrier's name of the caller's call, and of the person's; null while it is not known.
  caller_leg text not null,
  leg text,
  -- E.164: who is called, and from which number.
  callee text not null,
  callee_sees text not null,
  state text not null default 'dialing',
  -- Null before the end.
  outcome text,
  -- What the person hears; null after the end.
  words jsonb,
  started_at timestamptz(3) not null default clock_timestamp(),
  ended_at timestamptz(3),
  -- When somebody else looks after it, unless its own process says before that it does.
  check_at timestamptz(3) not null,
  constraint call_transfers_pkey primary key (id),
  constraint call_transfers_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade,
  constraint call_transfers_state check (
    state in ('dialing', 'ringing', 'consulting', 'accepted', 'ended') and (state = 'ended') = (outcome is not null)
  ),
  constraint call_transfers_outcome check (
    outcome in ('answered', 'declined', 'voicemail', 'busy', 'no_answer', 'caller_left', 'trunk_error')
  ),
  constraint call_transfers_texts check (
    char_length(agent) <= 100 and char_length(destination) <= 100 and char_length(provider) <= 50
    and char_length(caller_leg) <= 100 and char_length(leg) <= 100 and char_length(callee) <= 50
    and char_length(callee_sees) <= 50 and octet_length(words::text) <= 8000
  )
);
create index call_transfers_call_sid_idx on public.call_transfers (call_sid);
create index call_transfers_check_at_idx on public.call_transfers (check_at);

alter table public.call_transfers enable row level security;
revoke all on public.call_transfers from public, anon, authenticated;
create policy call_transfers_of_nobody on public.call_transfers for select to authenticated using (false);

create function public.transfer_json(t public.call_transfers) returns jsonb
language sql immutable set search_path = ''
as $$
  select jsonb_build_object(
    'id', t.id, 'callSid', t.call_sid, 'agent', t.agent, 'destination', t.destination, 'provider', t.provider,
    'callerLeg', t.caller_leg, 'leg', t.leg, 'callee', t.callee, 'calleeSees', t.callee_sees, 'state', t.state,
    'outcome', t.outcome, 'words', t.words, 'startedAt', t.started_at
  )
$$;

-- Makes the row of a transfer, before anybody is called.
create function public.begin_transfer(p_row jsonb, p_alive_ms integer) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  insert into public.call_transfers (
    id, call_sid, agent, destination, provider, caller_leg, callee, callee_sees, words, check_at
  ) values (
    (p_row ->> 'id')::uuid, p_row ->> 'callSid', p_row ->> 'agent', p_row ->> 'destination', p_row ->> 'provider',
    p_row ->> 'callerLeg', p_row ->> 'callee', p_row ->> 'calleeSees', p_row -> 'words',
    clock_timestamp() + p_alive_ms * interval '1 millisecond'
  );
  return to_jsonb(true);
end
$$;

-- Has a transfer become p_to, if it is one of p_from (with commas between): of two who would move it, one does. Null when it is not.
create function public.move_transfer(p_id text, p_from text, p_to text, p_outcome text, p_leg text) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.call_transfers t set
    state = p_to,
    outcome = p_outcome,
    leg = coalesce(t.leg, p_leg),
    words = case when p_to = 'ended' then null else t.words end,
    ended_at = case when p_to = 'ended' then clock_timestamp() end
  where t.id = p_id::uuid and t.state = any (string_to_array(p_from, ','))
  returning public.transfer_json(t)
$$;

-- How a transfer stands; its own process says by this that it looks after it.
create function public.watch_transfer(p_id text, p_alive_ms integer) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.call_transfers t set check_at = clock_timestamp() + p_alive_ms * interval '1 millisecond'
  where t.id = p_id::uuid
  returning public.transfer_json(t)
$$;

-- Transfers that have not ended and that nobody looks after; nobody else does before p_again_ms have passed.
create function public.claim_transfers(p_again_ms integer, p_most integer) returns jsonb
language sql volatile set search_path = ''
as $$
  with due as (
    update public.call_transfers t set check_at = clock_timestamp() + p_again_ms * interval '1 millisecond'
    where t.id in (
      select d.id from public.call_transfers d where d.check_at <= clock_timestamp() and d.state <> 'ended'
      order by d.check_at limit p_most for update skip locked
    )
    returning public.transfer_json(t) as json
  )
  select coalesce(jsonb_agg(due.json), '[]') from due
$$;

-- The person's calls that belong to transfers to this number, since a moment.
create function public.transfer_legs(p_callee text, p_since timestamptz) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(t.leg), '[]') from public.call_transfers t
  where t.callee = p_callee and t.started_at >= p_since and t.leg is not null
$$;

revoke all on function public.transfer_legs(text, timestamptz) from public, anon, authenticated;
revoke all on function public.transfer_json(public.call_transfers) from public, anon, authenticated;
revoke all on function public.begin_transfer(jsonb, integer) from public, anon, authenticated;
revoke all on function public.move_transfer(text, text, text, text, text) from public, anon, authenticated;
revoke all on function public.watch_transfer(text, integer) from public, anon, authenticated;
revoke all on function public.claim_transfers(integer, integer) from public, anon, authenticated;
