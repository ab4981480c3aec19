-- How near a passage is to a question in its meaning, from three sides, of which each misleads alone: the whole of it, the words
-- that callers use for it (or its title), and its best sentence.

-- Their vectors are n = 0, 1, and 2 onwards; those of before had no n = 1, and are made anew by the servers.
delete from public.document_vectors;

create or replace function public.claim_chunks(p_model text, p_limit integer) returns jsonb
language sql volatile security invoker set search_path = ''
as $$
  with claimed as (
    update public.document_chunks c set claimed_until = clock_timestamp() + interval '5 minutes'
    where (c.slug, c."position") in (
      select m.slug, m."position" from public.document_chunks m
      where (m.claimed_until is null or m.claimed_until < clock_timestamp())
        and not exists (
          select from public.document_vectors v
          where v.slug = m.slug and v."position" = m."position" and v.model = p_model
        )
        and exists (select from pg_catalog.pg_extension where extname = 'vector')
      order by m.slug, m."position" limit p_limit for update skip locked
    )
    returning c.slug, c."position", c.title, c.keywords, c.heading, c.body, c.claimed_until
  )
  select coalesce(jsonb_agg(jsonb_build_object('slug', slug, 'position', "position", 'title', title, 'keywords', keywords,
    'heading', heading, 'body', body, 'claim', claimed_until::text) order by slug, "position"), '[]')
  from claimed
$$;

-- Chunks whose vectors by this model are nearest, by the mean of the three cosines; none where the server has no pgvector.
create or replace function public.document_neighbours(p_embedding text, p_model text, p_limit integer)
returns table (slug text, "position" integer, likeness real)
language plpgsql stable security invoker set search_path = ''
as $$
declare
  place text := (
    select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'vector'
  );
begin
  if place is null or p_embedding is null then return; end if;
  return query execute format(
    'select side.slug, side."position", avg(side.likeness)::real as likeness
     from (
       select v.slug, v."position", least(v.n, 2) as side,
         max(1 - (v.embedding::%1$I.vector operator(%1$I.<=>) $1::%1$I.vector)) as likeness
       from public.document_vectors v
       where v.model = $2 and array_length(v.embedding, 1) = %1$I.vector_dims($1::%1$I.vector)
       group by 1, 2, 3
     ) side
     group by 1, 2 order by 3 desc, 1, 2 limit $3', place)
  using p_embedding, p_model, p_limit;
end
$$;
