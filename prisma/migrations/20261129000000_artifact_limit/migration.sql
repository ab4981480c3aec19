-- The newest 200 artifacts of each owner are kept, whoever inserts them and how: a client of Supabase may insert rows by
-- itself, around store_artifact.

-- As the inserting role: under row-level security it can only take away its own.
create function public.keep_newest_artifacts() returns trigger
language plpgsql security invoker set search_path = ''
as $$
begin
  delete from public.artifacts a
  where a.name in (
    select ranked.name
    from (
      select o.name, row_number() over (partition by o.owner_id order by o.created_at desc, o.name desc) as newness
      from public.artifacts o
      where o.owner_id in (select distinct i.owner_id from inserted i)
    ) ranked
    where ranked.newness > 200
  );
  return null;
end
$$;
revoke all on function public.keep_newest_artifacts() from public, anon;
grant execute on function public.keep_newest_artifacts() to authenticated;

create trigger artifacts_keep_newest after insert on public.artifacts
  referencing new table as inserted
  for each statement execute function public.keep_newest_artifacts();

create or replace function public.store_artifact(p_name text, p_title text, p_media_type text, p_base64 text) returns jsonb
language plpgsql volatile security invoker set search_path = ''
as $$
begin
  insert into public.artifacts (name, owner_id, title, media_type, bytes)
  values (p_name, public.app_user_id(), p_title, p_media_type, decode(p_base64, 'base64'));
  return jsonb_build_object('name', p_name);
end
$$;
