import { z } from 'zod';
import type { MailContent } from './mailer.port.js';

const contentSchema = z.object({
  text: z.string(),
  html: z.string(),
  attachments: z.array(
    z.object({
      filename: z.string(),
      mediaType: z.string(),
      base64: z.string(),
      contentId: z.string().optional(),
    }),
  ),
});

/** What a mail says, as it waits in the queue. */
export const writeContent = (content: MailContent): string => JSON.stringify(content);

/** Undefined when it is something else. */
export function readContent(json: string): MailContent | undefined {
  try {
    return contentSchema.parse(JSON.parse(json));
  } catch {
    return undefined;
  }
}
