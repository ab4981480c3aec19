import { z } from 'zod';

export interface Settings {
  /** What callers have to show as their bearer token. */
  readonly secret: string;
  /** Key of Resend. */
  readonly apiKey: string;
  readonly baseUrl: string;
  /** Longest wait for Resend, ms. */
  readonly timeoutMs?: number;
}

/** Why a mail was not taken; the server's words for it (src/tools/mail/mailer.port.ts). Never more than a word. */
type Refusal = 'login' | 'recipient' | 'later' | 'refused';

const TIMEOUT_MS = 15_000;
/** By this Resend's events say which mail they are of (src/webhooks/mail/delivery-event.ts). */
const KEY_TAG = 'parley_mail';
/** Largest request, bytes: Resend takes 40 MB, a report has at most 16. */
const MOST_BYTES = 24 * 1024 * 1024;

const mailSchema = z.object({
  // Resend's own bound.
  key: z.string().min(1).max(256),
  from: z.string().min(3).max(320),
  to: z.email().max(254),
  subject: z.string().min(1).max(998),
  text: z.string(),
  html: z.string(),
  attachments: z
    .array(
      z.object({
        filename: z.string().min(1).max(200),
        mediaType: z.string().min(3).max(100),
        base64: z.string(),
        contentId: z.string().max(127).optional(),
      }),
    )
    .max(10),
});
type Mail = z.infer<typeof mailSchema>;

const errorSchema = z.object({ name: z.string(), message: z.string() });

/** Answers 200 with `{ id }` when the mail was taken, else an error status with `{ error: Refusal }`. */
export function handlerOf(settings: Settings): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'POST') return refuse(405, 'refused');
    if (!(await isSecret(request.headers.get('authorization') ?? '', `Bearer ${settings.secret}`))) {
      return refuse(401, 'login');
    }
    const body = await bodyOf(request);
    if (body === undefined) return refuse(413, 'refused');
    const mail = mailSchema.safeParse(body);
    return mail.success ? await send(mail.data, settings) : refuse(400, 'refused');
  };
}

async function send(mail: Mail, { apiKey, baseUrl, timeoutMs = TIMEOUT_MS }: Settings): Promise<Response> {
  let response: Response;
  let answer: unknown;
  try {
    response = await fetch(new URL('/emails', baseUrl), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': mail.key,
      },
      body: JSON.stringify({
        from: mail.from,
        to: [mail.to],
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        attachments: mail.attachments.map(({ filename, mediaType, base64, contentId }) => ({
          filename,
          content: base64,
          content_type: mediaType,
          ...(contentId === undefined ? {} : { content_id: contentId }),
        })),
        tags: [{ name: KEY_TAG, value: mail.key }],
      }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer = await response.json().catch(() => undefined);
  } catch {
    return refuse(502, 'later');
  }
  if (response.ok) return Response.json(z.object({ id: z.string() }).safeParse(answer).data ?? {});
  return refuse(502, refusalOf(response.status, errorSchema.safeParse(answer).data));
}

/** https://resend.com/docs/api-reference/errors */
function refusalOf(status: number, error: z.infer<typeof errorSchema> | undefined): Refusal {
  if (status === 401 || status === 403) return 'login';
  if (status === 429 || status >= 500 || error?.name === 'concurrent_idempotent_requests') return 'later';
  return (status === 400 || status === 422) && error?.message.includes('`to`') === true ? 'recipient' : 'refused';
}

const refuse = (status: number, error: Refusal): Response => Response.json({ error }, { status });

/** Compared by their hashes: how long that takes says nothing of where they differ. */
async function isSecret(given: string, wanted: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [given, wanted].map(
      async (text) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))),
    ),
  );
  return a.every((byte, at) => byte === b[at]);
}

/** The JSON of a request; null when it is none, undefined when it is too large. */
async function bodyOf(request: Request): Promise<unknown> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(await new Blob(chunks).text());
  } catch {
    return null;
  }
}
