import { estimateTokens } from './tokens.js';

it.each(['', 'a', 'Hello, this is Julia.', 'Größe, Straße', '天気はどうですか', 'ok 🙂 👍🏽', '{"total":"$1,234.50"}'])(
  'counts a token for three bytes of %j',
  (text) => {
    expect(estimateTokens(text)).toBe(Math.ceil(new TextEncoder().encode(text).length / 3));
  },
);
