import { anything, assert, property, string, uint8Array } from 'fast-check';
import { decodeG711, encodeG711 } from '../../audio/g711.js';
import { AsteriskCodec } from './asterisk-codec.js';

type Command = { readonly command: string; readonly correlation_id?: string };

/** One connection, with what it was told. */
function connection(format = 'ulaw') {
  const codec = new AsteriskCodec();
  const hear = (message: unknown) => codec.decode(Buffer.from(JSON.stringify(message) ?? ''), false);
  const start = (over: object = {}) =>
    hear({ event: 'MEDIA_START', channel_id: 'pbx-1.2', format, optimal_frame_size: 160, ptime: 20, ...over });
  const frames = (encoded: ReturnType<AsteriskCodec['encode']>) => (encoded === undefined ? [] : [encoded].flat());
  const audioOf = (encoded: ReturnType<AsteriskCodec['encode']>) =>
    Buffer.concat(frames(encoded).filter((frame) => typeof frame !== 'string'));
  const commandsOf = (encoded: ReturnType<AsteriskCodec['encode']>) =>
    frames(encoded).flatMap((frame) => (typeof frame === 'string' ? [JSON.parse(frame) as Command] : []));
  return { codec, hear, start, audioOf, commandsOf };
}

describe('AsteriskCodec', () => {
  it.each([
    ['ulaw', 8000],
    ['alaw', 8000],
    ['slin', 8000],
    ['slin16', 16_000],
    ['slin24', 24_000],
    ['slin48', 48_000],
  ])('introduces a channel with %s at %i Hz', (format, sampleRate) => {
    const audio = { encoding: 'pcm16', sampleRate };
    expect(connection(format).start()).toEqual({
      type: 'introduction',
      proof: { channelId: 'pbx-1.2' },
      start: { type: 'session.start', protocol: 1, audio: { input: audio, output: audio } },
    });
  });

  it('refuses what it does not speak, and says what to change', () => {
    expect(connection('opus').start()).toMatchObject({
      code: 'unsupported_audio',
      problem: expect.stringMatching(/asks for opus: c\(\.\.\.\) can be ulaw, alaw, slin/),
    });
    const { codec, start, hear } = connection();
    const plain = Buffer.from('MEDIA_START connection_id:1 channel:WebSocket/p format:ulaw optimal_frame_size:160');
    expect(codec.decode(plain, false)).toMatchObject({
      code: 'unsupported_protocol',
      problem: expect.stringMatching(/add f\(json\)/),
    });
    expect(codec.decode(Buffer.alloc(160), true)).toBeUndefined();
    start();
    expect(codec.decode(Buffer.from('{'), false)).toMatchObject({ code: 'bad_message' });
    expect(hear({ event: 'MEDIA_XOFF' })).toBeUndefined();
    expect(hear({ event: 'SOMETHING_NEW', x: 1 })).toBeUndefined();
  });

  it('hears what comes, and what is typed between it', () => {
    const { codec, start, hear } = connection('alaw');
    start();
    const codes = Buffer.from(Uint8Array.from({ length: 160 }, (_, at) => at));
    expect(codec.decode(codes, true)).toEqual(decodeG711(codes, 'alaw'));
    expect(hear({ event: 'DTMF_END', digit: '5' })).toEqual({ type: 'response.cancel' });
    expect(hear({ event: 'DTMF_END', digit: '1' })).toBeUndefined();
    expect(hear({ event: 'DTMF_END', digit: '#' })).toEqual({ type: 'text.submit', text: '51' });
  });

  it('gives whole frames, however the voice is cut, and loses no sample', () => {
    const { codec, start, audioOf } = connection();
    start();
    codec.encode({ type: 'response.started', responseId: 'r1' });
    const pcm = Buffer.from(Int16Array.from({ length: 8000 }, (_, at) => 8000 * Math.sin(at / 9)).buffer);
    const pieces: Buffer[] = [];
    for (let at = 0, size = 34; at < pcm.length; at += size, size = (size * 7) % 998) {
      const sent = audioOf(codec.audio(pcm.subarray(at, at + size)));
      expect(sent.length % 160).toBe(0);
      pieces.push(sent);
    }
    pieces.push(audioOf(codec.encode({ type: 'response.audio_done', responseId: 'r1', audioMs: 1000 })));
    const heard = Buffer.concat(pieces);
    expect(heard.length % 160).toBe(0);
    expect(heard.subarray(0, 8000)).toEqual(Buffer.from(encodeG711(pcm, 'mulaw')));
  });

  it('knows by marks what was heard, and takes back what was not', () => {
    const { codec, start, hear, commandsOf, audioOf } = connection('slin16');
    start();
    codec.encode({ type: 'response.started', responseId: 'r1' });
    const told = commandsOf(codec.audio(new Uint8Array(300 * 32)));
    expect(told.map(({ command }) => command)).toEqual(['MARK_MEDIA', 'MARK_MEDIA', 'MARK_MEDIA']);
    const processed = (at: number) => hear({ event: 'MEDIA_MARK_PROCESSED', correlation_id: told[at]?.correlation_id });
    expect(processed(0)).toEqual({ type: 'playback.position', responseId: 'r1', playedMs: 100 });
    expect(commandsOf(codec.encode({ type: 'response.paused', responseId: 'r1' }))).toEqual([
      { command: 'FLUSH_MEDIA' },
    ]);
    expect(processed(1)).toBeUndefined();
    expect(audioOf(codec.encode({ type: 'response.resumed', responseId: 'r1' }))).toHaveLength(200 * 32);
    expect(commandsOf(codec.cleared())).toEqual([{ command: 'FLUSH_MEDIA' }]);
  });

  it('has the channel hung up at the end', () => {
    const { codec, start, commandsOf } = connection();
    start();
    const end = { type: 'session.ended', reason: 'agent', durationMs: 1 } as const;
    expect(commandsOf(codec.encode(end))).toEqual([{ command: 'HANGUP' }]);
    expect(codec.closeOf('agent').code).toBe(1000);
  });

  it('never throws, whatever comes', () => {
    assert(
      property(anything(), string(), uint8Array({ maxLength: 400 }), (message, text, bytes) => {
        const { codec, hear, start } = connection();
        hear(message);
        hear({ event: 'DTMF_END', digit: message });
        hear({ event: 'MEDIA_START', format: message, channel_id: text });
        codec.decode(Buffer.from(text), false);
        start();
        codec.decode(Buffer.from(bytes), true);
        codec.audio(bytes.slice(bytes.length % 2));
      }),
    );
  });
});
