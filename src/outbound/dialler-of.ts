import type { Config } from '../config/config.token.js';
import type { Dialler } from './dialler.port.js';
import { ElevenLabsDialler } from './elevenlabs/elevenlabs-dialler.js';
import { TwilioDialler } from './twilio/twilio-dialler.js';

/** Who dials by the configuration, whose rules see to it that nothing is missing; undefined where nobody does. */
export function diallerOf(config: Config): Dialler | undefined {
  switch (config.OUTBOUND_PROVIDER) {
    case 'twilio':
      return new TwilioDialler({
        accountSid: needed(config.TWILIO_ACCOUNT_SID),
        authToken: needed(config.TWILIO_AUTH_TOKEN),
        from: needed(config.OUTBOUND_FROM),
        publicOrigin: needed(config.PUBLIC_ORIGIN),
        maxCallMs: config.STREAM_MAX_SESSION_MS,
        baseUrl: config.TWILIO_BASE_URL,
      });
    case 'elevenlabs':
    case 'elevenlabs_sip':
      return new ElevenLabsDialler({
        apiKey: needed(config.ELEVENLABS_API_KEY),
        agentId: needed(config.ELEVENLABS_AGENT_ID),
        phoneNumberId: needed(config.ELEVENLABS_PHONE_NUMBER_ID),
        over: config.OUTBOUND_PROVIDER === 'elevenlabs' ? 'twilio' : 'sip',
        baseUrl: config.ELEVENLABS_BASE_URL,
      });
    case undefined:
    default:
      return undefined;
  }
}

function needed(value: string | undefined): string {
  if (value === undefined)
    throw new Error('The rules of the configuration let a call be placed without what it takes.');
  return value;
}
