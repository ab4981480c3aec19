-- Documents in chunks, added and replaced by admins, and found by their words, by words like them and by their meaning.

-- Spelling by pg_trgm and meaning by pgvector, where the server has them and lets us: nothing below needs either. On
-- Supabase the schema is there already; in `public` their functions would be open to anon.
do $$
declare
  step text;
begin
  foreach step in array array[
    'create schema if not exists extensions',
    'grant usage on schema extensions to authenticated',
    'create extension if not exists pg_trgm with schema extensions',
    'create extension if not exists vector with schema extensions'
  ] loop
    begin
      execute step;
    exception when others then
      raise notice '%: %', step, sqlerrm;
    end;
  end loop;
end
$$;

-- Whether the caller may change what everybody reads: the token says `"admin": true`, or, of an issuer whose own claims
-- are fixed (Supabase), its app_metadata does.
create function public.app_is_admin() returns boolean
language sql stable set search_path = ''
as $$
  select coalesce('true' in (claims ->> 'admin', claims -> 'app_metadata' ->> 'admin'), false)
  from (select nullif(current_setting('request.jwt.claims', true), '')::jsonb as claims) token
$$;

alter table public.documents
  -- Where it was read: a path or an address. Adding the same source again replaces the document.
  add column source text not null default '',
  add column url text,
  add column updated_on date;

create table public.document_chunks (
  slug text not null,
  position integer not null,
  -- Of the document, so that each chunk is found by it.
  title text not null,
  keywords text not null default '',
  -- From the outermost to the one above it, with ' > ' between them.
  heading text not null default '',
  body text not null,
  search tsvector generated always as (
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', keywords || ' ' || heading), 'B')
    || setweight(to_tsvector('english', body), 'D')
  ) stored,
  -- Until when a server that embeds it has time for that.
  claimed_until timestamptz,
  constraint document_chunks_pkey primary key (slug, position),
  constraint document_chunks_slug_fkey foreign key (slug)
    references public.documents (slug) on delete cascade on update cascade
);
create index document_chunks_search_idx on public.document_chunks using gin (search);

-- What a chunk means, as one or several vectors (the whole, each sentence); only those of one model can be compared.
create table public.document_vectors (
  slug text not null,
  position integer not null,
  n integer not null,
  model text not null,
  embedding real[] not null,
  constraint document_vectors_pkey primary key (slug, position, n),
  constraint document_vectors_slug_position_fkey foreign key (slug, position)
    references public.document_chunks (slug, position) on delete cascade on update cascade
);

-- Documents of before are one chunk each.
insert into public.document_chunks (slug, position, title, keywords, body)
select d.slug, 0, d.title, d.keywords, d.body from public.documents d;

alter table public.document_chunks enable row level security;
create policy document_chunks_of_everyone on public.document_chunks for select to authenticated
  using (true);
create policy document_chunks_by_admin on public.document_chunks for all to authenticated
  using ((select public.app_is_admin())) with check ((select public.app_is_admin()));
alter table public.document_vectors enable row level security;
create policy document_vectors_of_everyone on public.document_vectors for select to authenticated
  using (true);
create policy document_vectors_by_admin on public.document_vectors for all to authenticated
  using ((select public.app_is_admin())) with check ((select public.app_is_admin()));
create policy documents_by_admin on public.documents for all to authenticated
  using ((select public.app_is_admin())) with check ((select public.app_is_admin()));
revoke all on public.document_chunks, public.document_vectors from public, anon, authenticated;
grant select, insert, update, delete on public.documents, public.document_chunks, public.document_vectors
  to authenticated;

-- Keeps a document in place of the one of the same slug or source. Its chunks are in order. Whether the caller may, the
-- policies decide.
create function public.put_document(p_document text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  given jsonb := p_document::jsonb;
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
  insert into public.document_chunks (slug, position, title, keywords, heading, body)
  select given ->> 'slug', chunk.n - 1, given ->> 'title', coalesce(given ->> 'keywords', ''),
    coalesce(chunk.value ->> 'heading', ''), chunk.value ->> 'body'
  from jsonb_array_elements(given -> 'chunks') with ordinality chunk(value, n);
  return jsonb_build_object('replaced', replaced, 'chunks', jsonb_array_length(given -> 'chunks'));
end
$$;

-- Chunks that have no vectors by this model, for the caller to embed within five minutes: nobody else is given them
-- meanwhile, and they are given again when nothing came of it. None where the server cannot compare vectors.
create function public.claim_chunks(p_model text, p_limit integer) returns jsonb
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
    returning c.slug, c."position", c.title, c.heading, c.body, c.claimed_until
  )
  select coalesce(jsonb_agg(jsonb_build_object('slug', slug, 'position', "position", 'title', title, 'heading', heading,
    'body', body, 'claim', claimed_until::text) order by slug, "position"), '[]')
  from claimed
