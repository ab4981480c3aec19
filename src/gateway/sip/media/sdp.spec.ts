import fc from 'fast-check';
import { parse } from 'sdp-transform';
import { answerTo, offerOf, readSdp } from './sdp.js';

const LOCAL = { address: '192.0.2.1', port: 30_000, sessionId: 7, version: 2 };
const sdp = (...media: string[]): string =>
  ['v=0', 'o=- 1 1 IN IP4 192.0.2.9', 's=-', 'c=IN IP4 192.0.2.9', 't=0 0', ...media, ''].join('\r\n');
const audio = (formats: string, port = 4000): string => `m=audio ${port} RTP/AVP ${formats}`;
const answered = (offer: string) => {
  const read = readSdp(offer);
  if (read === undefined) throw new Error('not taken');
  return parse(answerTo(read, LOCAL));
};

describe('a description of audio', () => {
  it.each([
    ['mu-law first', audio('0 8 101'), 'mulaw'],
    ['A-law first', audio('18 8 0'), 'alaw'],
    ['A-law alone', audio('8'), 'alaw'],
    ['mu-law alone, as one number', audio('0'), 'mulaw'],
    ['named again', `${audio('0')}\r\na=rtpmap:0 PCMU/8000`, 'mulaw'],
    ['0 as something else, which it cannot be', `${audio('0 8')}\r\na=rtpmap:0 opus/48000/2`, 'alaw'],
  ])('is taken with %s', (_, media, law) => {
    expect(readSdp(sdp(media))).toMatchObject({ law, address: '192.0.2.9', port: 4000, direction: 'sendrecv' });
  });

  it.each([
    ['no audio', sdp('m=video 4000 RTP/AVP 96')],
    ['no G.711', sdp(audio('18 3'))],
    ['encryption', sdp('m=audio 4000 RTP/SAVP 0')],
    ['a browser’s profile', sdp('m=audio 9 UDP/TLS/RTP/SAVPF 0')],
    ['a stream that is off', sdp(audio('0', 0))],
    ['a name for an address', sdp(audio('0')).replaceAll('192.0.2.9', 'pbx.example.com')],
    ['no address', sdp(audio('0')).replace(/c=.*\r\n/, '')],
    ['a codec that is a number', `${sdp(audio('0'))}a=rtpmap:0 4000 RTP/AVP\r\n`],
    ['no description', 'hello'],
    ['a line without an end', sdp(`${audio('0')}\r\na=${'x'.repeat(5000)}`)],
    ['lines without an end', sdp(audio('0'), ...Array<string>(500).fill('a=x'))],
  ])('is refused with %s', (_, offer) => {
    expect(readSdp(offer)).toBeUndefined();
  });

  it('is answered in one law, with keys under the number they were offered, and no to the rest', () => {
    const { media, origin } = answered(
      sdp('m=video 4002 RTP/AVP 96', 'a=rtpmap:96 H264/90000', audio('8 0 96'), 'a=rtpmap:96 telephone-event/8000'),
    );
    expect(origin).toMatchObject({ sessionId: 7, sessionVersion: 2, address: '192.0.2.1' });
    expect(media.map(({ type, port, payloads }) => [type, port, payloads])).toEqual([
      ['video', 0, 96],
      ['audio', 30_000, '8 96'],
    ]);
    expect(media[1]).toMatchObject({ direction: 'sendrecv', ptime: 20, fmtp: [{ payload: 96, config: '0-15' }] });
  });

  it.each([
    ['a=sendonly', 'sendonly', 'recvonly'],
    ['a=recvonly', 'recvonly', 'sendonly'],
    ['a=inactive', 'inactive', 'inactive'],
    ['c=IN IP4 0.0.0.0', 'inactive', 'inactive'],
  ])('goes on hold by %s', (line, theirs, ours) => {
    const offer = sdp(audio('0'), line);
    expect(readSdp(offer)?.direction).toBe(theirs);
    expect(answered(offer).media[0]?.direction).toBe(ours);
  });

  it('takes the direction and the address of the session where the stream has none', () => {
    expect(readSdp(sdp(audio('0')).replace('t=0 0', 't=0 0\r\na=sendonly'))?.direction).toBe('sendonly');
    const own = sdp(audio('0'), 'c=IN IP6 2001:db8::9');
    expect(readSdp(own)?.address).toBe('2001:db8::9');
  });

  it('can be an offer of ours, which is answered by our own rules', () => {
    const offer = readSdp(offerOf({ ...LOCAL, address: '2001:db8::1' }));
    expect(offer).toMatchObject({ law: 'mulaw', keysType: 101, address: '2001:db8::1', port: 30_000 });
  });

  it('never throws, in bounded time', () => {
    const line = fc.tuple(fc.constantFrom('a=', 'm=', 'c=', 'o=', 'a=rtpmap:', 'a=candidate:', 'a=fmtp:'), fc.string());
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        readSdp(sdp(audio('0'), ...lines.map((parts) => parts.join(''))));
      }),
    );
    const started = performance.now();
    for (const start of [
      'a=candidate:',
      'a=ssrc:',
      'a=fmtp:0 ',
      'a=rtpmap:',
      'a=crypto:',
      'a=ice-options:',
      'a=simulcast:',
      'm=audio ',
    ]) {
      for (const filling of ['a', ' ', '1 ', ';', ';a='])
        readSdp(sdp(`${start}${filling.repeat(1000).slice(0, 1000)}`));
    }
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
