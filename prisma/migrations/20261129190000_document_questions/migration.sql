-- The questions that a document answers, in the words of those who ask: what somebody says is nearer to a question than to a
-- policy. They find the document; what is read out is its text.

-- How near a passage is in its meaning is seen from several sides, of which each misleads alone. Vectors of before have not all
-- of them, and are made anew by the servers.
delete from public.document_vectors;

alter table public.document_chunks add column questions text not null default '';
-- The generated column is made anew with them, for the least that a word may count.
drop index public.document_chunks_search_idx;
alter table public.document_chunks drop column search;
alter table public.document_chunks add column search tsvector generated always as (
  setweight(to_tsvector('english', title), 'A')
  || setweight(to_tsvector('english', keywords || ' ' || heading), 'B')
  || setweight(to_tsvector('english', questions), 'C')
  || setweight(to_tsvector('english', body), 'D')
) stored;
create index document_chunks_search_idx on public.document_chunks using gin (search);

create or replace function public.put_document(p_document text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  given jsonb := p_document::jsonb;
  asked text := (
    select string_agg(question, E'\n' order by n)
    from jsonb_array_elements_text(coalesce(given -> 'questions', '[]')) with ordinality q(question, n)
  );
  replaced boolean;
begin
  -- Whoever adds the same one at the same time waits here, and then replaces it.
  insert into public.documents as d (slug, title, keywords, body, source, url, updated_on)
  values (given ->> 'slug', given ->> 'title', coalesce(given ->> 'keywords', ''), given ->> 'body',
    coalesce(given ->> 'source', ''), given ->> 'url', (given ->> 'updated')::date)
  on conflict (slug) do update set (title, keywords, body, source, url, updated_on) =
    (excluded.title, excluded.keywords, excluded.body, excluded.source, excluded.url, excluded.updated_on)
  returning d.xmax <> 0 into replaced;
  delete from public.documents d
  where d.slug <> given ->> 'slug' and d.source <> '' and d.source = given ->> 'source';
  replaced := replaced or found;
  delete from public.document_chunks c where c.slug = given ->> 'slug';
  insert into public.document_chunks (slug, position, title, keywords, questions, heading, body)
  select given ->> 'slug', chunk.n - 1, given ->> 'title', coalesce(given ->> 'keywords', ''), coalesce(asked, ''),
    coalesce(chunk.value ->> 'heading', ''), chunk.value ->> 'body'
  from jsonb_array_elements(given -> 'chunks') with ordinality chunk(value, n);
  return jsonb_build_object('replaced', replaced, 'chunks', jsonb_array_length(given -> 'chunks'));
end
$$;

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
    returning c.slug, c."position", c.title, c.keywords, c.questions, c.heading, c.body, c.claimed_until
  )
  select coalesce(jsonb_agg(jsonb_build_object('slug', slug, 'position', "position", 'title', title, 'keywords', keywords,
    'questions', questions, 'heading', heading, 'body', body, 'claim', claimed_until::text) order by slug, "position"), '[]')
  from claimed
$$;

-- The same, with "questions": [[number, ...], ...] beside "vectors". Those are n = 1000 onwards.
create or replace function public.put_vectors(p_model text, p_vectors text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  given record;
  kept integer := 0;
begin
  for given in
    update public.document_chunks c set claimed_until = null
    from jsonb_to_recordset(p_vectors::jsonb)
      as g(slug text, "position" integer, claim timestamptz, vectors jsonb, questions jsonb)
    where c.slug = g.slug and c."position" = g."position" and c.claimed_until = g.claim
    returning g.slug, g."position", g.vectors, g.questions
  loop
    delete from public.document_vectors v where v.slug = given.slug and v."position" = given."position";
    insert into public.document_vectors (slug, "position", n, model, embedding)
    select given.slug, given."position", vector.n, p_model,
      (select array_agg(number.value::real order by number.n)
        from jsonb_array_elements_text(vector.value) with ordinality number(value, n))
    from (
      select p.n - 1 as n, p.value from jsonb_array_elements(given.vectors) with ordinality p(value, n)
      union all
      select 999 + q.n, q.value
      from jsonb_array_elements(coalesce(given.questions, '[]')) with ordinality q(value, n)
    ) vector;
    kept := kept + 1;
  end loop;
  return jsonb_build_object('kept', kept);
end
$$;

-- Chunks whose vectors by this model are nearest. How near: the mean of the cosines of the whole, the keywords and the best
-- sentence; where there are questions, that is a third, and the mean of the two nearest of them is the rest. None where the
-- server has no pgvector.
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
     select s.slug, s."position", coalesce((s.passage + 2 * s.asked) / 3, s.passage)::real as likeness
     from sides s order by 3 desc, 1, 2 limit $3', place)
  using p_embedding, p_model, p_limit;
end
$$;
