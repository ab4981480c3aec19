import type { WebResult } from './web-search.port.js';

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

/**
 * Text of at most `maxLength` characters without markup: tags go, entities become what they stand for, blanks become one,
 * and what is cut is cut at a word.
 */
export function plainText(html: string, maxLength: number): string {
  const text = html
    // Work on a bounded piece: pages are as long as strangers want.
    .slice(0, maxLength * 8)
    .replace(/<(script|style)\b[^>]*>.*?(?:<\/\1>|$)/gis, ' ')
    // Marks within a word or a sentence leave no gap; whatever else is marked up begins anew.
    .replace(/<\/?(?:a|abbr|b|em|i|mark|span|strong|sub|sup|u)\b[^>]*>/gi, '')
    .replace(/<\/?[a-z!][^>]*(?:>|$)/gi, ' ')
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,6}));/gi, (entity, decimal, hex, name) => {
      if (name !== undefined) return NAMED[String(name).toLowerCase()] ?? entity;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16);
      return code > 31 && code <= 0x10ffff ? String.fromCodePoint(code) : ' ';
    })
    // What was written with entities to be seen as markup is none to anybody who reads on.
    .replace(/<[/!|]?[a-z][^<>]*(?:>|$)/gi, ' ')
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 3).replace(/\s+\S*$/, '')}...`;
}

/** A result as the tools may show it; undefined when its address is not a web page. */
export function webResult(title: string, url: string, snippet: string): WebResult | undefined {
  if (url.length > 1_000 || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return undefined;
  return { title: plainText(title, 120), url, snippet: plainText(snippet, 400) };
}
