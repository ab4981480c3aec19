// Signing in with Supabase, loaded when somebody does.
import { GoTrueClient } from '@supabase/auth-js';
import { ApiError } from './problem.js';

/** One user, signed in; his tokens are renewed when they are asked for. */
export class SupabaseSession {
  private constructor(private readonly auth: GoTrueClient) {}

  /** Throws what Supabase says. */
  static async begin(
    project: { readonly url: string; readonly key: string },
    email: string,
    password: string,
  ): Promise<SupabaseSession> {
    const auth = new GoTrueClient({
      url: `${project.url.replace(/\/$/, '')}/auth/v1`,
      headers: { apikey: project.key },
      // In this page's memory alone.
      persistSession: false,
      autoRefreshToken: false,
      detectSessionInUrl: false,
    });
    const { error } = await auth.signInWithPassword({ email, password });
    if (error !== null) throw new ApiError(`Supabase: ${error.message}`);
    return new SupabaseSession(auth);
  }

  /** Throws when the session is over. */
  async token(): Promise<{ readonly token: string; readonly until: number }> {
    const { data, error } = await this.auth.getSession();
    if (error !== null || data.session === null) throw new ApiError('You are signed out: sign in again.');
    const { access_token: token, expires_at: ends = 0 } = data.session;
    return { token, until: ends * 1000 };
  }
}
