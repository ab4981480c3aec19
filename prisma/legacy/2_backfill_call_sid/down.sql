-- Back from 2: one batch, as on the way there.
with page as materialized (
  select c.conversation_id from {{table}} c where c.conversation_id > $1 order by c.conversation_id limit $2
),
bounds as (
  select max(page.conversation_id) as last, count(*)::int as seen from page
),
-- By the index: the rows of a batch are neighbours there, and nothing else is read.
emptied as (
  update {{table}} c set call_sid = null
  from bounds where c.conversation_id > $1 and c.conversation_id <= bounds.last and c.call_sid is not null
  returning c.{{user}} is null as of_nobody
)
select
  (select bounds.last from bounds) as last,
  (select bounds.seen from bounds) as seen,
  (select count(*) from emptied)::int as changed,
  (select count(*) from emptied where of_nobody)::int as of_nobody;
