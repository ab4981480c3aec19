// What Twilio is to do with a call (twilio.com/docs/voice/twiml).
import { xmlText } from '../../rest/xml.js';

/** Connects the call to a media stream, both ways. When the stream ends there is nothing more to do, and Twilio hangs up. */
export function connectStream(url: string, capability: string): string {
  const stream = `<Stream url="${xmlText(url)}"><Parameter name="capability" value="${xmlText(capability)}"/></Stream>`;
  return response(`<Connect>${stream}</Connect>`);
}

/** The caller hears that the line is busy, and is not charged. */
export const rejectBusy = (): string => response('<Reject reason="busy"/>');

const response = (verbs: string): string => `<?xml version="1.0" encoding="UTF-8"?><Response>${verbs}</Response>`;
