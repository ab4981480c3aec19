-- Mail that was accepted is sent later, once: `outbox` has a row for each recipient, with its state, and `mail_contents`
-- what is sent, until it is. Only the server writes them (whoever could write rows here could mail anything to anybody in
-- the company's name), so that callers may read what was sent for them and no more.

drop function public.claim_outbox(text, text, text, text, integer);
drop function public.settle_outbox(text, text);

alter table public.outbox
  drop constraint outbox_status,
  alter column client_id drop not null,
  alter column status set default 'queued',
  add column message_key text,
  add column call_id text,
  add column attempts integer not null default 0,
  add column due_at timestamptz(3) not null default current_timestamp,
  add column lease text,
  add column leased_until timestamptz(3),
  add column handed_over_at timestamptz(3),
  add column fault text;
-- Their worker is gone, and with it what it knew.
update public.outbox set status = 'unknown', settled_at = current_timestamp where status = 'sending';
update public.outbox set message_key = key;
alter table public.outbox
  alter column message_key set not null,
  add constraint outbox_status check (status in ('queued', 'sending', 'sent', 'bounced', 'failed', 'unknown'));
create index outbox_status_due_at_idx on public.outbox (status, due_at);
create index outbox_owner_id_created_at_idx on public.outbox (owner_id, created_at desc);

create table public.mail_contents (
  owner_id text not null,
  key text not null,
  content text not null,
  created_at timestamptz(3) not null default current_timestamp,
  constraint mail_contents_pkey primary key (owner_id, key),
  constraint mail_contents_size check (octet_length(content) <= 16777216)
);

alter table public.mail_contents enable row level security;
create policy mail_contents_of_owner on public.mail_contents for select to authenticated
  using (owner_id = (select public.app_user_id()));
drop policy outbox_of_owner on public.outbox;
create policy outbox_of_owner on public.outbox for select to authenticated
  using (owner_id = (select public.app_user_id()));
revoke all on public.outbox, public.mail_contents from public, anon, authenticated;
grant select on public.outbox, public.mail_contents to authenticated;

-- The client's own address; null when there is none, or no such client for this caller.
create function public.client_email(p_client_id integer) returns jsonb
language sql stable security invoker set search_path = ''
as $$ select to_jsonb(c.email) from public.clients c where c.id = p_client_id $$;
revoke all on function public.client_email(integer) from public, anon;
grant execute on function public.client_email(integer) to authenticated;

-- From here on: what only the server may call.

-- Whether an owner may send so many more mails, when at most p_most may go out in 24 hours, and else from when on.
create function public.mail_allowance(p_owner text, p_wanted integer, p_most integer) returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  with counted as (
    select o.created_at, row_number() over (order by o.created_at) as n, count(*) over () as used
    from public.outbox o
    where o.owner_id = p_owner and o.status <> 'failed' and o.created_at > clock_timestamp() - interval '24 hours'
  )
  select jsonb_build_object(
    'allowed', coalesce((select max(used) from counted), 0) + p_wanted <= p_most,
    'used', coalesce((select max(used) from counted), 0),
    -- When the oldest that stands in the way is a day old; null when even none would leave too little room.
    'free_at', (select created_at + interval '24 hours' from counted where n = used + p_wanted - p_most)
  )
$$;

-- Takes a message to be sent to each of the recipients, once for each key however often it is given, unless that is more
-- than the owner may send.
create function public.accept_mail(
  p_owner text, p_key text, p_call_id text, p_subject text, p_client_id integer, p_recipients jsonb, p_content text,
  p_most integer
) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  allowance jsonb;
begin
  -- One at a time for each owner, or two could pass the limit together.
  perform pg_advisory_xact_lock(hashtextextended('mail ' || p_owner, 0));
  if exists (select from public.outbox o where o.owner_id = p_owner and o.message_key = p_key) then
    return jsonb_build_object('accepted', true);
  end if;
  allowance := public.mail_allowance(p_owner, jsonb_array_length(p_recipients), p_most);
  if not (allowance ->> 'allowed')::boolean then
    return jsonb_build_object('accepted', false, 'allowance', allowance);
  end if;
  insert into public.mail_contents (owner_id, key, content) values (p_owner, p_key, p_content);
  insert into public.outbox (owner_id, key, message_key, call_id, kind, recipient, subject, client_id)
  select p_owner, p_key || '-' || r.n, p_key, p_call_id, 'email', r.recipient, p_subject, p_client_id
  from jsonb_array_elements_text(p_recipients) with ordinality as r(recipient, n);
  return jsonb_build_object('accepted', true);
end
$$;

-- Takes one mail that is due, p_key if that is given, for p_lease_ms, and says which ones nobody can vouch for any more: a
-- worker that is gone may have handed them over. With p_again these are taken too, for services that know a key again.
create function public.claim_mail(p_lease text, p_lease_ms integer, p_again boolean, p_key text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  claimed public.outbox;
  lost jsonb := '[]';
begin
  if not p_again then
    with gone as (
      update public.outbox o
      set status = 'unknown', fault = 'lost', settled_at = clock_timestamp()
      where o.status = 'sending' and o.leased_until < clock_timestamp() and o.handed_over_at is not null
      returning o.owner_id, o.key, o.message_key
    )
    select coalesce(jsonb_agg(jsonb_build_object('owner', owner_id, 'key', key, 'message', message_key)), '[]')
    into lost from gone;
    delete from public.mail_contents c
    using jsonb_to_recordset(lost) as gone(owner text, message text)
    where c.owner_id = gone.owner and c.key = gone.message and not exists (
      select from public.outbox o
      where o.owner_id = c.owner_id and o.message_key = c.key and o.status in ('queued', 'sending')
    );
  end if;
  update public.outbox o
  set status = 'sending', lease = p_lease, attempts = o.attempts + 1, handed_over_at = null,
    leased_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
  where (o.owner_id, o.key) = (
    select q.owner_id, q.key from public.outbox q
    where (p_key is null or q.key = p_key)
      and ((q.status = 'queued' and q.due_at <= clock_timestamp())
        or (q.status = 'sending' and q.leased_until < clock_timestamp()))
    order by q.due_at limit 1 for update skip locked
  )
  returning o.* into claimed;
  return jsonb_build_object('lost', lost, 'mail', case when claimed.key is null then null else jsonb_build_object(
    'owner', claimed.owner_id, 'key', claimed.key, 'recipient', claimed.recipient, 'subject', claimed.subject,
    'attempts', claimed.attempts,
    'age_ms', floor(extract(epoch from clock_timestamp() - claimed.created_at) * 1000),
    'content', (
      select c.content from public.mail_contents c where c.owner_id = claimed.owner_id and c.key = claimed.message_key
    )
  ) end);
end
$$;

-- Notes that a mail may be out from now on. False when its lease has gone to somebody else: it must not be sent then.
create function public.hand_over_mail(p_owner text, p_key text, p_lease text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update public.outbox o set handed_over_at = clock_timestamp()
  where o.owner_id = p_owner and o.key = p_key and o.lease = p_lease and o.status = 'sending'
    and o.leased_until > clock_timestamp();
  return to_jsonb(found);
end
$$;

-- Says how it went; `queued` is another try after p_wait_ms. What was sent is deleted with its last recipient settled. A
-- worker that was given up may still say better than `unknown`.
create function public.settle_mail(
  p_owner text, p_key text, p_lease text, p_status text, p_fault text, p_wait_ms integer
) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  message text;
begin
  select o.message_key into message from public.outbox o where o.owner_id = p_owner and o.key = p_key;
  -- The recipients of one message one at a time, or the last two would each leave the deletion to the other.
  perform from public.mail_contents c where c.owner_id = p_owner and c.key = message for update;
  update public.outbox o
  set status = p_status, fault = p_fault, lease = null, leased_until = null, handed_over_at = null,
    due_at = case when p_status = 'queued' then clock_timestamp() + p_wait_ms * interval '1 millisecond' else o.due_at end,
    settled_at = case when p_status = 'queued' then null else clock_timestamp() end
  where o.owner_id = p_owner and o.key = p_key and o.lease = p_lease
    and (o.status = 'sending' or (o.status = 'unknown' and p_status <> 'queued'));
  if not found then
    return to_jsonb(false);
  end if;
  delete from public.mail_contents c
  where c.owner_id = p_owner and c.key = message and not exists (
    select from public.outbox o
    where o.owner_id = p_owner and o.message_key = message and o.status in ('queued', 'sending')
  );
  return to_jsonb(true);
end
$$;

-- How a message stands with each of its recipients, in their order.
create function public.mail_standing(p_owner text, p_key text) returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object(
    'key', o.key, 'recipient', o.recipient, 'status', o.status, 'attempts', o.attempts, 'fault', o.fault
  ) order by length(o.key), o.key), '[]')
  from public.outbox o where o.owner_id = p_owner and o.message_key = p_key
$$;

-- How the latest mail of an owner to each of these addresses went, by address in lower case.
create function public.mail_record(p_owner text, p_recipients jsonb) returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  select coalesce(jsonb_object_agg(latest.recipient, latest.status), '{}')
  from (
    select distinct on (lower(o.recipient)) lower(o.recipient) as recipient, o.status
    from public.outbox o
    where o.owner_id = p_owner and o.status in ('sent', 'bounced')
      and lower(o.recipient) in (select lower(r) from jsonb_array_elements_text(p_recipients) r)
    order by lower(o.recipient), o.created_at desc
  ) latest
$$;

revoke all on function public.mail_allowance(text, integer, integer) from public, anon, authenticated;
revoke all on function public.accept_mail(text, text, text, text, integer, jsonb, text, integer)
  from public, anon, authenticated;
revoke all on function public.claim_mail(text, integer, boolean, text) from public, anon, authenticated;
revoke all on function public.hand_over_mail(text, text, text) from public, anon, authenticated;
revoke all on function public.settle_mail(text, text, text, text, text, integer) from public, anon, authenticated;
revoke all on function public.mail_standing(text, text) from public, anon, authenticated;
revoke all on function public.mail_record(text, jsonb) from public, anon, authenticated;
