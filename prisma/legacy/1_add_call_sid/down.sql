-- Back from 1: the column goes, and with it the ids of calls that have a conversation, which can be made again.

drop trigger if exists legacy_call_sid on {{table}};

alter table {{table}} drop column if exists call_sid;

drop function if exists {{schema}}.legacy_call_sid();
