// What stands in a header: lists, addresses, parameters (RFC 3261 section 25). Scans from left to right.

/** Splits at `separator` where it stands outside of quotes and angle brackets. */
function splitOutside(text: string, separator: string): string[] {
  const parts: string[] = [];
  let begin = 0;
  let quoted = false;
  let bracketed = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '<') bracketed = true;
    else if (char === '>') bracketed = false;
    else if (char === separator && !bracketed) {
      parts.push(text.slice(begin, at));
      begin = at + 1;
    }
  }
  return [...parts, text.slice(begin)].map((part) => part.trim());
}

/** The items of a header that may list several, over all its lines. */
export const listItems = (values: readonly string[]): string[] =>
  values.flatMap((value) => splitOutside(value, ',')).filter((item) => item !== '');

/** `name=value` of each `;` or `,` in order, without quotes; names in lower case. A later one of a name does not count. */
function pairsOf(parts: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>();
  for (const part of parts) {
    const equals = part.indexOf('=');
    const name = (equals === -1 ? part : part.slice(0, equals)).trim().toLowerCase();
    if (!pairs.has(name)) pairs.set(name, equals === -1 ? '' : unquoted(part.slice(equals + 1).trim()));
  }
  return pairs;
}

const unquoted = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : text;

/** A value with its parameters: `SIP/2.0/UDP host;branch=...`, `"Name" <sip:a@b>;tag=...`, `1800;refresher=uac`. */
export function withParams(value: string): { readonly main: string; readonly params: ReadonlyMap<string, string> } {
  const [main = '', ...rest] = splitOutside(value, ';');
  return { main, params: pairsOf(rest) };
}

/** `Digest username="...", realm="..."`: the scheme in lower case, and what it says. */
export function credentials(value: string): { readonly scheme: string; readonly params: ReadonlyMap<string, string> } {
  const space = value.indexOf(' ');
  const scheme = (space === -1 ? value : value.slice(0, space)).toLowerCase();
  return { scheme, params: pairsOf(space === -1 ? [] : splitOutside(value.slice(space + 1), ',')) };
}

/** The address in a From, To or Contact, without name and brackets. */
export function addressIn(value: string): string {
  const { main } = withParams(value);
  const open = main.lastIndexOf('<');
  return open === -1
    ? main
    : main.slice(open + 1, main.indexOf('>', open) === -1 ? undefined : main.indexOf('>', open));
}

/** `sip:user:password@host:port;params`: user and host, percent-encoding undone; undefined when it is no SIP address. */
export function sipAddress(uri: string): { readonly user: string; readonly host: string } | undefined {
  const scheme = uri.slice(0, uri.indexOf(':')).toLowerCase();
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const address = uri.slice(scheme.length + 1);
  const at = address.lastIndexOf('@');
  const user = at === -1 ? '' : (address.slice(0, at).split(/[:;]/, 1)[0] ?? '');
  const host = address.slice(at + 1).split(/[;?]/, 1)[0] ?? '';
  try {
    return { user: decodeURIComponent(user), host };
  } catch {
    return undefined;
  }
}
