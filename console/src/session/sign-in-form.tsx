import { useState } from 'preact/hooks';
import { paste, signIn, signInFault, signInWithSupabase } from './token.js';

/** Asks who the user is, as the server wants it. */
export function SignInForm() {
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const withSupabase = signIn.value?.by === 'supabase';
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const field = (name: string): string => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    setBusy(true);
    setFault(undefined);
    try {
      if (withSupabase && field('token') === '') await signInWithSupabase(field('email'), field('password'));
      else await paste(field('token'));
    } catch (error) {
      setFault((error as Error).message);
      setBusy(false);
    }
  };
  const said = fault ?? signInFault.value;
  return (
    <article class="sign-in">
      <h1>Sign in</h1>
      <form onSubmit={(event) => void submit(event)}>
        {withSupabase && (
          <>
            <label>
              E-mail
              <input name="email" type="email" autocomplete="username" />
            </label>
            <label>
              Password
              <input name="password" type="password" autocomplete="current-password" />
            </label>
          </>
        )}
        <label>
          {withSupabase ? 'Or a token' : 'Token'}
          <input name="token" type="password" autocomplete="off" spellcheck={false} aria-describedby="token-help" />
        </label>
        <small id="token-help">
          A JWT that this server accepts; <code>npm run token</code> prints one on its machine. It is kept in this page
          until you close it, and nowhere else.
        </small>
        <p role="alert" class="fault">
          {said}
        </p>
        <button type="submit" aria-busy={isBusy} disabled={isBusy}>
          Sign in
        </button>
      </form>
    </article>
  );
}
