-- What speaks for a passage comes with it, each by itself: how sure the search may be of it is learnt from them together
-- (src/documents/search/confidence.ts).

-- Chunks whose vectors by this model are nearest. How near: `passage` is the mean of the cosines of the whole, the keywords and
-- the best sentence, `asked` that of the two nearest questions, where there are any; in `likeness`, by which they are ranked, the
-- first is a third and the second the rest. None where the server has no pgvector.
drop function public.document_neighbours(text, text, integer);
create function public.document_neighbours(p_embedding text, p_model text, p_limit integer)
returns table (slug text, "position" integer, likeness real, passage real, asked real)
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
    'with near as (
       select v.slug, v."position", case when v.n >= 1000 then 3 else least(v.n, 2) end as side,
         1 - (v.embedding::%1$I.vector operator(%1$I.<=>) $1::%1$I.vector) as likeness
       from public.document_vectors v
       where v.model = $2 and array_length(v.embedding, 1) = %1$I.vector_dims($1::%1$I.vector)
     ),
     ranked as (
       select near.*, row_number() over (partition by near.slug, near."position", near.side order by near.likeness desc) as place
       from near
     ),
     sides as (
       select r.slug, r."position",
         avg(r.likeness) filter (where r.side < 3 and r.place = 1) as passage,
         avg(r.likeness) filter (where r.side = 3 and r.place <= 2) as asked
       from ranked r group by 1, 2
     )
     select s.slug, s."position", coalesce((s.passage + 2 * s.asked) / 3, s.passage)::real as likeness,
       s.passage::real, s.asked::real
     from sides s order by 3 desc, 1, 2 limit $3', place)
  using p_embedding, p_model, p_limit;
end
$$;

-- As before (20261129110000_documents), and with that.
create or replace function public.search_documents(
  p_query text,
  p_limit integer default 3,
  p_related text default '{}',
  p_embedding text default null,
  p_model text default null
) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with counted as (select count(*)::numeric as chunks from public.document_chunks),
  bounds as (select least(greatest(p_limit, 1), 50) as most),
  spelled as materialized (
    select like_it.* from public.spelled_like(array(
      select lexeme from unnest(to_tsvector('english', left(p_query, 500))), public.quoted_term(lexeme) term
      where length(lexeme) between 4 and 40
        and not exists (select from public.document_chunks c where c.search @@ term)
      limit 5
    )) like_it
  ),
  given as (
    select asked.lexeme as asked, term.lexeme as term, 0.9 as weight
    from (select word, others from jsonb_each(p_related::jsonb) r(word, others) limit 40) related,
      jsonb_array_elements_text(related.others) alternative,
      unnest(to_tsvector('english', related.word)) asked,
      unnest(to_tsvector('english', alternative.value)) term
    union all
    select asked, stem, alike::numeric from spelled
    union all
    select lexeme, lexeme, 1
    from (select lexeme from unnest(to_tsvector('english', left(p_query, 500))) limit 40) own
  ),
  terms as materialized (
    select asked, weight, public.quoted_term(term) as term, public.quoted_term(term, 'A') as in_title,
      public.quoted_term(term, 'B') as in_heading,
      ln(1 + counted.chunks / greatest(
        (select count(*) from public.document_chunks c where c.search @@ public.quoted_term(term)), 1)) as rarity
    from counted, (
      select asked, term, max(weight) as weight from given group by asked, term order by 3 desc limit 300
    ) distinct_terms
  ),
  whole as (select sum(rarity) as rarity from (select asked, max(rarity) as rarity from terms group by asked) each),
  by_words as (
    select slug, "position", sum(best) / greatest((select rarity from whole), 0.01) as coverage,
      row_number() over (order by sum(best) desc, slug, "position") as rank
    from (
      select c.slug, c."position", terms.asked,
        max(terms.weight * terms.rarity * case
          when c.search @@ terms.in_title then 1.0
          when c.search @@ terms.in_heading then 0.9
          else 0.5
        end) as best
      from terms join public.document_chunks c on c.search @@ terms.term
      group by 1, 2, 3
    ) matched
    group by slug, "position"
    order by rank limit 50
  ),
  by_meaning as (
    select slug, "position", likeness, passage, asked, row_number() over (order by likeness desc) as rank
    from public.document_neighbours(p_embedding, p_model, 50)
  ),
  fused as (
    select slug, "position", w.coverage, m.likeness, m.passage, m.asked,
      coalesce(1 / (60.0 + w.rank), 0) + coalesce(1 / (60.0 + m.rank), 0) as score
    from by_words w full join by_meaning m using (slug, "position")
    union all
    select c.slug, c."position", 0, null, null, null, 0
    from counted, bounds, public.document_chunks c
    where counted.chunks <= bounds.most
      and not exists (select from by_words w where w.slug = c.slug and w."position" = c."position")
      and not exists (select from by_meaning m where m.slug = c.slug and m."position" = c."position")
  )
  select jsonb_build_object(
    'vectors', exists (select from pg_catalog.pg_extension where extname = 'vector'),
    'chunks', coalesce((
      select jsonb_agg(jsonb_build_object('slug', d.slug, 'title', d.title, 'heading', c.heading,
        'content', left(c.body, 4000), 'questions', left(c.questions, 8000), 'updated', d.updated_on, 'url', d.url,
        'coverage', round(coalesce(best.coverage, 0), 4), 'likeness', best.likeness, 'passage', best.passage,
        'asked', best.asked, 'score', round(best.score, 5)) order by best.score desc, d.slug, c."position")
      from (select * from fused order by score desc, slug, "position" limit (select most from bounds)) best
      join public.document_chunks c using (slug, "position")
      join public.documents d using (slug)
    ), '[]'))
$$;

revoke all on function public.document_neighbours(text, text, integer) from public, anon;
grant execute on function public.document_neighbours(text, text, integer) to authenticated;
