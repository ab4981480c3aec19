-- How much waits in the queues that live in tables, for the metrics: rows that are not over (up to 100,000 of them), and for how
-- long the one has been due that nobody has taken yet, ms.
create function public.queue_depths() returns jsonb
language sql stable set search_path = ''
as $$
  select jsonb_build_object(
    'mail', jsonb_build_object(
      'waiting', (
        select count(*) from (select from public.outbox where status in ('queued', 'sending') limit 100000) waiting
      ),
      'due', (select min(due_at) from public.outbox where status = 'queued')
    ),
    'webhooks', jsonb_build_object(
      'waiting', (
        select count(*)
        from (select from public.webhook_deliveries where status in ('queued', 'sending') limit 100000) waiting
      ),
      'due', (select min(due_at) from public.webhook_deliveries where status = 'queued')
    ),
    'summaries', jsonb_build_object(
      'waiting', (
        select count(*)
        from (select from public.call_summaries where status in ('queued', 'working') limit 100000) waiting
      ),
      'due', (select min(due_at) from public.call_summaries where status = 'queued')
    ),
    'now', clock_timestamp()
  )
$$;
revoke all on function public.queue_depths() from public, anon, authenticated;
