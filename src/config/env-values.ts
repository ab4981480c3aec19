// How the values of the environment are written: each kind with its bounds, once. What the keys are is in env.schema.ts.
import { isIP } from 'node:net';
import { z } from 'zod';
import { readHours } from './hours-of-day.js';
import { readOrigin } from './origins.js';
import { readPorts } from './port-range.js';
import { parseShares } from './shares.js';

/** A key without a value counts as not set. */
export const blankIsAbsent = (value: unknown): unknown =>
  typeof value === 'string' && value.trim() === '' ? undefined : value;

export const text = () => z.preprocess(blankIsAbsent, z.string().trim().optional());
export const textOr = (fallback: string) => z.preprocess(blankIsAbsent, z.string().trim().default(fallback));
export const integer = (fallback: number, min: number, max: number) =>
  z.preprocess(blankIsAbsent, z.coerce.number().int().min(min).max(max).default(fallback));
/** With a fraction, where one means something. */
export const decimal = () => z.coerce.number({ error: 'must be a number such as 5 or 0.5, without a unit' });
/** What a client has to send in a header, and most write only in ASCII. */
export const bearer = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .regex(/^[\x20-\x7e]+$/, { error: 'must be letters, digits and signs of ASCII, as headers carry them' })
      .optional(),
  );
export const flag = (fallback: boolean) =>
  z.preprocess(
    blankIsAbsent,
    z
      .enum(['true', 'false', '1', '0', 'yes', 'no'])
      .transform((value) => value === 'true' || value === '1' || value === 'yes')
      .default(fallback),
  );
export const url = () => z.preprocess(blankIsAbsent, z.url({ protocol: /^https?$/ }).optional());
/** https://PUBLIC_KEY@HOST/PATH/PROJECT (develop.sentry.dev/sdk/overview, Parsing the DSN). */
export const sentryDsn = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .refine((value) => /^https?:\/\/\w+(?::\w+)?@[\w.-]+(?::\d+)?(?:\/[\w.~-]+)*\/\d+$/.test(value), {
        error: 'must be a DSN such as https://KEY@sentry.example.com/1',
      })
      .optional(),
  );
export const socketUrl = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .refine((value) => /^wss?:\/\/[^/]/.test(value) && URL.canParse(value), {
        error: 'must be a ws or wss address',
      })
      .optional(),
  );
const addressOf = (is: (value: string) => boolean, error: string) =>
  z.preprocess(blankIsAbsent, z.string().trim().refine(is, { error }).optional());
/** A password with `%`, `#`, `/` or `@` in it, written as it is, makes another address or none. */
const isAddress = (value: string): boolean => {
  try {
    const { username, password, hash } = new URL(value);
    return hash === '' && [username, password].every((part) => decodeURIComponent(part) !== undefined);
  } catch {
    return false;
  }
};
export const databaseUrl = () =>
  addressOf(
    (value) => value === 'memory://' || (/^postgres(ql)?:\/\/./.test(value) && isAddress(value)),
    'must be postgresql://user:password@host:5432/database (a password with other characters than letters and digits is ' +
      'percent-encoded), or memory://',
  );
export const smtpUrl = () =>
  addressOf(
    (value) => /^smtps?:\/\/[^/\s]/.test(value) && isAddress(value),
    'must be smtp://user:password@host:587, or smtps://...:465 for TLS from the start (a password is percent-encoded)',
  );
export const redisUrl = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .refine((value) => /^rediss?:\/\/[^/]/.test(value) && URL.canParse(value), {
        error: 'must be redis://host:port, or rediss:// for TLS',
      })
      .optional(),
  );
/** RFC 7518 section 3.2: an HS256 key has at least the 256 bits of the hash. */
export const secret = () => z.preprocess(blankIsAbsent, z.string().trim().min(32).optional());
export const list = (fallback: string) =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .default(fallback)
      .transform((value) =>
        value
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      ),
  );
