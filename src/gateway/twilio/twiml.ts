// What Twilio is to do with a call (twilio.com/docs/voice/twiml).

/** Connects the call to a media stream, both ways. When the stream ends there is nothing more to do, and Twilio hangs up. */
export function connectStream(url: string, capability: string): string {
  const stream = `<Stream url="${escaped(url)}"><Parameter name="capability" value="${escaped(capability)}"/></Stream>`;
  return response(`<Connect>${stream}</Connect>`);
}

/** The caller hears that the line is busy, and is not charged. */
export const rejectBusy = (): string => response('<Reject reason="busy"/>');

const response = (verbs: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string): string => text.replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
