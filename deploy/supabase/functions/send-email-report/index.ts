// Supabase edge function: hands a report over to Resend's HTTP API (edge functions reach no mail server: ports 25 and 587
// are closed to them). The server calls it with a key for each mail; the same key goes out once.
import { handlerOf } from './handler.ts';

const secretOf = (name: string): string => {
  const value = Deno.env.get(name)?.trim();
  if (value) return value;
  throw new Error(`${name} is missing: set it with "supabase secrets set ${name}=...".`);
};

/** Set where it does not run on Supabase: then it listens there, for this machine alone. */
const port = Deno.env.get('PORT');

Deno.serve(
  port === undefined ? {} : { port: Number(port), hostname: '127.0.0.1', onListen: () => undefined },
  handlerOf({
    secret: secretOf('MAIL_FUNCTION_SECRET'),
    apiKey: secretOf('RESEND_API_KEY'),
    baseUrl: Deno.env.get('RESEND_BASE_URL') || 'https://api.resend.com',
  }),
);
