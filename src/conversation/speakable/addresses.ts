// Web and e-mail addresses: shortened to what a caller can take in, and spelled as one says them where that is known.
import type { Lexicon } from '../lexicon/lexicon.js';

const EMAIL = /(?<![\w.%+-])(?:mailto:)?(\w[\w.%+-]{0,63})@((?:[a-z0-9][a-z0-9-]{0,62}\.){1,5}[a-z]{2,24})(?![\w-])/giu;
const URL_WITH_SCHEME = /(?<![\w@])(?:https?:\/\/|www\.)([^\s<>"'()[\]{}]{1,2000})/giu;
/** Top-level domains in which a name without "https://" is taken for an address and not for a missing space. */
const DOMAIN = new RegExp(
  String.raw`(?<![\w@.-])((?:[a-z0-9][a-z0-9-]{0,62}\.){1,5}(?:com|org|net|edu|gov|io|ai|app|dev|info|biz|eu|uk|de|fr|ca|au|nl|ch))(?![\w-]|\.\w)((?:\/[\w.~%-]{0,60}){0,5})`,
  'giu',
);
const TRAILING = /[.,;:!?*_~'"-]$/u;
/** Longest path that is worth saying, characters. */
const SHORT_PATH = 30;

/** Two-letter domains that are said as a word; the others are spelled. */
const WORD_DOMAINS = new Set(['co', 'me', 'to', 'be', 'it', 'so']);

/** Host and, when short, path of every web address; e-mail addresses stay as they are. */
export function shortAddresses(text: string): string {
  return replaceAddresses(
    text,
    (host, path) => host + path,
    (user, host) => `${user}@${host}`,
  );
}

/** "john_p@example.com" -> "john underscore p at example dot com", "https://docs.example.com/refunds?x=1" -> "docs dot example dot com slash refunds". */
export function sayAddresses(text: string, lexicon: Lexicon): string {
  return replaceAddresses(
    text,
    (host, path) => sayHost(host, lexicon) + saySigns(path, lexicon),
    (user, host) => `${saySigns(user, lexicon)} ${lexicon.signs['@']?.[0] ?? '@'} ${sayHost(host, lexicon)}`,
  );
}

function replaceAddresses(
  text: string,
  web: (host: string, path: string) => string,
  mail: (user: string, host: string) => string,
): string {
  if (!/[@./]/u.test(text)) return text;
  return text
    .replace(URL_WITH_SCHEME, (_, found: string) => {
      let end = found.length;
      while (end > 0 && TRAILING.test(found[end - 1] ?? '')) end -= 1;
      const [host, path] = hostAndPath(found.slice(0, end));
      return web(host, path) + found.slice(end);
    })
    .replace(EMAIL, (_, user: string, host: string) => mail(user, host))
    .replace(DOMAIN, (_, host: string, path: string) => {
      const dot = path.endsWith('.') ? '.' : '';
      return web(host, shortPath(dot === '' ? path : path.slice(0, -1))) + dot;
    });
}

/** Without user name, port, query and fragment. */
function hostAndPath(address: string): [string, string] {
  const [withPath = ''] = address.split(/[?#]/u);
  const slash = withPath.indexOf('/');
  const authority = slash < 0 ? withPath : withPath.slice(0, slash);
  const host = authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d{0,5}$/u, '')
    .replace(/^www\./iu, '');
  return [host, slash < 0 ? '' : shortPath(withPath.slice(slash))];
}

/** A path of a few words; '' for one that nobody would remember. */
function shortPath(path: string): string {
  const trimmed = path.replace(/\/{1,5}$/u, '');
  const speakable =
    trimmed.length <= SHORT_PATH && /^(?:\/[\w.~-]{1,30}){1,3}$/u.test(trimmed) && !/\d{5}|%/u.test(trimmed);
  return speakable ? trimmed : '';
}

function sayHost(host: string, lexicon: Lexicon): string {
  const labels = host.split('.');
  const last = labels.at(-1) ?? '';
  const isSpelled = /^[a-z]{2}$/iu.test(last) && !WORD_DOMAINS.has(last.toLowerCase());
  const said = labels.map((label, at) => (isSpelled && at === labels.length - 1 ? label.split('').join(' ') : label));
  return saySigns(said.join('.'), lexicon);
}

/** Signs as words, digits one by one. */
function saySigns(text: string, { signs, numbers }: Lexicon): string {
  const digits = (figures: string) => Array.from(figures, (digit) => numbers.cardinal(Number(digit))).join(' ');
  const said = text.replace(/[._+%/~-]|\d+/gu, (found) =>
    /\d/u.test(found) ? ` ${digits(found)} ` : ` ${signs[found]?.[0] ?? found} `,
  );
  return said.replace(/ {2,}/gu, ' ').trimEnd();
}
