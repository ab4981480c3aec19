-- Has a call end as the row says, if it is still what it was seen to be, and keeps what the request is answered, unless it was
-- answered before. Returns what it is answered; null when the call is something else by now.
create or replace function public.end_outbound(p_row jsonb, p_from text, p_answer jsonb) returns jsonb
language plpgsql volatile set search_path = ''
as $$
begin
  if not public.move_outbound(p_row, p_from)::boolean then
    return null;
  end if;
  return public.answer_outbound(p_row ->> 'callSid', p_answer);
end
$$;
