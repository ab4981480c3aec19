// Keeps the screen of a phone on while its user talks: a screen that goes off takes the page's audio with it.
// https://www.w3.org/TR/screen-wake-lock/
import type { BrowserAudio, WakeLockLike } from './web-audio.js';

/**
 * Holds a wake lock until the returned function is called, again whenever the page has been away and comes back: the browser
 * takes it from a page that nobody sees. A browser that has none, or refuses it (a battery that is low), is no error.
 */
export function keepAwake(browser: BrowserAudio): () => void {
  let held: WakeLockLike | undefined;
  let isAsking = false;
  let isOver = false;
  const ask = async (): Promise<void> => {
    if (browser.wakeLock === undefined || isAsking || isOver || held?.released === false || !browser.visible()) return;
    isAsking = true;
    try {
      held = await browser.wakeLock();
      if (isOver) await held.release();
    } catch {
      // Asked again when the user does something.
    } finally {
      isAsking = false;
    }
  };
  const ignoreUser = browser.onUser(() => void ask());
  void ask();
  return () => {
    isOver = true;
    ignoreUser();
    void held?.release().catch(() => undefined);
  };
}
