// A talk button for a page that has no build: one <script> in it, and a backend that answers POST at `data-session` with
// {url, token}.
//   <script src="embed.js" data-session="/voice-session" data-agent="julia" data-label="Talk to us" defer></script>
import { VoiceCall, type CallState, type VoiceCallOptions } from '../browser/voice-call.js';

interface ElementLike {
  textContent: string | null;
  disabled?: boolean;
  readonly dataset: Readonly<Record<string, string | undefined>>;
  setAttribute(name: string, value: string): void;
  addEventListener(type: 'click', listener: () => void): void;
  append(...children: ElementLike[]): void;
  attachShadow(options: { mode: 'open' }): ElementLike & { adoptedStyleSheets: readonly object[] };
}

interface PageLike {
  readonly document: {
    readonly currentScript: ElementLike | null;
    readonly body: ElementLike;
    createElement(tag: string): ElementLike;
  };
  readonly CSSStyleSheet: new () => { replaceSync(css: string): void };
}

// Made in code, so that a page's policy needs no 'unsafe-inline'.
const STYLE = `
:host { position: fixed; inset: auto 1rem 1rem auto; z-index: 2147483647; font: 1rem/1.4 system-ui, sans-serif; }
div { display: flex; gap: .75rem; align-items: center; justify-content: flex-end; }
p { margin: 0; padding: .4rem .7rem; border-radius: .5rem; background: Canvas; color: CanvasText; max-width: 18rem; }
p:empty { display: none; }
button { min-height: 3rem; padding: 0 1.25rem; border: 0; border-radius: 1.5rem; background: #0b57d0; color: #fff; font: inherit; cursor: pointer; }
button[aria-pressed=true] { background: #b3261e; }
button:focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }
`;

const SAYS: Readonly<Partial<Record<CallState, string>>> = {
  connecting: 'Calling...',
  talking: 'You are talking to the agent.',
  reconnecting: 'The connection is lost. Reconnecting...',
  ending: 'Hanging up...',
};

/** What the user can do about it. */
const HELP: Readonly<Record<string, string>> = {
  microphone_unavailable: 'The microphone cannot be used. Allow it in the address bar, then try again.',
  audio_blocked: 'The browser plays no sound yet. Click once more.',
};

async function session(address: string): Promise<{ readonly url: string; readonly token: string }> {
  const response = await fetch(address, { method: 'POST' });
  if (!response.ok) throw new Error(`No session: ${address} answered HTTP ${response.status}.`);
  return (await response.json()) as { url: string; token: string };
}

const page = globalThis as unknown as PageLike;
const script = page.document.currentScript;

function embed({ dataset }: ElementLike): void {
  const { session: address = '/voice-session', agent, label = 'Talk to us', hangUp = 'Hang up' } = dataset;
  const { capture, playback } = { capture: dataset['captureWorklet'], playback: dataset['playbackWorklet'] };
  const make = (tag: string): ElementLike => page.document.createElement(tag);
  const [host, row, status, button] = [make('parley-call'), make('div'), make('p'), make('button')] as const;
  status.setAttribute('role', 'status');
  button.setAttribute('type', 'button');
  let call: VoiceCall | undefined;

  const show = (state: CallState, says = SAYS[state] ?? ''): void => {
    const isOver = state === 'idle' || state === 'ended';
    status.textContent = says;
    button.textContent = isOver ? label : hangUp;
    button.disabled = state === 'ending';
    button.setAttribute('aria-pressed', String(!isOver));
  };

  const talk = async (): Promise<void> => {
    button.disabled = true;
    try {
      const { url } = await session(address);
      const options: VoiceCallOptions = {
        url,
        token: async () => (await session(address)).token,
        ...(agent === undefined ? {} : { agent }),
        ...(capture === undefined || playback === undefined ? {} : { worklets: { capture, playback } }),
      };
      call = new VoiceCall(options);
      call.on('state', ({ state }) => show(state));
      call.on('audio.interrupted', ({ remedy, message }) => {
        status.textContent = remedy === 'click' ? 'The sound has stopped. Click anywhere to go on.' : message;
        if (remedy === 'reopen') call?.useMicrophone().catch(() => call?.stop());
      });
      call.on('audio.restored', () => show(call?.state ?? 'ended'));
      await call.start();
    } catch (error) {
      const { code = '', message } = error as { code?: string; message: string };
      show('ended', code === 'aborted' ? '' : (HELP[code] ?? message));
    }
  };

  button.addEventListener('click', () => {
    if (call === undefined || call.state === 'ended') void talk();
    else void call.stop();
  });
  const sheet = new page.CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const shadow = host.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [sheet];
  row.append(status, button);
  shadow.append(row);
  page.document.body.append(host);
  show('idle');
}

if (script !== null) embed(script);
