-- Mail that was taken and came back later: whoever delivers it tells the server, its row says so, and so do the trail of its
-- call, a webhook, and the agent, if the call still goes on.

alter table public.outbox
  -- When it came back after it had been taken.
  add column bounced_at timestamptz(3),
  -- When the call that it was sent from was given that to tell.
  add column told_at timestamptz(3);
create index outbox_key_idx on public.outbox (key);
create index outbox_call_id_idx on public.outbox (call_id);

-- A mail came back, because of p_reason, a word. Says what that was news of: `bounced`, `known` when it was none, `unknown`
-- when there is no such mail. One that still waits for another try had been taken, too, and is not sent again.
create function public.bounce_mail(p_key text, p_reason text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  mail public.outbox;
begin
  update public.outbox o
  set status = 'bounced', fault = p_reason, bounced_at = clock_timestamp(), settled_at = clock_timestamp(),
    lease = null, leased_until = null, handed_over_at = null
  where (o.owner_id, o.key) = (
    select q.owner_id, q.key from public.outbox q where q.key = p_key and q.status <> 'bounced' limit 1 for update
  )
  returning o.* into mail;
  if mail.key is null then
    return to_jsonb(case when exists (select from public.outbox o where o.key = p_key) then 'known' else 'unknown' end);
  end if;
  delete from public.mail_contents c
  where c.owner_id = mail.owner_id and c.key = mail.message_key and not exists (
    select from public.outbox o
    where o.owner_id = c.owner_id and o.message_key = c.key and o.status in ('queued', 'sending')
  );
  insert into public.call_events (id, call_sid, at, kind, data)
  select gen_random_uuid(), c.call_sid, mail.bounced_at, 'mail.bounced',
    jsonb_build_object('mail', mail.key, 'reason', p_reason)
  from public.calls c where c.call_sid = mail.call_id;
  perform public.queue_webhook(c, 'mail.bounced', jsonb_build_object('mail', mail.key, 'reason', p_reason))
  from public.calls c where c.call_sid = mail.call_id;
  return to_jsonb('bounced'::text);
end
$$;

-- What came back of the mails of these calls and none of them was given yet, with the tool that had sent it; once.
create function public.claim_bounces(p_call_ids jsonb) returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  with told as (
    update public.outbox o set told_at = clock_timestamp()
    where o.call_id in (select jsonb_array_elements_text(p_call_ids)) and o.bounced_at is not null and o.told_at is null
    returning o.owner_id, o.message_key, o.call_id, o.recipient, o.bounced_at
  )
  select coalesce(jsonb_agg(jsonb_build_object('callId', t.call_id, 'recipient', t.recipient, 'tool', (
    select s.tool from public.side_effects s where s.owner_id = t.owner_id and s.key = t.message_key
  )) order by t.bounced_at), '[]')
  from told t
$$;

revoke all on function public.bounce_mail(text, text) from public, anon, authenticated;
revoke all on function public.claim_bounces(jsonb) from public, anon, authenticated;