$$;

-- Gives claimed chunks their vectors by one model, in place of those that they have, and ends the claims:
-- [{"slug", "position", "claim", "vectors": [[number, ...], ...]}]. A chunk that was replaced meanwhile gets none.
create function public.put_vectors(p_model text, p_vectors text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  given record;
  kept integer := 0;
begin
  for given in
    update public.document_chunks c set claimed_until = null
    from jsonb_to_recordset(p_vectors::jsonb) as g(slug text, "position" integer, claim timestamptz, vectors jsonb)
    where c.slug = g.slug and c."position" = g."position" and c.claimed_until = g.claim
    returning g.slug, g."position", g.vectors
  loop
    delete from public.document_vectors v where v.slug = given.slug and v."position" = given."position";
    insert into public.document_vectors (slug, "position", n, model, embedding)
    select given.slug, given."position", vector.n - 1, p_model,
      (select array_agg(number.value::real order by number.n)
        from jsonb_array_elements_text(vector.value) with ordinality number(value, n))
    from jsonb_array_elements(given.vectors) with ordinality vector(value, n);
    kept := kept + 1;
  end loop;
  return jsonb_build_object('kept', kept);
end
$$;

-- Takes a document away, by its slug or by where it came from.
create function public.remove_document(p_document text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  delete from public.documents d where d.slug = p_document or (d.source <> '' and d.source = p_document);
  return jsonb_build_object('removed', found);
end
$$;

create function public.list_documents() returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('slug', d.slug, 'title', d.title, 'source', d.source, 'url', d.url,
    'updated', d.updated_on, 'chunks', (select count(*) from public.document_chunks c where c.slug = d.slug),
    'embedded', (select count(distinct v."position") from public.document_vectors v where v.slug = d.slug))
    order by d.slug), '[]')
  from public.documents d
$$;

-- A stem as a query for itself, in any weight or, with 'A' or 'B', in that one.
create function public.quoted_term(p_stem text, p_weight text default '') returns tsquery
language sql immutable set search_path = ''
as $$
  select case when p_stem = '' then ''::tsquery else (
    '''' || replace(replace(left(p_stem, 200), '\', '\\'), '''', '''''') || ''':'
    || case p_weight when 'A' then 'A' when 'B' then 'B' else '' end
  )::tsquery end
$$;

-- The share of three-letter pieces that two words have in common, as pg_trgm counts it: for servers without it.
create function public.letters_in_common(p_one text, p_other text) returns real
language sql immutable set search_path = ''
as $$
  with pieces as (
    select word.n, substr('  ' || word.text || ' ', at, 3) as piece
    from (values (1, left(p_one, 50)), (2, left(p_other, 50))) word(n, text), generate_series(1, length(word.text) + 1) at
    group by 1, 2
  )
  select (count(*) filter (where of_both) / greatest(count(*), 1)::real)::real
  from (select piece, count(*) = 2 as of_both from pieces group by piece) counted
$$;

-- Stems of words of the documents that are spelled like stems that are in none of them.
create function public.spelled_like(p_stems text[]) returns table (asked text, stem text, alike real)
language plpgsql stable security invoker set search_path = ''
as $$
declare
  place text := (
    select n.nspname from pg_catalog.pg_extension e join pg_catalog.pg_namespace n on n.oid = e.extnamespace
    where e.extname = 'pg_trgm'
  );
  counting text := case when place is null then 'public.letters_in_common' else format('%I.similarity', place) end;
