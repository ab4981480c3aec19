import puppeteer, { type Browser } from 'puppeteer-core';
import { settledWithin } from '../../src/deadline/within.js';

/** Debian's own, which the tests' preparation installs. */
const PROGRAM = '/usr/bin/firefox-esr';

/** How long it may take for an answer on a machine that does ten other things, ms. */
const ANSWER_MS = 60_000;
const CLOSE_MS = 10_000;

/** A Firefox that grants the microphone and plays sound without a click. Driven by WebDriver BiDi, which it speaks itself. */
export const firefox = (env: NodeJS.ProcessEnv): Promise<Browser> =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath: PROGRAM,
    headless: true,
    // A browser that stands still is found out, and left to the next try.
    protocolTimeout: ANSWER_MS,
    env,
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      // Nothing leaves the machine.
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  });

/** Also one that does not answer any more. */
export async function endFirefox(browser: Browser | undefined): Promise<void> {
  if (browser === undefined) return;
  const program = browser.process();
  if (!(await settledWithin(browser.close(), CLOSE_MS))) program?.kill('SIGKILL');
}
