import { Offers } from './offers.js';
import { readOptions } from './transcribe-options.js';
import type { Upload } from './upload.js';

const upload = (fields: Record<string, unknown> = {}, type = 'audio/wav'): Upload => ({
  file: Buffer.alloc(0),
  hash: '',
  type,
  fields,
});

describe('the options of a form', () => {
  it('are all optional', () => {
    expect(readOptions(upload())).toEqual({ keyTerms: [], raw: undefined });
    expect(readOptions(upload({ language: '', provider: ' ', keyTerms: '', unknown: 'x' })).keyTerms).toEqual([]);
  });

  it('are put into one form', () => {
    const options = readOptions(upload({ language: 'EN-us', keyTerms: ['Julia, Parley', 'Julia', ' 5001 '] }));
    expect(options.language).toBe('en-US');
    expect(options.keyTerms).toEqual(['Julia', 'Parley', '5001']);
  });

  it('say what raw PCM is', () => {
    expect(readOptions(upload({ sampleRate: '8000' }, 'audio/pcm')).raw).toEqual({
      sampleRate: 8000,
      channels: 1,
      endianness: 'little-endian',
    });
    expect(
      readOptions(upload({ sampleRate: '8000', channels: '2', endianness: 'big-endian' }, 'audio/l16')).raw,
    ).toEqual({ sampleRate: 8000, channels: 2, endianness: 'big-endian' });
    // A file that says of itself what it is needs none of it.
    expect(readOptions(upload({ sampleRate: '8000' })).raw).toBeUndefined();
  });

  it.each([
    ['language', { language: 'not a language' }, 'audio/wav'],
    ['language', { language: ['en', 'de'] }, 'audio/wav'],
    ['provider', { provider: 'x'.repeat(65) }, 'audio/wav'],
    ['keyTerms', { keyTerms: 'x'.repeat(65) }, 'audio/wav'],
    ['keyTerms', { keyTerms: 'two\nlines' }, 'audio/wav'],
    ['keyTerms', { keyTerms: Array.from({ length: 101 }, (_, n) => `term ${n}`) }, 'audio/wav'],
    ['sampleRate', {}, 'audio/pcm'],
    ['sampleRate', { sampleRate: 'fast' }, 'audio/pcm'],
    ['channels', { sampleRate: '8000', channels: '-1' }, 'audio/pcm'],
    ['endianness', { sampleRate: '8000', endianness: 'middle' }, 'audio/pcm'],
  ])('that cannot be taken are named: %s', (field, fields, type) => {
    expect(() => readOptions(upload(fields, type))).toThrow(
      expect.objectContaining({ code: 'bad_request', message: expect.stringContaining(`"${field}"`) }),
    );
  });

  it('never come back in the message', () => {
    expect(() => readOptions(upload({ language: 'my secret words' }))).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});

describe('what is offered', () => {
  const offers = new Offers(['deepgram', 'pocketsphinx'], ['deepgram:nova-2', 'deepgram:nova-3-medical']);

  it('is the whole chain, one of its providers, or a model that the operator allows', () => {
    expect(offers.choose(undefined, undefined)).toEqual(['deepgram', 'pocketsphinx']);
    expect(offers.choose('pocketsphinx', undefined)).toEqual(['pocketsphinx']);
    expect(offers.choose(undefined, 'nova-2')).toEqual(['deepgram:nova-2']);
    expect(offers.choose('deepgram', 'nova-2')).toEqual(['deepgram:nova-2']);
  });

  it.each([
    ['openai', undefined],
    [undefined, 'nova-1'],
    ['pocketsphinx', 'nova-2'],
  ])('is nothing else: %s %s', (provider, model) => {
    expect(() => offers.choose(provider, model)).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });

  it('says so when there is no choice of models', () => {
    expect(() => new Offers(['pocketsphinx'], []).choose(undefined, 'x')).toThrow(/no choice of models/);
  });
});
