// Which pages may connect: the origins that STREAM_CORS_ORIGIN lists, as a browser would write them.

/** RFC 3986 section 3.1, and what follows it in the origin of an app's own pages (capacitor://localhost). */
const SCHEME_AND_HOST = /^([a-z][a-z0-9+.-]*):\/\/([^\s/?#@*]+)$/;
const SUBDOMAINS = /^(https?):\/\/\*\.([^\s/?#@*]+)$/;

/**
 * An entry of the list in the form that it is matched in: `*`, an origin, or `https://*.example.com` for all subdomains (and
 * not for example.com itself). Capitals, a trailing slash and a default port are taken as what is meant. Undefined when it
 * is none of that: a path, a bare host, a star anywhere else.
 */
export function readOrigin(written: string): string | undefined {
  const entry = written.toLowerCase().replace(/\/$/, '');
  if (entry === '*' || entry === 'null') return entry === '*' ? entry : undefined;
  const subdomains = SUBDOMAINS.exec(entry);
  if (subdomains !== null) {
    const base = webOrigin(`${subdomains[1]}://${subdomains[2]}`);
    return base?.replace('://', '://*.');
  }
  const scheme = SCHEME_AND_HOST.exec(entry)?.[1];
  if (scheme === undefined) return undefined;
  return scheme === 'http' || scheme === 'https' ? webOrigin(entry) : URL.canParse(entry) ? entry : undefined;
}

/** Names by which a browser or a program reaches its own machine, as URLs have them. */
const OWN_NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether an address (http, ws) is of this machine; false for what is no address. */
export const isOwnAddress = (url: string): boolean => URL.canParse(url) && OWN_NAMES.has(new URL(url).hostname);

/** Whether the browser's Origin header is one of `allowed`, which `readOrigin` has read. */
export function isAllowedOrigin(allowed: readonly string[], origin: string): boolean {
  if (allowed.includes('*')) return true;
  // Browsers write origins in lower case; apps' own web views do not always.
  const asked = origin.toLowerCase();
  return allowed.some((entry) => entry === asked || (entry.includes('://*.') && isSubdomain(entry, asked)));
}

function isSubdomain(entry: string, origin: string): boolean {
  const [scheme = '', base = ''] = entry.split('://*');
  if (!origin.startsWith(`${scheme}://`) || !origin.endsWith(base)) return false;
  const label = origin.slice(scheme.length + 3, origin.length - base.length);
  return /^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(label);
}

/** Without a default port, international names in their ASCII form: as browsers send it. */
function webOrigin(entry: string): string | undefined {
  return URL.canParse(entry) ? new URL(entry).origin : undefined;
}