begin
  if cardinality(p_stems) = 0 then return; end if;
  return query execute format(
    'select a.asked, s.word, %1$s(s.word, a.asked)::real
     from unnest($1) a(asked), pg_catalog.ts_stat(''select search from public.document_chunks limit 5000'') s
     where left(s.word, 1) = left(a.asked, 1) and abs(length(s.word) - length(a.asked)) <= 3
       and %1$s(s.word, a.asked) >= 0.3', counting)
  using p_stems;
end
$$;

-- Chunks one of whose vectors by this model is nearest, by cosine; none where the server has no pgvector.
create function public.document_neighbours(p_embedding text, p_model text, p_limit integer)
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
    'select v.slug, v."position",
       max(1 - (v.embedding::%1$I.vector operator(%1$I.<=>) $1::%1$I.vector))::real as likeness
     from public.document_vectors v
     where v.model = $2 and array_length(v.embedding, 1) = %1$I.vector_dims($1::%1$I.vector)
     group by 1, 2 order by 3 desc, 1, 2 limit $3', place)
  using p_embedding, p_model, p_limit;
end
$$;

-- Chunks that may answer a question, best first: those that hold its words, or words that `p_related` gives for one of them
-- ({"stole": ["theft", "fraud"]}), or, where a word is in none of them, words spelled like it; and those whose meaning is near
-- (`p_embedding`). A word counts for more the rarer it is, and for more in a title or heading than in
-- the text. The two lists are fused by reciprocal rank: Cormack, Clarke and Buettcher, SIGIR 2009, with their k of 60.
-- Where there are no more chunks than are asked for, all come: who asked judges them.
drop function public.search_documents(text, integer);
create function public.search_documents(
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
    select slug, "position", likeness, row_number() over (order by likeness desc) as rank
    from public.document_neighbours(p_embedding, p_model, 50)
  ),
  fused as (
    select slug, "position", w.coverage, m.likeness,
      coalesce(1 / (60.0 + w.rank), 0) + coalesce(1 / (60.0 + m.rank), 0) as score
    from by_words w full join by_meaning m using (slug, "position")
    union all
    select c.slug, c."position", 0, null, 0
    from counted, bounds, public.document_chunks c
    where counted.chunks <= bounds.most
      and not exists (select from by_words w where w.slug = c.slug and w."position" = c."position")
      and not exists (select from by_meaning m where m.slug = c.slug and m."position" = c."position")
  )
  select jsonb_build_object(
    'vectors', exists (select from pg_catalog.pg_extension where extname = 'vector'),
    'chunks', coalesce((
      select jsonb_agg(jsonb_build_object('slug', d.slug, 'title', d.title, 'heading', c.heading,
        'content', left(c.body, 4000), 'updated', d.updated_on, 'url', d.url, 'coverage', round(coalesce(best.coverage, 0), 4),
        'likeness', best.likeness, 'score', round(best.score, 5)) order by best.score desc, d.slug, c."position")
      from (select * from fused order by score desc, slug, "position" limit (select most from bounds)) best
      join public.document_chunks c using (slug, "position")
      join public.documents d using (slug)
    ), '[]'))
$$;

revoke all on function public.app_is_admin() from public, anon;
revoke all on function public.put_document(text) from public, anon;
revoke all on function public.put_vectors(text, text) from public, anon;
revoke all on function public.claim_chunks(text, integer) from public, anon;
revoke all on function public.quoted_term(text, text) from public, anon;
revoke all on function public.remove_document(text) from public, anon;
revoke all on function public.list_documents() from public, anon;
revoke all on function public.letters_in_common(text, text) from public, anon;
revoke all on function public.spelled_like(text[]) from public, anon;
revoke all on function public.document_neighbours(text, text, integer) from public, anon;
revoke all on function public.search_documents(text, integer, text, text, text) from public, anon;
grant execute on function public.app_is_admin() to authenticated;
grant execute on function public.put_document(text) to authenticated;
grant execute on function public.put_vectors(text, text) to authenticated;
grant execute on function public.claim_chunks(text, integer) to authenticated;
grant execute on function public.quoted_term(text, text) to authenticated;
grant execute on function public.remove_document(text) to authenticated;
grant execute on function public.list_documents() to authenticated;
grant execute on function public.letters_in_common(text, text) to authenticated;
grant execute on function public.spelled_like(text[]) to authenticated;
grant execute on function public.document_neighbours(text, text, integer) to authenticated;
grant execute on function public.search_documents(text, integer, text, text, text) to authenticated;
