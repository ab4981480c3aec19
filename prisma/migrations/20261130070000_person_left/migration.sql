-- A person who takes a call may put the receiver down while the caller is being connected. The row says so at once: nobody writes
-- `answered` after that, and whoever finds it brings the caller back, also when the process that has connected him is killed.

alter table public.call_transfers drop constraint call_transfers_state;
alter table public.call_transfers add constraint call_transfers_state check (
  state in ('dialing', 'ringing', 'consulting', 'accepted', 'person_left', 'ended')
  and (state = 'ended') = (outcome is not null)
);
