import { createHash } from 'node:crypto';
import { z } from 'zod';
import { isLanguageTag, NO_LANGUAGE_TAG } from '../bounds/language-tag.port.js';
import { isTimeZone, readPhoneNumber } from './phone-number.js';
import type { PhoneNumber } from './phone-number.js';

export const placeSchema = z.strictObject({
  to: z
    .string()
    .max(50)
    .transform((written, context): PhoneNumber => {
      const number = readPhoneNumber(written);
      if (number !== undefined) return number;
      context.addIssue({ code: 'custom', message: 'must be a telephone number with its country, such as +4930123456' });
      return z.NEVER;
    }),
  /** Of this server; the default one when absent. */
  agent: z.string().min(1).max(50).exactOptional(),
  /** Where the callee is, IANA. */
  timezone: z
    .string()
    .max(100)
    .refine(isTimeZone, { error: 'must be a time zone such as Europe/Berlin' })
    .exactOptional(),
  /** The callee's, BCP-47; what the number says of it when absent. */
  language: z.string().refine(isLanguageTag, { error: NO_LANGUAGE_TAG }).exactOptional(),
});

export interface OutboundRequest {
  /** E.164. */
  readonly to: string;
  /** IANA names of where the callee may be. */
  readonly zones: readonly string[];
  readonly agent?: string;
  readonly language?: string;
  /** The same for requests that ask for the same. */
  readonly digest: string;
}

/** Reads the body of a request, or says in a sentence what is wrong with it. */
export function readRequest(body: unknown): OutboundRequest | string {
  const read = placeSchema.safeParse(body);
  if (!read.success) {
    const [issue] = read.error.issues;
    const name = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.') || 'The body';
    return `${name}: ${issue?.message ?? 'cannot be used'}.`;
  }
  const { to, agent, timezone, language } = read.data;
  const digest = createHash('sha256')
    // Requests without a language have the digest that they had before there was one.
    .update(JSON.stringify([to.e164, agent ?? null, timezone ?? null, ...(language === undefined ? [] : [language])]))
    .digest('hex');
  return {
    to: to.e164,
    zones: timezone === undefined ? to.zones : [timezone],
    ...(agent === undefined ? {} : { agent }),
    ...(language === undefined ? {} : { language }),
    digest,
  };
}

/** Visible characters, as HTTP allows them in a header. */
const keySchema = z.string().regex(/^[\x21-\x7e]{1,255}$/);

/** Undefined for what cannot be one. */
export const readKey = (header: string | undefined): string | undefined => keySchema.safeParse(header).data;
