// What Resend tells of a mail (https://resend.com/docs/webhooks/event-types), as far as it is read here. Whoever else
// delivers mail can be translated into the same few fields.
import { z } from 'zod';

/** The tag under which the edge function hands the key of a mail over (deploy/supabase/functions/send-email-report). */
export const KEY_TAG = 'parley_mail';

const word = z.string().min(1).max(100);

export const deliveryEventSchema = z.object({
  type: word,
  data: z.object({
    tags: z.object({ [KEY_TAG]: word.optional() }).nullish(),
    /** As our mails have it: `<key@domain>`. */
    message_id: z.string().max(998).nullish(),
    bounce: z.object({ type: word.nullish(), subType: word.nullish() }).nullish(),
  }),
});

export type DeliveryEvent = z.infer<typeof deliveryEventSchema>;

/** Events that say that a mail which was taken does not arrive. */
const RETURNED: ReadonlySet<string> = new Set(['email.bounced', 'email.suppressed', 'email.failed']);

/**
 * The mail that came back, by its key (undefined when the event does not say), and why, a word such as
 * `permanent_suppressed`. Undefined for an event that tells nothing of that kind.
 */
export function returnedMail({
  type,
  data,
}: DeliveryEvent): { readonly key: string | undefined; readonly reason: string } | undefined {
  if (!RETURNED.has(type)) return undefined;
  const { tags, message_id: id, bounce } = data;
  const said = [bounce?.type, bounce?.subType].filter((part) => typeof part === 'string').join('_');
  const reason = said.toLowerCase().replaceAll(/[^a-z\d]+/g, '_');
  return {
    key: tags?.[KEY_TAG] ?? /^<?([^@<>\s]+)@/.exec(id ?? '')?.[1],
    reason: (reason === '' ? type.slice(type.indexOf('.') + 1) : reason).slice(0, 60),
  };
}