export const urls = (fallback: string) => list(fallback).pipe(z.array(z.url({ protocol: /^https?$/ })).max(20));
/** Names of mail domains, in lower case. */
export const domains = () =>
  list('').pipe(
    z.array(
      z
        .string()
        .toLowerCase()
        .regex(/^(?:\*\.)?[\p{L}\d-]+(?:\.[\p{L}\d-]+)+$/u, {
          error: 'must be domains such as example.com, *.example.com',
        }),
    ),
  );
export const origins = (fallback: string) =>
  list(fallback).pipe(
    z
      .array(
        z.string().transform((written, context) => {
          const origin = readOrigin(written);
          if (origin !== undefined) return origin;
          const message =
            'must be * or origins such as https://app.example.com, https://*.example.com, capacitor://localhost';
          context.addIssue({ code: 'custom', message });
          return z.NEVER;
        }),
      )
      .min(1),
  );
export const chain = <const Names extends readonly [string, ...string[]]>(names: Names, fallback: Names[number]) =>
  list(fallback).pipe(z.array(z.enum(names)).min(1));
export const rollout = (names: readonly string[]) =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .transform((written, context) => {
        const { entries, faults } = parseShares(written, names);
        if (faults.length > 0) context.addIssue({ code: 'custom', message: faults.join('; ') });
        return entries;
      })
      .optional(),
  );
/** scheme://host[:port] and nothing behind it. */
export const publicOrigin = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .transform((written, context) => {
        const address = URL.canParse(written) ? new URL(written) : undefined;
        if (address !== undefined && /^https?:$/.test(address.protocol) && address.href === `${address.origin}/`) {
          return address.origin;
        }
        context.addIssue({
          code: 'custom',
          message: 'must be an origin such as https://voice.example.com, without a path',
        });
        return z.NEVER;
      })
      .optional(),
  );
/** Hours of one day, as they are written. */
export const hoursOfDay = (fallback: string) =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .default(fallback)
      .refine((written) => readHours(written) !== undefined, { error: 'must be hours of one day such as 09:00-20:00' }),
  );
export const phoneNumber = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .regex(/^\+[1-9]\d{6,14}$/, { error: 'must be a number in E.164 such as +4930123456' })
      .optional(),
  );
/** A range of UDP ports, both ends included. */
export const portRange = (fallback: string) =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .trim()
      .default(fallback)
      .refine((written) => readPorts(written) !== undefined, {
        error: 'must be two ports from 1024 on such as 30000-31999',
      }),
  );
/** Addresses and networks, as written. */
export const networks = () =>
  list('').refine((items) => items.every(isNetwork), {
    error: 'must be addresses or networks such as 192.0.2.7,198.51.100.0/24',
  });
function isNetwork(written: string): boolean {
  const [address = '', prefix] = written.split('/', 2);
  const version = isIP(address);
  const most = version === 6 ? 128 : 32;
  return version !== 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most));
}
/** `name:password` of each; a password is whatever follows the first colon, without commas. */
export const passwords = () =>
  list('').refine((items) => items.every((item) => /^[^\s":]+:.{8,}$/.test(item)), {
    error: 'must be name:password, with at least 8 characters each password',
  });
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** `name=value,name=value`, percent-encoded as in W3C baggage, which OpenTelemetry has it from. */
export const headers = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .transform((written, context) => {
        const read: Record<string, string> = {};
        for (const entry of written.split(',')) {
          const [, name, value = ''] = /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*(.*?)\s*$/.exec(entry) ?? [];
          const decoded = decode(value);
          if (name === undefined || decoded === undefined) {
            // Never the entry itself: it may be a key.
            const message = 'must be headers such as authorization=Bearer%20abc,x-team=voice';
            context.addIssue({ code: 'custom', message });
            return z.NEVER;
          }
          read[name] = decoded;
        }
        return read;
      })
      .optional(),
  );
const claimsSchema = z.record(z.string(), z.json());
export const claims = () =>
  z.preprocess(
    blankIsAbsent,
    z
      .string()
      .transform((written, context) => {
        const read = claimsSchema.safeParse(parsed(written));
        if (read.success) return read.data;
        context.addIssue({ code: 'custom', message: 'must be a JSON object such as {"name": "the front desk"}' });
        return z.NEVER;
      })
      .optional(),
  );
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
