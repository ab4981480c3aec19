-- Back from 4, where every call has a conversation by now.

do $$
declare
  missing bigint;
begin
  select count(*) into missing from {{table}} c where c.conversation_id is null;
  if missing > 0 then
    raise exception '% calls have no conversation_id: step 4 cannot be taken back. Give them one, or delete them.', missing
      using errcode = 'not_null_violation';
  end if;
end
$$;

alter table {{table}} drop constraint if exists {{name}}_conversation_id_there;

alter table {{table}} add constraint {{name}}_conversation_id_there check (conversation_id is not null) not valid;

alter table {{table}} validate constraint {{name}}_conversation_id_there;

alter table {{table}} alter column conversation_id set not null;

alter table {{table}} drop constraint {{name}}_conversation_id_there;
