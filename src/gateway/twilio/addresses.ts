/** Where Twilio streams to. */
export const TWILIO_PATH = '/v1/twilio';

/** The address of the stream as Twilio is told it, and signs it. `origin` is that of PUBLIC_ORIGIN. */
export const streamAddress = (origin: string): string => `${origin.replace(/^http/, 'ws')}${TWILIO_PATH}`;
