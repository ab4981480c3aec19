import { isAllowedOrigin, readOrigin } from './origins.js';

describe('readOrigin', () => {
  it.each([
    ['https://app.example.com', 'https://app.example.com'],
    ['https://App.Example.com/', 'https://app.example.com'],
    ['HTTPS://app.example.com:443', 'https://app.example.com'],
    ['http://localhost:5173/', 'http://localhost:5173'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://bücher.example', 'https://xn--bcher-kva.example'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['tauri://localhost', 'tauri://localhost'],
    ['ionic://localhost', 'ionic://localhost'],
    ['chrome-extension://abcdefghijklmnop', 'chrome-extension://abcdefghijklmnop'],
    ['https://*.example.com', 'https://*.example.com'],
    ['https://*.Example.com:8443/', 'https://*.example.com:8443'],
    ['*', '*'],
  ])('reads %s as %s', (written, read) => expect(readOrigin(written)).toBe(read));

  it.each([
    'app.example.com',
    'https://',
    'https://a.example/path',
    'https://a.*.example',
    'https://*',
    '*.example.com',
    'null',
    'https://user@a.example',
    'https://a.example?b',
    'https:/a.example',
    'https://a b.example',
    '**',
  ])('refuses %s', (written) => expect(readOrigin(written)).toBeUndefined());
});

describe('isAllowedOrigin', () => {
  const allowed = [
    'https://app.example.com',
    'capacitor://localhost',
    'https://*.example.org',
    'https://*.example.net:8443',
  ];

  it.each([
    ['https://app.example.com', true],
    ['capacitor://localhost', true],
    ['Capacitor://localhost', true],
    ['https://a.example.org', true],
    ['https://a.b.example.org', true],
    ['https://a.example.net:8443', true],
    ['https://example.org', false],
    ['http://a.example.org', false],
    ['https://a.example.org:444', false],
    ['https://a.example.net', false],
    ['https://evilexample.org', false],
    ['https://a.example.org.evil.com', false],
    ['https://evil.com/.example.org', false],
    ['https://evil.com?.example.org', false],
    ['https://evil.com:1.example.org', false],
    ['null', false],
    ['', false],
  ])('%s: %s', (origin, verdict) => expect(isAllowedOrigin(allowed, origin)).toBe(verdict));

  it('lets everybody in by a star', () => expect(isAllowedOrigin(['*'], 'null')).toBe(true));
});
