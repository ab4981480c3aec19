import { anything, assert, property, string, uint8Array } from 'fast-check';
import { decodeG711, encodeG711 } from '../../audio/g711.js';
import { TwilioCodec } from './twilio-codec.js';

type Frame = { event: string; streamSid: string; media?: { payload: string }; mark?: { name: string } };

const FORMAT = { encoding: 'audio/x-mulaw', sampleRate: 8000, channels: 1 };
const SAMPLES_PER_MS = 8;

/** One stream, with what it was told. */
function stream() {
  const codec = new TwilioCodec();
  const hear = (message: unknown) => codec.decode(Buffer.from(JSON.stringify(message)), false);
  const frames = (encoded: ReturnType<TwilioCodec['encode']>): Frame[] =>
    [encoded ?? []].flat().map((frame) => JSON.parse(frame as string) as Frame);
  const say = (message: Parameters<TwilioCodec['encode']>[0]) => frames(codec.encode(message));
  const speak = (ms: number) => frames(codec.audio(new Uint8Array(ms * SAMPLES_PER_MS * 2)));
  const begin = (responseId = 'r1') => say({ type: 'response.started', responseId });
  const marksOf = (sent: readonly Frame[]) => sent.flatMap(({ mark }) => (mark === undefined ? [] : [mark.name]));
  const played = (name: string | undefined) => hear({ event: 'mark', streamSid: 'MZ1', mark: { name } });
  const audioMs = (sent: readonly Frame[]) =>
    sent.reduce((sum, { media }) => sum + Buffer.from(media?.payload ?? '', 'base64').length / SAMPLES_PER_MS, 0);
  const media = (timestamp: number, payload = Buffer.alloc(160, 0xff).toString('base64')) =>
    hear({
      event: 'media',
      streamSid: 'MZ1',
      media: { track: 'inbound', chunk: '1', timestamp: `${timestamp}`, payload },
    });
  const key = (digit: string) => hear({ event: 'dtmf', streamSid: 'MZ1', dtmf: { track: 'inbound_track', digit } });
  const start = (over: object = {}) =>
    hear({
      event: 'start',
      sequenceNumber: '1',
      streamSid: 'MZ1',
      start: { accountSid: 'AC1', streamSid: 'MZ1', callSid: 'CA1', tracks: ['inbound'], mediaFormat: FORMAT, ...over },
    });
  return {
    codec,
    hear,
    say,
    speak,
    begin,
    marksOf,
    played,
    audioMs,
    media,
    key,
    start,
    cleared: () => frames(codec.cleared()),
  };
}

