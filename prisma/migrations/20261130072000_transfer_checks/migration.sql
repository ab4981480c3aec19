-- Whether somebody has to look after a transfer is said once: by check_at, which is null when nobody has to any more. One that had
-- ended long ago without Twilio having been told was looked at by nobody, and stayed among those that are due for good.

alter table public.call_transfers alter column check_at drop not null;
drop index public.call_transfers_check_at_idx;
update public.call_transfers set check_at = null
where is_over or (state = 'ended' and started_at <= clock_timestamp() - interval '5 minutes');
alter table public.call_transfers drop column is_over;
-- What is over is most of them, and nobody looks for it.
create index call_transfers_check_at_idx on public.call_transfers (check_at) where check_at is not null;

-- Has a transfer become p_to, if it is one of p_from (with commas between): of two who would move it, one does. Null when it is not.
create or replace function public.move_transfer(p_id text, p_from text, p_to text, p_outcome text, p_leg text) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.call_transfers t set
    state = p_to,
    outcome = p_outcome,
    leg = coalesce(t.leg, p_leg),
    words = case when p_to = 'ended' then null else t.words end,
    ended_at = case when p_to = 'ended' then clock_timestamp() end,
    -- A person who has the caller is left alone.
    check_at = case when p_outcome = 'answered' then null else t.check_at end
  where t.id = p_id::uuid and t.state = any (string_to_array(p_from, ','))
  returning public.transfer_json(t)
$$;

-- How a transfer stands; its own process says by this that it looks after it, as long as anybody has to.
create or replace function public.watch_transfer(p_id text, p_alive_ms integer) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.call_transfers t set
    check_at = case when t.check_at is not null then clock_timestamp() + p_alive_ms * interval '1 millisecond' end
  where t.id = p_id::uuid
  returning public.transfer_json(t)
$$;

-- Nobody is called any more by a transfer that has ended: nobody looks after it again.
create or replace function public.settle_transfer(p_id text) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.call_transfers t set check_at = null where t.id = p_id::uuid and t.state = 'ended'
  returning to_jsonb(true)
$$;

-- Transfers that nobody looks after, and that have not ended or may still have somebody called; nobody else does before p_again_ms
-- have passed. No telephone rings for five minutes: what ended and is older is taken out here.
create or replace function public.claim_transfers(p_again_ms integer, p_most integer) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  claimed jsonb;
begin
  update public.call_transfers t set check_at = null
  where t.check_at <= clock_timestamp() and t.state = 'ended'
    and t.started_at <= clock_timestamp() - interval '5 minutes';
  with due as (
    update public.call_transfers t set check_at = clock_timestamp() + p_again_ms * interval '1 millisecond'
    where t.id in (
      select d.id from public.call_transfers d where d.check_at <= clock_timestamp()
      order by d.check_at limit p_most for update skip locked
    )
    returning public.transfer_json(t) as json
  )
  select coalesce(jsonb_agg(due.json), '[]') into claimed from due;
  return claimed;
end
$$;
