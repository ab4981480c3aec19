import type { Config } from '../config/config.token.js';

export type SignIn =
  | { readonly by: 'itself' }
  | { readonly by: 'supabase'; readonly url: string; readonly key: string }
  | { readonly by: 'token' };

/** How users of the console say who they are: in development a page on this machine gives itself a token. */
export function signInOf({ NODE_ENV, auth, SUPABASE_URL: url, SUPABASE_ANON_KEY: key }: Config): SignIn {
  if (NODE_ENV === 'development' && auth.secret !== undefined) return { by: 'itself' };
  return url !== undefined && key !== undefined ? { by: 'supabase', url, key } : { by: 'token' };
}

/** In a line, for the boot. */
export function signInLine(config: Config): string {
  const { by } = signInOf(config);
  if (by === 'itself') return 'the page gives itself a token: in development, and on this machine only';
  return by === 'supabase' ? 'users sign in with Supabase; no token is given' : 'users paste a token; none is given';
}