describe('TwilioCodec', () => {
  it('introduces the call by its capability, at 8 kHz both ways', () => {
    const { hear, start } = stream();
    expect(hear({ event: 'connected', protocol: 'Call', version: '1.0.0' })).toBeUndefined();
    expect(start({ customParameters: { capability: 'good' } })).toEqual({
      type: 'introduction',
      proof: { callSid: 'CA1', capability: 'good' },
      start: {
        type: 'session.start',
        protocol: 1,
        audio: { input: { encoding: 'pcm16', sampleRate: 8000 }, output: { encoding: 'pcm16', sampleRate: 8000 } },
      },
    });
    expect(stream().start({ mediaFormat: { ...FORMAT, sampleRate: 16_000 } })).toMatchObject({
      code: 'unsupported_audio',
    });
    expect(hear({ event: 'stop', streamSid: 'MZ1', stop: {} })).toEqual({ type: 'session.end' });
    expect(hear({ event: 'something new' })).toBeUndefined();
  });

  it('hears mu-law, fills what is missing, and leaves the other side’s track out', () => {
    const { media, start, hear } = stream();
    start();
    const codes = Uint8Array.from({ length: 160 }, (_, at) => at);
    expect(media(0, Buffer.from(codes).toString('base64'))).toEqual(decodeG711(codes, 'mulaw'));
    expect(media(60)).toHaveLength(3 * 320);
    expect(media(60)).toBeUndefined();
    const outbound = { track: 'outbound', timestamp: '80', payload: '' };
    expect(hear({ event: 'media', streamSid: 'MZ1', media: outbound })).toBeUndefined();
  });

  it('sends mu-law with a mark every 100 ms, and knows by them what was heard', () => {
    const { begin, speak, say, start, marksOf, played, audioMs, codec } = stream();
    start();
    begin();
    const sent = speak(250);
    expect(sent.map(({ event }) => event)).toEqual(['media', 'mark', 'media', 'mark', 'media', 'mark']);
    expect(sent.every(({ streamSid }) => streamSid === 'MZ1')).toBe(true);
    expect(audioMs(sent)).toBe(250);
    const [first, second] = marksOf(sent);
    expect(played(first)).toEqual({ type: 'playback.position', responseId: 'r1', playedMs: 100 });
    expect(played(second)).toEqual({ type: 'playback.position', responseId: 'r1', playedMs: 200 });
    expect(played(second)).toBeUndefined();
    const [last] = marksOf(say({ type: 'response.audio_done', responseId: 'r1', audioMs: 250 }));
    expect(played(last)).toEqual({ type: 'playback.finished', responseId: 'r1' });
    const tone = Int16Array.from({ length: 800 }, (_, at) => 9000 * Math.sin(at / 3));
    const [frame] = [codec.audio(new Uint8Array(tone.buffer)) ?? []].flat() as string[];
    const payload = (JSON.parse(frame ?? '{}') as Frame).media?.payload ?? '';
    expect(new Uint8Array(Buffer.from(payload, 'base64'))).toEqual(encodeG711(new Uint8Array(tone.buffer), 'mulaw'));
  });

  it('counts a mark that comes back after `clear` as not played', () => {
    const { begin, speak, start, marksOf, played, cleared } = stream();
    start();
    begin();
    const [first, second, third] = marksOf(speak(300));
    expect(played(first)).toMatchObject({ playedMs: 100 });
    expect(cleared()).toEqual([{ event: 'clear', streamSid: 'MZ1' }]);
    expect([played(second), played(third)]).toEqual([undefined, undefined]);
    begin('r2');
    expect(played(marksOf(speak(100))[0])).toEqual({ type: 'playback.position', responseId: 'r2', playedMs: 100 });
  });

  it('holds a reply that may be interrupted, and goes on where it was heard', () => {
    const { begin, speak, say, start, marksOf, played, audioMs } = stream();
    start();
    begin();
    const [first, second] = marksOf(speak(500));
    played(first);
    expect(say({ type: 'response.paused', responseId: 'r1' })).toEqual([{ event: 'clear', streamSid: 'MZ1' }]);
    expect(played(second)).toBeUndefined(); // Twilio gives them all back at once
    expect(say({ type: 'response.audio_done', responseId: 'r1', audioMs: 500 })).toEqual([]);
    const again = say({ type: 'response.resumed', responseId: 'r1' });
    expect(audioMs(again)).toBe(400);
    const marks = marksOf(again);
    expect(played(marks[0])).toMatchObject({ playedMs: 200 });
    expect(played(marks[3])).toMatchObject({ playedMs: 500 });
    expect(played(marks[4])).toEqual({ type: 'playback.finished', responseId: 'r1' });
    expect(say({ type: 'response.resumed', responseId: 'r1' })).toEqual([]);
  });

  it('collects keys until # or a pause, silences the agent at the first, and loses no audio over it', () => {
    const { start, media, key } = stream();
    start();
    media(0);
    expect(['5', '0', '0', '1'].map(key)).toEqual([{ type: 'response.cancel' }, undefined, undefined, undefined]);
    expect(key('#')).toEqual({ type: 'text.submit', text: '5001' });
    key('2');
    expect(media(20)).toHaveLength(320);
    for (let at = 40; at < 2000; at += 20) expect(media(at)).toHaveLength(320);
    expect(media(2000)).toEqual({ type: 'text.submit', text: '2' });
    expect(media(2020)).toHaveLength(640);
    expect(media(2040)).toHaveLength(320);
  });

  it('keeps what was not heard within its bounds when no mark ever comes back', () => {
    const { begin, speak, say, start, audioMs } = stream();
    start();
    begin();
    for (let second = 0; second < 400; second += 1) speak(1000);
    say({ type: 'response.paused', responseId: 'r1' });
    const again = audioMs(say({ type: 'response.resumed', responseId: 'r1' }));
    expect(again).toBeGreaterThan(140_000);
    expect(again).toBeLessThanOrEqual(151_000);
  });

  it('never throws, whatever comes', () => {
    const { codec, hear } = stream();
    assert(property(uint8Array({ maxLength: 200 }), (bytes) => void codec.decode(Buffer.from(bytes), false)));
    assert(
      property(string(), anything(), (event, rest) => {
        for (const name of [event, 'start', 'media', 'mark', 'dtmf'])
          hear({ event: name, [name]: rest, streamSid: rest });
      }),
    );
    expect(codec.decode(Buffer.from('x'), true)).toMatchObject({ type: 'fault', code: 'bad_message' });
    expect(hear({ event: 'media', media: { track: 'inbound', timestamp: 'x', payload: '' } })).toMatchObject({
      type: 'fault',
    });
  });

  it('closes so that Twilio has nothing to complain about', () => {
    const { codec } = stream();
    expect(codec.closeOf('client').code).toBe(1000);
    expect(codec.closeOf('call_too_long').code).toBe(1000);
    expect(codec.closeOf('internal').code).toBe(1011);
    expect(codec.closeOf('refused').code).toBe(1008);
  });
});
