-- Recordings of calls: what is known of a file, which lies in a folder of the server's. A row is made by the event of the trail
-- that says that the file is ready, so that it comes through the same queue as the call's other records, after the call's own
-- row, and never for a call that was erased.

create table public.call_recordings (
  call_sid text not null,
  -- Its name in the folder.
  file text not null,
  media_type text not null default 'audio/wav',
  started_at timestamptz(3) not null,
  duration_ms integer not null,
  bytes bigint not null,
  -- SHA-512 of the file, in hexadecimal.
  sha512 text not null,
  made_at timestamptz(3) not null default current_timestamp,
  constraint call_recordings_pkey primary key (call_sid),
  constraint call_recordings_call_sid_fkey foreign key (call_sid)
    references public.calls (call_sid) on delete cascade on update cascade,
  constraint call_recordings_size check (
    char_length(file) <= 200 and char_length(media_type) <= 100 and duration_ms >= 0 and bytes >= 0
    and char_length(sha512) <= 128
  )
);
create index call_recordings_started_at_idx on public.call_recordings (started_at);

alter table public.call_recordings enable row level security;
revoke all on public.call_recordings from public, anon, authenticated;
grant select on public.call_recordings to authenticated;
-- `calls` is itself under its policy in this.
create policy call_recordings_of_call on public.call_recordings for select to authenticated
  using (exists (select from public.calls c where c.call_sid = call_recordings.call_sid));

-- A call that goes on in another process after its recording was made has another, longer one: the latest counts.
create function public.record_recording() returns trigger
language plpgsql set search_path = ''
as $$
begin
  insert into public.call_recordings as r (call_sid, file, started_at, duration_ms, bytes, sha512, made_at)
  values (
    new.call_sid, new.data ->> 'file', (new.data ->> 'startedAt')::timestamptz, (new.data ->> 'durationMs')::integer,
    (new.data ->> 'bytes')::bigint, new.data ->> 'sha512', new.at
  )
  on conflict (call_sid) do update
  set file = excluded.file, started_at = excluded.started_at, duration_ms = excluded.duration_ms, bytes = excluded.bytes,
    sha512 = excluded.sha512, made_at = excluded.made_at
  where r.made_at <= excluded.made_at;
  return null;
end
$$;
create trigger call_events_recording after insert on public.call_events
  for each row when (new.kind = 'recording.ready') execute function public.record_recording();

-- Null when there is none, or the call is somebody else's.
create function public.read_recording(p_call_sid text) returns jsonb
language sql stable security invoker set search_path = ''
as $$
  select jsonb_build_object(
    'callSid', r.call_sid, 'file', r.file, 'mediaType', r.media_type, 'startedAt', r.started_at,
    'durationMs', r.duration_ms, 'bytes', r.bytes, 'sha512', r.sha512
  )
  from public.call_recordings r where r.call_sid = p_call_sid
$$;

-- Which of these calls were erased: their files are to go.
create function public.erased_among(p_calls jsonb) returns jsonb
language sql stable set search_path = ''
as $$
  select coalesce(jsonb_agg(e.call_sid), '[]') from public.erased_calls e
  where e.call_sid in (select jsonb_array_elements_text(p_calls -> 'callSids'))
$$;

-- Forgets recordings that began before p_before; says how many. Their files are deleted by whoever has them.
create function public.expire_recordings(p_before timestamptz) returns jsonb
language plpgsql volatile set search_path = ''
as $$
declare
  n integer;
begin
  delete from public.call_recordings r where r.started_at < p_before;
  get diagnostics n = row_count;
  return to_jsonb(n);
end
$$;

revoke all on function public.record_recording() from public, anon;
grant execute on function public.record_recording() to authenticated;
revoke all on function public.read_recording(text) from public, anon;
grant execute on function public.read_recording(text) to authenticated;
revoke all on function public.erased_among(jsonb) from public, anon, authenticated;
revoke all on function public.expire_recordings(timestamptz) from public, anon, authenticated;
