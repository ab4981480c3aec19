-- Back from 3.

alter table {{table}} drop constraint if exists {{name}}_call_sid_there;

alter table {{table}} alter column call_sid drop not null;

drop index concurrently if exists {{schema}}.{{name}}_call_sid_key;
