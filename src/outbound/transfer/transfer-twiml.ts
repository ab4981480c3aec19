// What Twilio does with the person's call (twilio.com/docs/voice/twiml).
import type { PersonWords } from '../../database/transfers/transfer-book.port.js';
import { xmlText } from '../../rest/xml.js';

/** How long the person may think before he presses a key, s. */
export const KEY_S = 10;

/** Tells who calls, and waits for a key, which goes to `action`; also when none comes. */
export const consult = (announcement: string, language: string, action: string): string =>
  response(
    `<Gather numDigits="1" timeout="${KEY_S}" actionOnEmptyResult="true" action="${xmlText(action)}" method="POST">` +
      `${said(announcement, language)}</Gather>`,
  );

/** The caller and the person in a conference of their own, which ends when one of them leaves. `id` is the transfer's. */
export const conference = (id: string, maxMs: number): string =>
  response(
    `<Dial timeLimit="${Math.ceil(maxMs / 1000)}"><Conference beep="false" startConferenceOnEnter="true" ` +
      `endConferenceOnExit="true">parley-${id}</Conference></Dial>`,
  );

export const hangUp = (words?: Pick<PersonWords, 'gone' | 'language'>): string =>
  response(`${words === undefined ? '' : said(words.gone, words.language)}<Hangup/>`);

const said = (text: string, language: string): string => `<Say language="${xmlText(language)}">${xmlText(text)}</Say>`;

const response = (verbs: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;
