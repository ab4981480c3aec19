import { storableJson } from './storable-json.js';

describe('storableJson', () => {
  it('writes what PostgreSQL can take, and changes nothing else', () => {
    const json = storableJson({ a: 'nul \u0000, half \ud83d, whole 😀, text \\u0000 and \\ud83d, "quoted"' });
    expect(json).not.toContain('\n');
    expect(JSON.parse(json)).toEqual({ a: 'nul \ufffd, half \ufffd, whole 😀, text \\u0000 and \\ud83d, "quoted"' });
  });
});
