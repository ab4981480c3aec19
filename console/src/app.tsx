import { useEffect } from 'preact/hooks';
import { CallsPage } from './calls/calls-page.js';
import { route } from './route.js';
import { SignInForm } from './session/sign-in-form.js';
import { begin, isSignedIn, signIn, signOut } from './session/token.js';
import { SupervisePage } from './supervise/supervise-page.js';
import { TalkPage } from './talk/talk-page.js';

const PAGES = [
  { page: 'talk', name: 'Talk', Page: TalkPage },
  { page: 'calls', name: 'Calls', Page: CallsPage },
  { page: 'supervise', name: 'Supervise', Page: SupervisePage },
] as const;

export function App() {
  useEffect(() => void begin(), []);
  const shown = PAGES.find(({ page }) => page === route.value.page) ?? PAGES[0];
  useEffect(() => {
    document.title = `${shown.name} · Parley`;
  }, [shown]);
  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        Skip to the page
      </a>
      <header class="top">
        <strong class="brand">Parley</strong>
        <nav aria-label="Pages">
          <ul>
            {PAGES.map(({ page, name }) => (
              <li key={page}>
                <a href={`#/${page}`} aria-current={page === shown.page ? 'page' : undefined}>
                  {name}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        {isSignedIn.value && signIn.value?.by !== 'itself' && (
          <button type="button" class="outline secondary small" onClick={signOut}>
            Sign out
          </button>
        )}
      </header>
      <main id="main" tabIndex={-1}>
        {signIn.value === undefined ? (
          <p aria-busy="true">Asking the server…</p>
        ) : !isSignedIn.value ? (
          <SignInForm />
        ) : (
          <shown.Page />
        )}
      </main>
    </>
  );
}

/** The fragment says which page is shown: it must not change. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}
