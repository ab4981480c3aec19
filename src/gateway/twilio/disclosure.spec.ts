import { fakeCall } from '../../../test/fakes/call.js';
import { says } from '../../../test/fakes/providers.js';
import { TwilioCodec } from './twilio-codec.js';

const TEXT = 'You are talking to an AI. This call is recorded.';
/** The fake voice takes 50 ms a character. */
const LENGTH_MS = ('You are talking to an AI.'.length + 'This call is recorded.'.length) * 50;

describe('a disclosure by telephone', () => {
  it('is confirmed by the marks of a telephone, and a key does not stop it', async () => {
    const codec = new TwilioCodec();
    const call = fakeCall({ script: () => says('All right.'), disclosure: TEXT, turn: { idlePromptMs: 0 } });
    await call.clock.advance(100);
    const started = { type: 'response.started', responseId: 'r1' } as const;
    codec.encode(started);
    // 50 ms a character of 8 kHz PCM16, as the line has it.
    const frames = [
      codec.audio(new Uint8Array(LENGTH_MS * 16)),
      codec.encode({ ...started, type: 'response.audio_done', audioMs: LENGTH_MS }),
    ]
      .flat()
      .map((frame) => JSON.parse(String(frame)) as { event: string; mark?: { name: string } });
    const back = (frame: object) => codec.decode(Buffer.from(JSON.stringify(frame)), false);
    const key = back({ event: 'dtmf', streamSid: '', dtmf: { track: 'inbound_track', digit: '1' } });
    expect(key).toEqual({ type: 'response.cancel' });
    call.conversation.cancelResponse();
    for (const { event, mark } of frames) {
      if (event !== 'mark') continue;
      const told = back({ event, streamSid: '', mark });
      if (told === undefined || !('type' in told)) throw new Error('a mark that means nothing');
      if (told.type === 'playback.position') call.conversation.playbackPosition('r1', told.playedMs);
      if (told.type === 'playback.finished') call.conversation.playbackFinished('r1');
    }
    await call.clock.advance(50);
    expect(call.last('disclosure.told')).toMatchObject({ heardText: TEXT, whole: true, confirmed: true });
  });
});
