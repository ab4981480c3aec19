// Calls that the server has placed and a machine answers: the telephone's wire and Deepgram's simulated, the voice real.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { decodeG711, encodeG711 } from '../../src/audio/g711.js';
import { levelDbfs } from '../../src/audio/pcm16.js';
import { packageRoot } from '../../src/database/package-root.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { silence, tone } from '../simulators/tone.js';
import { TwilioCall } from '../simulators/twilio.js';
import { ParleyApp } from '../support/parley-app.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);
const PATIENCE_MS = 40_000;
const AUTH_TOKEN = 'f00d'.repeat(8);
const PUBLIC_ORIGIN = 'https://voice.example.test';
const RATE = 8000;

/** The simulated recogniser hears its next transcript in something loud. */
const speech = (ms: number): Uint8Array => encodeG711(Buffer.concat([tone(ms, RATE), silence(200, RATE)]), 'mulaw');
function beep(): Uint8Array {
  const audio = Buffer.alloc(RATE);
  for (let at = 0; at < audio.length / 2; at += 1) {
    audio.writeInt16LE(Math.round(9000 * Math.sin((2 * Math.PI * 1000 * at) / RATE)), at * 2);
  }
  return encodeG711(audio, 'mulaw');
}

const BRIEF = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
const AGENTS = {
  leaves: `${BRIEF}\nanswering: { voicemail: { message: Please call Julia back at your convenience. } }\n`,
  presses: `${BRIEF}\nanswering: { menu: operator }\n`,
};

describe('a call that was placed and a machine answers', () => {
  let deepgram: DeepgramSimulator;
  let app: ParleyApp;
  let transcripts: string[] = [];

  beforeAll(async () => {
    deepgram = await DeepgramSimulator.start({ knobs: () => ({ transcripts }) });
    app = await ParleyApp.start({
      agents: AGENTS,
      env: {
        PUBLIC_ORIGIN,
        TWILIO_AUTH_TOKEN: AUTH_TOKEN,
        STREAM_STT_PROVIDER: 'deepgram',
        DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
        DEEPGRAM_BASE_URL: deepgram.url,
      },
    });
  });
  afterAll(async () => {
    await app.close();
    await deepgram.close();
  });

  const answeredBy = (agent: keyof typeof AGENTS, callSid: string): Promise<TwilioCall> =>
    TwilioCall.dial(
      { server: app.http, publicOrigin: PUBLIC_ORIGIN, authToken: AUTH_TOKEN },
      { webhook: `/v1/twilio/voice?agent=${agent}&call_sid=${callSid}` },
    );

  const record = async (callSid: string) => {
    const headers = { authorization: `Bearer ${app.token('root', { claims: { admin: true } })}` };
    const response = await fetch(`${app.http}/v1/calls/${callSid}`, { headers });
    return (await response.json()) as {
      status: string;
      endReason: string;
      transcript: { speaker: string; text: string }[];
      events: { kind: string; data: Record<string, unknown> | null }[];
    };
  };
  const trail = async (callSid: string, kind: string) =>
    (await record(callSid)).events.filter((event) => event.kind === kind).map(({ data }) => data);

  it('says nothing to the announcement, leaves its message after the beep, and hangs up', async () => {
    transcripts = ['you have reached ada please leave a message after the tone'];
    const callSid = randomUUID();
    const call = await answeredBy('leaves', callSid);
    await call.say(speech(2500));
    expect(levelDbfs(decodeG711(call.heardSince(0), 'mulaw'))).toBeLessThan(-60);
    await call.say(beep());
    await waitFor(() => call.closed !== undefined, PATIENCE_MS);
    expect(levelDbfs(decodeG711(call.heardSince(0), 'mulaw'))).toBeGreaterThan(-45);
    await waitFor(async () => (await record(callSid)).status === 'completed', PATIENCE_MS);
    const kept = await record(callSid);
    expect(kept.endReason).toBe('agent');
    expect(kept.transcript.map(({ speaker, text }) => `${speaker}: ${text}`)).toEqual([
      `user: ${transcripts[0]}`,
      'agent: Please call Julia back at your convenience.',
    ]);
    expect(await trail(callSid, 'call.answered')).toMatchObject([{ by: 'voicemail' }]);
  });

  it('presses the key that leads to a person, as sound on the line', async () => {
    transcripts = ['for billing press one to speak to an operator press nine'];
    const callSid = randomUUID();
    const call = await answeredBy('presses', callSid);
    await call.say(speech(2500));
    await waitFor(() => levelDbfs(decodeG711(call.heardSince(0), 'mulaw')) > -50, PATIENCE_MS);
    call.hangUp();
    await waitFor(async () => (await record(callSid)).status === 'completed', PATIENCE_MS);
    expect(await trail(callSid, 'keys.pressed')).toEqual([{ keys: '9' }]);
  });
});
