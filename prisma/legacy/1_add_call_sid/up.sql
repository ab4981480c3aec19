-- 1 of 4: calls get an id of ours. {{table}} is the table of calls, keyed by `conversation_id` until now. Statements end with a
-- semicolon and an empty line; each is run by itself, outside a transaction, with a lock_timeout, and again when it had to
-- wait for a lock. All of them may be run again.

-- Nullable and without a default: the catalogue changes, no row is written.
alter table {{table}} add column if not exists call_sid text;

-- The id of a row that has a conversation is made of that, so that the way back and forth gives the same one. A row without
-- one (which only exist after step 4) gets a random one, unless its writer gives his own.
create or replace function {{schema}}.legacy_call_sid() returns trigger language plpgsql as $$
begin
  new.call_sid := coalesce(new.call_sid, md5('call ' || new.conversation_id)::uuid::text, gen_random_uuid()::text);
  return new;
end
$$;

-- For programs that do not know the column yet: what they insert from now on has an id.
drop trigger if exists legacy_call_sid on {{table}};

create trigger legacy_call_sid before insert on {{table}} for each row execute function {{schema}}.legacy_call_sid();
