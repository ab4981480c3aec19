-- 3 of 4: every call has its id, and no two the same. Nothing here reads the table while it keeps writers out.

-- Beside the writers, who are not kept waiting. (An index that an attempt has left half built is dropped before.)
create unique index concurrently if not exists {{name}}_call_sid_key on {{table}} (call_sid);

alter table {{table}} drop constraint if exists {{name}}_call_sid_there;

-- Checked for what is written from now on, ...
alter table {{table}} add constraint {{name}}_call_sid_there check (call_sid is not null) not valid;

-- ... and for what is there, beside the writers.
alter table {{table}} validate constraint {{name}}_call_sid_there;

-- PostgreSQL (12 and later) takes the constraint's word for it, and does not read the table again.
alter table {{table}} alter column call_sid set not null;

alter table {{table}} drop constraint {{name}}_call_sid_there;
