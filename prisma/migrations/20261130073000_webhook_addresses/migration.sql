-- An address that does not answer must not keep the others from hearing, however much is due for it: each address has workers
-- of its own, which take what is for it.

drop function public.claim_webhook(text, integer);

-- Takes the oldest delivery to p_url that is due, or whose worker is gone, for p_lease_ms; without p_url, one to an address that
-- is not named any more. Null when there is none.
create function public.claim_webhook(p_lease text, p_lease_ms integer, p_url text) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  claimed public.webhook_deliveries;
begin
  update public.webhook_deliveries d
  set status = 'sending', lease = p_lease, attempts = d.attempts + 1,
    leased_until = clock_timestamp() + p_lease_ms * interval '1 millisecond'
  where d.seq = (
    select q.seq from public.webhook_deliveries q
    where ((q.status = 'queued' and q.due_at <= clock_timestamp())
        or (q.status = 'sending' and q.leased_until < clock_timestamp()))
      and (q.url = p_url
        or (p_url is null and not exists (select from public.webhook_endpoints w where w.url = q.url)))
    order by q.seq limit 1 for update of q skip locked
  )
  returning d.* into claimed;
  return case when claimed.seq is null then null else jsonb_build_object(
    'id', claimed.id, 'url', claimed.url, 'body', claimed.payload::text, 'attempts', claimed.attempts
  ) end;
end
$$;
revoke all on function public.claim_webhook(text, integer, text) from public, anon, authenticated;
