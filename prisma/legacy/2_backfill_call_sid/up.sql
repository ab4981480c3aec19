-- 2 of 4: one batch of rows that were there before. $1 is the last conversation of the batch before, $2 how many rows. Run
-- until `last` is null; begun again from '', it passes by what is filled. Rows of nobody ({{user}} is null) are filled as all
-- others are, and counted.
with page as materialized (
  select c.conversation_id from {{table}} c where c.conversation_id > $1 order by c.conversation_id limit $2
),
bounds as (
  select max(page.conversation_id) as last, count(*)::int as seen from page
),
-- By the index: the rows of a batch are neighbours there, and nothing else is read.
filled as (
  update {{table}} c set call_sid = md5('call ' || c.conversation_id)::uuid::text
  from bounds where c.conversation_id > $1 and c.conversation_id <= bounds.last and c.call_sid is null
  returning c.{{user}} is null as of_nobody
)
select
  (select bounds.last from bounds) as last,
  (select bounds.seen from bounds) as seen,
  (select count(*) from filled)::int as changed,
  (select count(*) from filled where of_nobody)::int as of_nobody;
