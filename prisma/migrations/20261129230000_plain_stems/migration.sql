-- As before. Called twice a category of the client, and a function in SQL costs several times as much a call.
create or replace function public.plain_stems(p_text text) returns text[]
language plpgsql immutable parallel safe set search_path = ''
as $$
begin
  return (
    select coalesce(array_agg(coalesce((ts_lexize('public.stem_english', word))[1], word)), '{}')
    from unnest(string_to_array(public.plain_words(p_text), ' ')) word where word <> ''
  );
end
$$;
