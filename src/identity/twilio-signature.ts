import { createHmac, timingSafeEqual } from 'node:crypto';

/** The parameters of a form; a name may come several times. */
export type FormParameters = Readonly<Record<string, string | readonly string[]>>;

export const SIGNATURE_HEADER = 'x-twilio-signature';

/** Base64 of HMAC-SHA1, by the account's auth token, over the address and the parameters (twilio.com/docs/usage/security). */
export function twilioSignature(authToken: string, url: string, parameters: FormParameters = {}): string {
  return createHmac('sha1', authToken)
    .update(url + written(parameters))
    .digest('base64');
}

/** As Twilio's own libraries write it: names in order, each with its values, without anything between. */
function written(parameters: FormParameters): string {
  return Object.keys(parameters)
    .toSorted()
    .flatMap((name) => [...new Set([parameters[name] ?? []].flat())].toSorted().map((value) => name + value))
    .join('');
}

/**
 * Whether Twilio has signed a request of `url`, the public address as it is configured there. Takes as long for each
 * signature. Twilio leaves the usual port out, or writes it: either is right.
 */
export function isSignedByTwilio(
  authToken: string,
  signature: string | undefined,
  url: string,
  parameters: FormParameters = {},
): boolean {
  const given = Buffer.from(signature ?? '', 'latin1');
  return [url, withPort(url)].some((address) => {
    const expected = Buffer.from(twilioSignature(authToken, address, parameters), 'latin1');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

/** `https://host/path` as `https://host:443/path`. */
function withPort(url: string): string {
  return url.replace(/^(https|wss|http|ws):\/\/([^/:]+)(?=\/|$)/, (whole, scheme: string) =>
    scheme === 'https' || scheme === 'wss' ? `${whole}:443` : `${whole}:80`,
  );
}
