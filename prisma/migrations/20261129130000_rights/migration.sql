-- What callers may write by themselves, around our server (Supabase gives every signed-in user an API to the tables): their
-- own artifacts, 200 at most whatever they do at the same time, and nothing else.

-- Supabase gives sequences to everybody. Nobody but the owner of the table needs this one.
revoke all on sequence public.transactions_id_seq from public, anon, authenticated;

-- `bytes` has a bound already. `not valid` checks what is written from now on.
alter table public.artifacts
  add constraint artifacts_texts check (
    char_length(name) between 1 and 200 and char_length(title) <= 2000 and char_length(media_type) <= 200
  ) not valid;

-- Those who insert for the same owner one after the other: each sees what was committed before it then, and not only what
-- there was when it began. As the inserting role, as before.
create or replace function public.keep_newest_artifacts() returns trigger
language plpgsql security invoker set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('artifacts ' || owners.owner_id, 0))
  from (select distinct i.owner_id from inserted i order by i.owner_id) owners;
  delete from public.artifacts a
  where a.name in (
    select ranked.name
    from (
      select o.name, row_number() over (partition by o.owner_id order by o.created_at desc, o.name desc) as newness
      from public.artifacts o
      where o.owner_id in (select distinct i.owner_id from inserted i)
    ) ranked
    where ranked.newness > 200
  );
  return null;
end
$$;

-- Claims of side effects, as mail: whoever could write them could open one that has happened to another try, and fill the
-- disk with others. Only the server calls these, with the caller's id.
drop function public.claim_effect(text, text, text);
drop function public.settle_effect(text, text, jsonb);
revoke all on public.side_effects from public, anon, authenticated;
grant select on public.side_effects to authenticated;
drop policy side_effects_of_owner on public.side_effects;
create policy side_effects_of_owner on public.side_effects for select to authenticated
  using (owner_id = (select public.app_user_id()));

-- Takes the right to cause one effect. `claimed` is true for exactly one asker of a key; an effect that failed may be
-- claimed again. Who comes later is told how it went, once that is known. A caller without an id gets an error.
create function public.claim_effect(p_owner text, p_key text, p_call_id text, p_tool text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  claimed text;
begin
  insert into public.side_effects as e (owner_id, key, call_id, tool)
  values (nullif(p_owner, ''), p_key, p_call_id, p_tool)
  on conflict (owner_id, key) do update
    set status = 'running', outcome = null, settled_at = null
    where e.status = 'failed'
  returning e.key into claimed;
  return (
    select jsonb_build_object('claimed', claimed is not null, 'status', e.status, 'outcome', e.outcome)
    from public.side_effects e where e.owner_id = p_owner and e.key = p_key
  );
end
$$;

-- Says how it went: done, failed (it certainly did not happen) or unknown.
create function public.settle_effect(p_owner text, p_key text, p_status text, p_outcome jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update public.side_effects e set status = p_status, outcome = p_outcome, settled_at = clock_timestamp()
  where e.owner_id = p_owner and e.key = p_key and e.status = 'running';
  return jsonb_build_object('settled', found);
end
$$;

revoke all on function public.claim_effect(text, text, text, text) from public, anon, authenticated;
revoke all on function public.settle_effect(text, text, text, jsonb) from public, anon, authenticated;
