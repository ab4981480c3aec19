-- An address that does not answer must not keep the others from hearing: whoever takes a delivery takes one for the address to
-- which the fewest are being sent.

-- Takes the oldest delivery that is due, or whose worker is gone, for p_lease_ms; null when there is none.
create or replace function public.claim_webhook(p_lease text, p_lease_ms integer) returns jsonb
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
    left join (
      select s.url, count(*) as n from public.webhook_deliveries s
      where s.status = 'sending' and s.leased_until >= clock_timestamp() group by s.url
    ) busy on busy.url = q.url
    where (q.status = 'queued' and q.due_at <= clock_timestamp())
      or (q.status = 'sending' and q.leased_until < clock_timestamp())
    order by coalesce(busy.n, 0), q.seq limit 1 for update of q skip locked
  )
  returning d.* into claimed;
  return case when claimed.seq is null then null else jsonb_build_object(
    'id', claimed.id, 'url', claimed.url, 'body', claimed.payload::text, 'attempts', claimed.attempts
  ) end;
end
$$;
