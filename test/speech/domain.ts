/** What the sentences of test/speech are about, for the recogniser that hears them. */
export { SPEECH as DOMAIN } from '../../src/payments/speech/domain.js';
