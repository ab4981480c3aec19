/**
 * What the page may do: run, style itself with and talk to what comes from this server, and sign in with Supabase where that
 * is how callers do. Charts, recordings and icons are pictures and sound of this server, or made in the page.
 */
export function pagePolicy(supabaseUrl: string | undefined): string {
  const signIn = supabaseUrl === undefined ? '' : ` ${new URL(supabaseUrl).origin}`;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    `connect-src 'self'${signIn}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
