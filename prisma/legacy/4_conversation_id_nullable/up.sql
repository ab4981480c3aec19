-- 4 of 4: a call may have no conversation yet. Its unique index stays: null is no value, and many calls may have none.

alter table {{table}} alter column conversation_id drop not null;
