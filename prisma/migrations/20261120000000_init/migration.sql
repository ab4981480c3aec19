-- Roles. On Supabase both exist; elsewhere they are made here. Roles belong to the cluster, so another database of the
-- same cluster may be making them at this very moment.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['anon', 'authenticated'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin noinherit', wanted);
      exception when duplicate_object or unique_violation then null;
      end;
      -- Whoever makes a role may not become it yet (PostgreSQL 16 and later).
      execute format('grant %I to current_user', wanted);
    elsif not pg_has_role(current_user, wanted, 'member') then
      execute format('grant %I to current_user', wanted);
    end if;
  end loop;
end
$$;

grant usage on schema public to authenticated;

-- The caller: `sub` of the verified token. Null when there is none. PostgREST and the server set the same variable.
create function public.app_user_id() returns text
language sql stable
as $$ select nullif(nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub', '') $$;

-- Tables

create table public.clients (
  id integer not null,
  owner_id text not null,
  name text not null,
  email text,
  currency char(3) not null default 'USD',
  created_at timestamptz(3) not null default current_timestamp,
  constraint clients_pkey primary key (id)
);
create index clients_owner_id_idx on public.clients (owner_id);

create table public.transactions (
  id bigserial not null,
  reference text not null,
  client_id integer not null,
  booked_on date not null,
  description text not null,
  category text not null,
  amount decimal(12, 2) not null,
  constraint transactions_pkey primary key (id),
  constraint transactions_client_id_fkey foreign key (client_id)
    references public.clients (id) on delete cascade on update cascade
);
create unique index transactions_reference_key on public.transactions (reference);
create index transactions_client_id_booked_on_idx on public.transactions (client_id, booked_on desc);

create table public.documents (
  slug text not null,
  title text not null,
  keywords text not null default '',
  body text not null,
  search tsvector generated always as (
    setweight(to_tsvector('english', title), 'A')
    || setweight(to_tsvector('english', keywords), 'B')
    || setweight(to_tsvector('english', body), 'D')
  ) stored,
  constraint documents_pkey primary key (slug)
);
create index documents_search_idx on public.documents using gin (search);

create table public.artifacts (
  name text not null,
  owner_id text not null,
  title text not null,
  media_type text not null,
  bytes bytea not null,
  created_at timestamptz(3) not null default current_timestamp,
  constraint artifacts_pkey primary key (name),
  constraint artifacts_size check (octet_length(bytes) <= 2097152)
);
create index artifacts_owner_id_created_at_idx on public.artifacts (owner_id, created_at desc);

create table public.outbox (
  owner_id text not null,
  key text not null,
  kind text not null,
  recipient text not null,
  subject text not null,
  client_id integer not null,
  status text not null default 'sending',
  created_at timestamptz(3) not null default current_timestamp,
  settled_at timestamptz(3),
  constraint outbox_pkey primary key (owner_id, key),
  constraint outbox_status check (status in ('sending', 'sent', 'failed', 'unknown'))
);

create table public.calls (
  id text not null,
  owner_id text not null,
  agent text not null,
  providers jsonb,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3),
  end_reason text,
  duration_ms integer,
  constraint calls_pkey primary key (id)
);
create index calls_owner_id_started_at_idx on public.calls (owner_id, started_at desc);

create table public.call_events (
  id uuid not null,
  call_id text not null,
  seq integer not null,
  at timestamptz(3) not null,
  kind text not null,
  text text,
  data jsonb,
  constraint call_events_pkey primary key (id),
  constraint call_events_call_id_fkey foreign key (call_id)
    references public.calls (id) on delete cascade on update cascade
);
create index call_events_call_id_seq_idx on public.call_events (call_id, seq);

-- Row-level security. `(select app_user_id())` is evaluated once for a statement, not once for a row.

alter table public.clients enable row level security;
alter table public.transactions enable row level security;
alter table public.documents enable row level security;
alter table public.artifacts enable row level security;
alter table public.outbox enable row level security;
alter table public.calls enable row level security;
alter table public.call_events enable row level security;

create policy clients_of_owner on public.clients for select to authenticated
  using (owner_id = (select public.app_user_id()));
-- `clients` is itself under its policy here.
create policy transactions_of_owner on public.transactions for select to authenticated
  using (client_id in (select c.id from public.clients c));
create policy documents_of_everyone on public.documents for select to authenticated
  using (true);
create policy artifacts_of_owner on public.artifacts for all to authenticated
  using (owner_id = (select public.app_user_id()))
  with check (owner_id = (select public.app_user_id()));
create policy outbox_of_owner on public.outbox for all to authenticated
  using (owner_id = (select public.app_user_id()))
  with check (owner_id = (select public.app_user_id()));
create policy calls_of_owner on public.calls for select to authenticated
  using (owner_id = (select public.app_user_id()));
create policy call_events_of_owner on public.call_events for select to authenticated
  using (call_id in (select c.id from public.calls c));

-- Supabase grants everything on new tables to anon and authenticated: take it back, give what is needed.
revoke all on public.clients, public.transactions, public.documents, public.artifacts, public.outbox, public.calls,
  public.call_events from public, anon, authenticated;
grant select on public.clients, public.transactions, public.documents, public.calls, public.call_events
  to authenticated;
grant select, insert, delete on public.artifacts to authenticated;
grant select, insert, update on public.outbox to authenticated;

-- Prisma's own table is made before this runs. Without this line Supabase would publish it.
do $$
begin
  if to_regclass('public._prisma_migrations') is not null then
    alter table public._prisma_migrations enable row level security;
    revoke all on public._prisma_migrations from public, anon, authenticated;
  end if;
end
$$;

-- Functions. All run with the caller's rights.

-- A client's transactions in a period, with totals over the whole period and at most p_limit rows, newest first.
-- Null when there is no such client or the caller may not see it: the two cannot be told apart.
create function public.query_transactions(
  p_client_id integer,
  p_from date default null,
  p_to date default null,
  p_category text default null,
  p_limit integer default 5
) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with client as (
    select c.id, c.name, c.currency from public.clients c where c.id = p_client_id
  ),
  chosen as materialized (
    select t.id, t.booked_on, t.description, t.category, t.amount
    from public.transactions t
    join client on client.id = t.client_id
    where (p_from is null or t.booked_on >= p_from)
      and (p_to is null or t.booked_on <= p_to)
      -- Stemmed, so that "grocery" finds "groceries".
      and (p_category is null or to_tsvector('english', t.category) @@ plainto_tsquery('english', p_category))
  )
  select jsonb_build_object(
    'client', jsonb_build_object('id', client.id, 'name', client.name),
    'from', coalesce(p_from, (select min(booked_on) from chosen)),
    'to', coalesce(p_to, (select max(booked_on) from chosen)),
    'count', (select count(*) from chosen),
    'total', (select coalesce(sum(amount), 0) from chosen),
    'currency', client.currency,
    'by_category', (
      select coalesce(
        jsonb_agg(jsonb_build_object('category', g.category, 'count', g.n, 'total', g.total)
          order by g.total desc, g.category), '[]')
      from (select category, count(*) as n, sum(amount) as total from chosen group by category) g
    ),
    'by_month', (
      select coalesce(
        jsonb_agg(jsonb_build_object('month', g.month, 'count', g.n, 'total', g.total) order by g.month), '[]')
      from (
        select to_char(booked_on, 'YYYY-MM') as month, count(*) as n, sum(amount) as total
        from chosen group by 1
      ) g
    ),
    'transactions', (
      select coalesce(
        jsonb_agg(jsonb_build_object(
          'date', r.booked_on, 'description', r.description, 'category', r.category, 'amount', r.amount)
          order by r.booked_on desc, r.id desc), '[]')
      from (
        select * from chosen order by booked_on desc, id desc limit least(greatest(p_limit, 0), 1000)
      ) r
    )
  )
  from client
$$;

-- Policy documents that answer a question, best first. A word counts for more the rarer it is among the documents, and
-- for more in a title or among the keywords than in the text; a document has to cover a third of the question that way,
-- so that a question about something else finds nothing.
create function public.search_documents(p_query text, p_limit integer default 3) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  with words as (
    select quoted::tsquery as word, (quoted || ':A')::tsquery as in_title, (quoted || ':B')::tsquery as in_keywords,
      ln(1 + (select count(*) from public.documents)::numeric
        / greatest((select count(*) from public.documents d where d.search @@ quoted::tsquery), 1)) as rarity
    from (
      select '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || '''' as quoted
      from unnest(to_tsvector('english', left(p_query, 500)))
      limit 40
    ) lexemes
  ),
  scored as (
    select d.slug, d.title, d.body,
      sum(case
        when d.search @@ words.in_title then 1.0
        when d.search @@ words.in_keywords then 0.9
        else 0.5
      end * words.rarity) / (select sum(rarity) from words) as score
    from words join public.documents d on d.search @@ words.word
    group by d.slug
  )
  select coalesce(jsonb_agg(
    jsonb_build_object('title', best.title, 'content', left(best.body, 4000), 'score', round(best.score, 3))
    order by best.score desc, best.slug), '[]')
  from (
    select * from scored where score >= 0.3 order by score desc, slug limit least(greatest(p_limit, 1), 10)
  ) best
$$;

-- Keeps something for the caller under a name that nobody can guess, and only the caller's newest 200 of them.
create function public.store_artifact(p_name text, p_title text, p_media_type text, p_base64 text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into public.artifacts (name, owner_id, title, media_type, bytes)
  values (p_name, public.app_user_id(), p_title, p_media_type, decode(p_base64, 'base64'));
  delete from public.artifacts a
  where a.name in (
    select o.name from public.artifacts o
    where o.owner_id = public.app_user_id()
    order by o.created_at desc, o.name desc
    offset 200
  );
  return jsonb_build_object('name', p_name);
end
$$;

-- Null when there is none of that name or it is somebody else's.
create function public.read_artifact(p_name text) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object('title', a.title, 'media_type', a.media_type, 'base64', encode(a.bytes, 'base64'))
  from public.artifacts a where a.name = p_name and a.owner_id = public.app_user_id()
$$;

-- Takes the right to send one message. `claimed` is true for exactly one caller of a key; a message that failed may be
-- claimed again.
create function public.claim_outbox(
  p_key text, p_kind text, p_recipient text, p_subject text, p_client_id integer
) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
declare
  claimed text;
begin
  insert into public.outbox as o (owner_id, key, kind, recipient, subject, client_id)
  values (public.app_user_id(), p_key, p_kind, p_recipient, p_subject, p_client_id)
  on conflict (owner_id, key) do update
    set status = 'sending', recipient = excluded.recipient, subject = excluded.subject, settled_at = null
    where o.status = 'failed'
  returning o.key into claimed;
  return jsonb_build_object(
    'claimed', claimed is not null,
    'status', (select o.status from public.outbox o where o.owner_id = public.app_user_id() and o.key = p_key)
  );
end
$$;

-- Says how the sending went: sent, failed (it certainly did not go) or unknown.
create function public.settle_outbox(p_key text, p_status text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  update public.outbox o set status = p_status, settled_at = clock_timestamp()
  where o.owner_id = public.app_user_id() and o.key = p_key and o.status = 'sending';
  return jsonb_build_object('settled', found);
end
$$;

revoke all on function public.app_user_id() from public, anon;
revoke all on function public.query_transactions(integer, date, date, text, integer) from public, anon;
revoke all on function public.search_documents(text, integer) from public, anon;
revoke all on function public.store_artifact(text, text, text, text) from public, anon;
revoke all on function public.read_artifact(text) from public, anon;
revoke all on function public.claim_outbox(text, text, text, text, integer) from public, anon;
revoke all on function public.settle_outbox(text, text) from public, anon;
grant execute on function public.app_user_id() to authenticated;
grant execute on function public.query_transactions(integer, date, date, text, integer) to authenticated;
grant execute on function public.search_documents(text, integer) to authenticated;
grant execute on function public.store_artifact(text, text, text, text) to authenticated;
grant execute on function public.read_artifact(text) to authenticated;
grant execute on function public.claim_outbox(text, text, text, text, integer) to authenticated;
grant execute on function public.settle_outbox(text, text) to authenticated;
