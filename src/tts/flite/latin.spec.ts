import { latin } from './latin.js';

describe('what flite reads', () => {
  it.each([
    ['Hello there.', 'Hello there.'],
    ['Café Zoë – naïve’s', "Cafe Zoe   naive's"],
    ['Łódź, Straße, Ærø', 'Lodz, Strasse, AEro'],
    ['Your total is 42.', 'Your total is 42.'],
    ['The word 你好 means hello.', 'The word   means hello.'],
    ['５００１', '5001'],
  ])('%j', (text, read) => {
    expect(latin(text)?.toLowerCase()).toBe(read.toLowerCase());
  });

  it.each([
    '你好，世界。',
    'مرحبا بكم في المتجر',
    'Привет, мир',
    'שלום',
    'नमस्ते दुनिया',
    'こんにちは',
    '안녕하세요',
    'สวัสดี',
    'Γειά σου',
    '你好 OK 世界很大',
  ])('%j is nothing that it can say', (text) => {
    expect(latin(text)).toBeUndefined();
  });
});
