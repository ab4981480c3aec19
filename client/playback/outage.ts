import type { ClientEvents } from '../client-events.js';
import type { VoiceClient } from '../voice-client.js';

/** A gap that is shorter than this is bridged by the audio that is here already, and nobody hears it, ms. */
const BRIDGED_MS = 1000;

/** What becomes of the voice when its server cannot be reached. */
export interface OutageHandlers {
  /** Hold: nobody could interrupt it, and what is held the server will count as not heard. */
  hold(): void;
  /** The call goes on. Always after `hold`, and before the page hears of it. */
  goOn(resumed: ClientEvents['session.resumed']): void;
  /** The server has ended the call in its own words, which may be heard to their end. */
  goodbye(): void;
  /** There is no call any more, and nobody who could be answered: fall silent. */
  stop(): void;
}

/** Follows the connection of one session, for whoever plays its replies. Returns what to call to stop listening. */
export function followOutages(client: Pick<VoiceClient, 'on'>, handlers: OutageHandlers): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  const subscriptions = [
    client.on('reconnecting', () => {
      timer ??= setTimeout(() => handlers.hold(), BRIDGED_MS);
    }),
    client.on('session.resumed', (resumed) => {
      clearTimeout(timer);
      timer = undefined;
      handlers.goOn(resumed);
    }),
    client.on('session.ended', () => (ended = true)),
    client.on('error', ({ fatal }) => (ended ||= fatal)),
    client.on('closed', ({ local }) => {
      clearTimeout(timer);
      if (ended && !local) handlers.goodbye();
      else handlers.stop();
    }),
  ];
  return () => {
    clearTimeout(timer);
    for (const unsubscribe of subscriptions) unsubscribe();
  };
}
