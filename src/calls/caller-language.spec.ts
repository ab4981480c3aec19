import type { CallRequest } from './call.port.js';
import { callerLanguage, languageOf } from './caller-language.js';

const rings = (from: string): Pick<CallRequest, 'route'> => ({
  route: { direction: 'inbound', channel: 'phone', from, to: 'tel:+12125550123' },
});

describe('the language of a caller', () => {
  it.each([
    ['tel:+4930901820', 'de-DE'],
    ['tel:+43158858', 'de-AT'],
    ['tel:+34911234567', 'es-ES'],
    ['tel:+12125550123', 'en-US'],
    ['tel:+525512345678', 'es-MX'],
    ['sip:+4930901820@pbx.example', 'de-DE'],
    ['sips:+4930901820;user=phone@pbx.example', 'de-DE'],
    // Several languages, or one that most people do not speak.
    ['tel:+14165550123', undefined],
    ['tel:+41446681800', undefined],
    ['tel:+3225123456', undefined],
    ['tel:+27215550123', undefined],
    // No number of a country.
    ['tel:+80012345678', undefined],
    ['tel:+7378742833', undefined], // Twilio's RESTRICTED
    ['tel:030901820', undefined],
    ['tel:101', undefined],
    ['sip:anonymous@anonymous.invalid', undefined],
    ['sip:+4930901820x@pbx.example', undefined],
    [`tel:+49${'3'.repeat(10_000)}`, undefined],
  ])('is guessed from %s', (from, language) => {
    expect(callerLanguage(rings(from))).toBe(language);
  });

  it('is the callee’s where we have called', () => {
    const route = { direction: 'outbound', channel: 'phone', from: 'tel:+12125550123', to: 'tel:+4930901820' } as const;
    expect(callerLanguage({ route })).toBe('de-DE');
  });

  it('is what the client says, in its usual form, whatever the number is', () => {
    expect(callerLanguage({ ...rings('tel:+4930901820'), language: 'EN-us' })).toBe('en-US');
  });

  it('is not known of a page that does not say it', () => {
    expect(callerLanguage({})).toBeUndefined();
    expect(callerLanguage({ route: { direction: 'inbound', channel: 'phone' } })).toBeUndefined();
  });

  it('is that of the country where that has one', () => {
    const countries = [
      'DE',
      'AT',
      'GB',
      'US',
      'FR',
      'BR',
      'JP',
      'CA',
      'CH',
      'BE',
      'LU',
      'FI',
      'IN',
      'ZA',
      'ZZ',
      'toString',
    ];
    expect(countries.map(languageOf)).toEqual([
      'de-DE',
      'de-AT',
      'en-GB',
      'en-US',
      'fr-FR',
      'pt-BR',
      'ja-JP',
      ...Array<undefined>(9).fill(undefined),
    ]);
  });
});
