// Twilio's own library says what a signature is.
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { isSignedByTwilio } from './twilio-signature.js';

const TOKEN = '0123456789abcdef0123456789abcdef';
const URL_ = 'https://voice.example.com/v1/twilio/voice?agent=julia';
const FORM = { CallSid: 'CA1', From: '+4930123456', To: '+4930654321', CallerName: 'Jürgen & Söhne', Empty: '' };

describe('isSignedByTwilio', () => {
  it('agrees with Twilio’s own library', () => {
    const signature = getExpectedTwilioSignature(TOKEN, URL_, FORM);
    expect(isSignedByTwilio(TOKEN, signature, URL_, FORM)).toBe(true);
    const socket = 'wss://voice.example.com/v1/twilio';
    expect(isSignedByTwilio(TOKEN, getExpectedTwilioSignature(TOKEN, socket, {}), socket)).toBe(true);
    const several = { ...FORM, Digit: ['2', '1', '2'] };
    expect(isSignedByTwilio(TOKEN, getExpectedTwilioSignature(TOKEN, URL_, several), URL_, several)).toBe(true);
  });

  it('takes the address with its usual port, too', () => {
    const written = getExpectedTwilioSignature(TOKEN, URL_.replace('.com/', '.com:443/'), FORM);
    expect(isSignedByTwilio(TOKEN, written, URL_, FORM)).toBe(true);
    const other = 'https://voice.example.com:8443/v1/twilio/voice';
    expect(isSignedByTwilio(TOKEN, getExpectedTwilioSignature(TOKEN, other, {}), other)).toBe(true);
  });

  it('refuses everything else', () => {
    const signature = getExpectedTwilioSignature(TOKEN, URL_, FORM);
    const wrong: [string, string | undefined, string, Record<string, string>][] = [
      ['another token', getExpectedTwilioSignature(TOKEN.replace('0', '1'), URL_, FORM), URL_, FORM],
      ['no signature', undefined, URL_, FORM],
      ['an empty one', '', URL_, FORM],
      ['half of it', signature.slice(0, 14), URL_, FORM],
      ['one of other characters', `é${signature.slice(1)}`, URL_, FORM],
      ['another address', signature, URL_.replace('julia', 'other'), FORM],
      ['another form', signature, URL_, { ...FORM, From: '+49301234567' }],
      ['a field more', signature, URL_, { ...FORM, X: '1' }],
    ];
    for (const [what, given, url, form] of wrong) {
      if (isSignedByTwilio(TOKEN, given, url, form)) throw new Error(`${what} was taken`);
    }
  });
});
