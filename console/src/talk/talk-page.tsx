import { useEffect, useState } from 'preact/hooks';
import { CallBar } from './call-bar.js';
import { Conversation } from './conversation.js';
import { EventPanel } from './event-panel.js';
import { LatencyPanel } from './latency.js';
import { mayGoOn } from './kept-call.js';
import { isOver, lines, start } from './live-call.js';
import { loadOffer, offer } from './offer.js';
import { Setup } from './setup.js';

export function TalkPage() {
  // A page that was loaded anew goes on by itself; where the browser wants a click first, the button asks for it.
  const [fault, setFault] = useState<string>();
  useEffect(() => {
    loadOffer()
      .catch((error: unknown) => setFault((error as Error).message))
      // Who speaks in the call is known by then.
      .finally(() => mayGoOn.value && void start());
  }, []);
  const isFresh = lines.value.length === 0 && isOver.value;
  return (
    <div class={isFresh ? 'talk-page fresh' : 'talk-page'}>
      <div class="stage">
        <hgroup class={isFresh ? 'welcome' : 'sr-only'}>
          <h1>Talk to your agent</h1>
          <p>Press Talk and allow the microphone. What is said, found and drawn appears here as it happens.</p>
        </hgroup>
        <Conversation />
      </div>
      <aside aria-label="Details">
        <Setup />
        {fault !== undefined && <p role="alert">{fault}</p>}
        <LatencyPanel />
        <EventPanel />
      </aside>
      <CallBar example={offer.value?.example ?? ''} />
    </div>
  );
}
