-- A transfer whose row has ended may still have somebody called: whoever ended it may be killed before it has told the carrier.
-- Such a row stays somebody's to look after until the carrier was told.

alter table public.call_transfers add column is_over boolean not null default false;
update public.call_transfers set is_over = true where state = 'ended';
drop index public.call_transfers_check_at_idx;
-- What is over is most of them, and nobody looks for it.
create index call_transfers_check_at_idx on public.call_transfers (check_at) where not is_over;

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
    is_over = p_outcome is not distinct from 'answered'
  where t.id = p_id::uuid and t.state = any (string_to_array(p_from, ','))
  returning public.transfer_json(t)
$$;

-- Nobody is called any more by a transfer that has ended: nobody looks after it again.
create function public.settle_transfer(p_id text) returns jsonb
language sql volatile set search_path = ''
as $$
  update public.call_transfers t set is_over = true where t.id = p_id::uuid and t.state = 'ended'
  returning to_jsonb(true)
$$;

-- Transfers that nobody looks after, and that have not ended or may still have somebody called; no telephone rings for five
-- minutes. Nobody else does before p_again_ms have passed.
create or replace function public.claim_transfers(p_again_ms integer, p_most integer) returns jsonb
language sql volatile set search_path = ''
as $$
  with due as (
    update public.call_transfers t set check_at = clock_timestamp() + p_again_ms * interval '1 millisecond'
    where t.id in (
      select d.id from public.call_transfers d
      where d.check_at <= clock_timestamp() and not d.is_over
        and (d.state <> 'ended' or d.started_at > clock_timestamp() - interval '5 minutes')
      order by d.check_at limit p_most for update skip locked
    )
    returning public.transfer_json(t) as json
  )
  select coalesce(jsonb_agg(due.json), '[]') from due
$$;

revoke all on function public.settle_transfer(text) from public, anon, authenticated;
