// Who uses the console, and the token that proves it. It is kept in this page's memory alone: not in the address, not in the
// browser's storage, not in a log.
import { signal } from '@preact/signals';
import { ApiError, problemOf } from './problem.js';

export type SignIn =
  | { readonly by: 'itself' }
  | { readonly by: 'supabase'; readonly url: string; readonly key: string }
  | { readonly by: 'token' };

/** How the server wants it; undefined until it has said so. */
export const signIn = signal<SignIn>();
/** Whether there is a way to get a token. */
export const isSignedIn = signal(false);
/** Why there is none. */
export const signInFault = signal<string>();

interface Held {
  readonly token: string;
  /** ms of Date.now. */
  readonly until: number;
}

export type Role = 'caller' | 'supervisor';
/** A token that is about to end is not used for something new, ms. */
const MARGIN_MS = 60_000;

const held = new Map<Role, Held>();
let source: ((role: Role) => Promise<Held>) | undefined;

/** Asks the server how its users sign in, and does so where nobody has to be asked. */
export async function begin(): Promise<void> {
  try {
    const response = await fetch('v1/console');
    if (!response.ok) throw await problemOf(response);
    const { signIn: told } = (await response.json()) as { signIn: SignIn };
    // Whoever has not to be asked is shown no form meanwhile.
    if (told.by === 'itself') await take(askServer);
    signIn.value = told;
  } catch (error) {
    signInFault.value = (error as Error).message;
    // A server that gives none here still takes one.
    signIn.value = { by: 'token' };
  }
}

/** A token that the user has pasted. Throws what is wrong with it. */
export async function paste(text: string): Promise<void> {
  const token = text.trim();
  const until = endOf(token);
  if (until === undefined) throw new ApiError('This is no token: three parts with dots between them are expected.');
  if (until <= Date.now()) throw new ApiError('This token has expired.');
  await take(() => Promise.resolve({ token, until }));
}

/** Signs in with Supabase: e-mail and password. Throws what it says. */
export async function signInWithSupabase(email: string, password: string): Promise<void> {
  const { value } = signIn;
  if (value?.by !== 'supabase') throw new ApiError('This server does not use Supabase.');
  const { SupabaseSession } = await import('./supabase-session.js');
  const session = await SupabaseSession.begin(value, email, password);
  await take(() => session.token());
}

export function signOut(): void {
  source = undefined;
  held.clear();
  isSignedIn.value = false;
}

/** A token that holds for a while yet. Throws why there is none. */
export async function token(role: Role = 'caller'): Promise<string> {
  const have = held.get(role);
  if (have !== undefined && have.until - Date.now() > MARGIN_MS) return have.token;
  if (source === undefined) throw new ApiError('Sign in first.');
  const fresh = await source(role);
  held.set(role, fresh);
  return fresh.token;
}

async function take(from: (role: Role) => Promise<Held>): Promise<void> {
  held.set('caller', await from('caller'));
  source = from;
  signInFault.value = undefined;
  isSignedIn.value = true;
}

async function askServer(role: Role): Promise<Held> {
  const response = await fetch('v1/console/token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as: role }),
  });
  if (!response.ok) throw await problemOf(response);
  const { token: fresh, expiresInS } = (await response.json()) as { token: string; expiresInS: number };
  return { token: fresh, until: Date.now() + expiresInS * 1000 };
}

/** When it ends, ms; undefined for what is no JWT. Only the server judges it. */
function endOf(jwt: string): number | undefined {
  const [, payload = '', signature] = jwt.split('.');
  if (signature === undefined) return undefined;
  try {
    const { exp } = JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))) as { exp?: unknown };
    return typeof exp === 'number' ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
