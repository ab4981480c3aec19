import puppeteer, { type Browser } from 'puppeteer-core';

/** Debian's own, which the tests' preparation installs. */
const PROGRAM = '/usr/bin/firefox-esr';

/** A Firefox that grants the microphone and plays sound without a click. Driven by WebDriver BiDi, which it speaks itself. */
export const firefox = (env: NodeJS.ProcessEnv): Promise<Browser> =>
  puppeteer.launch({
    browser: 'firefox',
    executablePath: PROGRAM,
    headless: true,
    env,
    extraPrefsFirefox: {
      'media.navigator.permission.disabled': true,
      'media.autoplay.default': 0,
      // Nothing leaves the machine.
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  });
