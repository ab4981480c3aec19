import { sessionStart } from './connect-options.js';

const URL = 'wss://voice.example.test/v1/stream';

describe('the caller’s language', () => {
  const known = ['document', 'navigator'].map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  const inPage = (language: unknown): void => {
    Object.defineProperty(globalThis, 'document', { configurable: true, value: {} });
    Object.defineProperty(globalThis, 'navigator', { configurable: true, value: { language } });
  };
  afterEach(() => {
    for (const [name, descriptor] of known) {
      Reflect.deleteProperty(globalThis, name);
      if (descriptor !== undefined) Object.defineProperty(globalThis, name, descriptor);
    }
  });

  it('is what the page says, else what its browser speaks', () => {
    inPage('de-AT');
    expect(sessionStart({ url: URL })).toMatchObject({ language: 'de-AT' });
    expect(sessionStart({ url: URL, language: 'es' })).toMatchObject({ language: 'es' });
  });

  it.each(['C', 'en-US@posix', '', undefined])('is left out where the browser has none that is one: %j', (language) => {
    inPage(language);
    expect(sessionStart({ url: URL })).not.toHaveProperty('language');
  });

  it('is not that of a program', () => {
    expect(sessionStart({ url: URL })).not.toHaveProperty('language');
  });

  it('is refused when it is none', () => {
    expect(() => sessionStart({ url: URL, language: 'German' })).toThrow(/^language: must be a BCP-47 tag/);
    expect(() => sessionStart({ url: URL, language: 'x'.repeat(10_000) })).toThrow(/^language: /);
  });
});
