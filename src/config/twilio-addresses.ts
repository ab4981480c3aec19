/** Where Twilio streams to; below it is what it asks about a call. */
export const TWILIO_PATH = '/v1/twilio';

/** The address of the stream as Twilio is told it, and signs it. `origin` is that of PUBLIC_ORIGIN. */
export const twilioStreamAddress = (origin: string): string => `${origin.replace(/^http/, 'ws')}${TWILIO_PATH}`;

/** Where Twilio tells how a call stands that we have placed. */
export const twilioStatusAddress = (origin: string): string => `${origin}${TWILIO_PATH}/status`;

/** The webhook of a number: what to do with its calls. */
export const twilioVoiceAddress = (origin: string): string => `${origin}${TWILIO_PATH}/voice`;
