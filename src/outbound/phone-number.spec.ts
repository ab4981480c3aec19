import { readRequest } from './call-request.js';
import { readPhoneNumber } from './phone-number.js';

describe('a telephone number', () => {
  it.each([
    ['+49 30 901820', '+4930901820', 'Europe/Berlin'],
    ['+44 20 7946 0018', '+442079460018', 'Europe/London'],
    ['+1 808 555 0123', '+18085550123', 'Pacific/Honolulu'],
    // +1 is many countries, +7 two.
    ['+1 787 234 5678', '+17872345678', 'America/Puerto_Rico'],
    ['+7 727 258 0000', '+77272580000', 'Asia/Almaty'],
  ])('%s', (written, e164, zone) => {
    const number = readPhoneNumber(written);
    expect(number?.e164).toBe(e164);
    expect(number?.zones).toContain(zone);
  });

  it('of one country alone is in its zone alone, of a large one perhaps in many', () => {
    expect(readPhoneNumber('+48 22 621 0000')?.zones).toEqual(['Europe/Warsaw']);
    expect(readPhoneNumber('+1 212 555 0123')?.zones).toEqual(
      expect.arrayContaining(['America/New_York', 'America/Los_Angeles', 'Pacific/Honolulu']),
    );
  });

  it('of no country is nowhere', () => {
    expect(readPhoneNumber('+800 1234 5678')).toEqual({ e164: '+80012345678', zones: [] });
  });

  it.each([
    '',
    '030 901820',
    '+49',
    '+49 30 901820 ext. 3',
    'call +49 30 901820 please',
    '+0049 30 901820',
    'sip:a@b.c',
  ])('is not %p', (written) => {
    expect(readPhoneNumber(written)).toBeUndefined();
  });
});

describe('a request', () => {
  it('asks for the same however the number is written', () => {
    const [one, other] = ['+49 30 901820', '+4930901820'].map((to) => readRequest({ to }));
    expect(one).toEqual(other);
    expect(readRequest({ to: '+4930901820', timezone: 'Asia/Tokyo' })).toMatchObject({ zones: ['Asia/Tokyo'] });
    const spanish = readRequest({ to: '+4930901820', language: 'es' });
    expect(spanish).toMatchObject({ language: 'es' });
    expect(spanish).not.toMatchObject({ digest: typeof one === 'object' ? one.digest : '' });
  });

  it.each([
    [{}, 'to: '],
    [{ to: 12 }, 'to: '],
    [{ to: '030 1' }, 'to: must be a telephone number with its country'],
    [{ to: '+4930901820', timezone: 'Mars/Olympus' }, 'timezone: must be a time zone'],
    [{ to: '+4930901820', language: 'German please' }, 'language: must be a BCP-47 tag'],
    [{ to: '+4930901820', language: 'x'.repeat(10_000) }, 'language: '],
    [{ to: '+4930901820', when: 'now' }, 'when: '],
    [[], 'The body: '],
    [null, 'The body: '],
  ])('says what is wrong with %j', (body, expected) => {
    expect(readRequest(body)).toEqual(expect.stringContaining(expected));
  });
});
