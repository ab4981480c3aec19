import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { isRtp, RtpPacket } from 'rtp.js/packets';
import { decodeG711, encodeG711 } from '../../../audio/g711.js';
import { bytesOf, levelDbfs, samplesOf } from '../../../audio/pcm16.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { MediaClock } from './media-clock.js';
import { RtpPorts } from './rtp-ports.js';
import { RtpStream } from './rtp-stream.js';
import type { RemoteAudio } from './sdp.js';

const HOST = '127.0.0.1';
const tone = (length: number, from = 0): Int16Array =>
  Int16Array.from({ length }, (_, at) => Math.round(9000 * Math.sin(((from + at) * 2 * Math.PI * 400) / 8000)));

describe('RTP of a call', () => {
  const ports = new RtpPorts(HOST, 34_000, 34_400);
  let theirs: Socket;
  let stream: RtpStream;
  let got: RtpPacket[];
  let heard: Uint8Array[];
  let told: string[];
  let remote: RemoteAudio;

  beforeEach(async () => {
    theirs = createSocket('udp4');
    got = [];
    theirs.on('message', (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      if (isRtp(view)) got.push(new RtpPacket(view));
    });
    theirs.bind(0, HOST);
    await once(theirs, 'listening');
    const socket = await ports.take();
    if (socket === undefined) throw new Error('no port');
    heard = [];
    told = [];
    stream = new RtpStream(socket, HOST, 1000);
    stream.listen({
      heard: (pcm) => void heard.push(pcm),
      key: (key) => void told.push(`key ${key}`),
      mark: (name) => void told.push(`mark ${name}`),
      silent: () => void told.push('silent'),
    });
    remote = { address: HOST, port: theirs.address().port, law: 'alaw', keysType: 101, direction: 'sendrecv' };
    stream.agree(remote);
  });
  afterEach(async () => {
    stream.close();
    theirs.close();
    await waitFor(() => ports.inUse === 0);
  });

  const frames = (count: number): void => {
    for (let at = 0; at < count; at += 1) stream.frame();
  };
  const packet = (type: number, sequence: number, timestamp: number, payload: Uint8Array, ssrc = 7): Uint8Array => {
    const made = new RtpPacket();
    made.setPayloadType(type);
    made.setSequenceNumber(sequence);
    made.setTimestamp(timestamp);
    made.setSsrc(ssrc);
    made.setPayload(new DataView(payload.buffer, payload.byteOffset, payload.byteLength));
    made.serialize();
    const view = made.getView();
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  };
  const say = (bytes: Uint8Array, from = theirs): void => from.send(bytes, stream.port, HOST);
  /** What was sent to the caller, PCM16. */
  const sent = (): Int16Array => {
    const payloads = got.map((each) => {
      const view = each.getPayload();
      return decodeG711(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), 'alaw');
    });
    return samplesOf(Buffer.concat(payloads));
  };

  it('plays at its own pace, says what was heard, and is silent in between', async () => {
    frames(2);
    stream.start();
    stream.play(bytesOf(tone(480)));
    stream.mark('a');
    frames(3);
    expect(told).toEqual([]);
    frames(3);
    expect(told).toEqual(['mark a']);
    await waitFor(() => got.length === 6);
    expect(got.map((each) => each.getPayloadType())).toEqual(Array(6).fill(8));
    expect(got.map((each) => each.getMarker())).toEqual([true, false, false, false, false, false]);
    const [first] = got;
    expect(got.map((each) => ((each.getTimestamp() - (first?.getTimestamp() ?? 0)) >>> 0) / 160)).toEqual([
      0, 1, 2, 3, 4, 5,
    ]);
    expect(levelDbfs(bytesOf(sent().subarray(0, 480)))).toBeGreaterThan(-20);
    expect(levelDbfs(bytesOf(sent().subarray(480)))).toBeLessThan(-60);
  });

  it('throws away what was not played, with its marks', async () => {
    stream.start();
    stream.play(bytesOf(tone(1600)));
    stream.mark('late');
    frames(2);
    stream.clear();
    frames(8);
    expect(told).toEqual([]);
    await waitFor(() => got.length === 10);
    expect(levelDbfs(bytesOf(sent().subarray(320)))).toBeLessThan(-60);
  });

  it('stands still on hold, hears nothing of it, and goes on at the next sample in its own time', async () => {
    stream.start();
    stream.play(bytesOf(tone(1600)));
    frames(5);
    stream.agree({ ...remote, direction: 'sendonly' });
    say(packet(8, 1, 0, encodeG711(bytesOf(tone(160)), 'alaw')));
    // Far longer than a call may be silent otherwise.
    frames(100);
    expect(told).toEqual([]);
    expect(levelDbfs(Buffer.concat(heard))).toBeLessThan(-80);
    stream.agree(remote);
    frames(5);
    await waitFor(() => got.length === 10);
    const difference = sent().map((sample, at) => sample - (tone(1600)[at] as number));
    expect(levelDbfs(bytesOf(difference))).toBeLessThan(-45);
    const stamps = got.map((each) => ((each.getTimestamp() - (got[0] as RtpPacket).getTimestamp()) >>> 0) / 160);
    expect(stamps.slice(4, 6)).toEqual([4, 105]);
    expect(got[5]?.getMarker()).toBe(true);
  });

  it('plays nothing in frames that are late, and goes on at the next sample', async () => {
    stream.start();
    stream.play(bytesOf(tone(480)));
    stream.frame();
    stream.frame(true);
    stream.frame(true);
    frames(1);
    // It stood still for longer than anybody catches up with.
    stream.skip(100);
    frames(1);
    await waitFor(() => got.length === 3);
    expect(heard).toHaveLength(5);
    const stamps = got.map((each) => ((each.getTimestamp() - (got[0] as RtpPacket).getTimestamp()) >>> 0) / 160);
    expect(stamps).toEqual([0, 3, 104]);
    expect(got.map((each) => each.getMarker())).toEqual([true, true, true]);
    const difference = sent().map((sample, at) => sample - (tone(480)[at] as number));
    expect(levelDbfs(bytesOf(difference))).toBeLessThan(-45);
  });

  it('hears what came while the process stood still', async () => {
    const clock = new MediaClock();
    const send = (at: number): void => say(packet(8, at, at * 160, encodeG711(bytesOf(tone(160, at * 160)), 'alaw')));
    clock.add(stream);
    try {
      for (let at = 0; at < 5; at += 1) send(at);
      await waitFor(() => heard.length >= 5);
      // The kernel holds what comes now: most of a second.
      for (let at = 5; at < 45; at += 1) send(at);
      const until = performance.now() + 800;
      while (performance.now() < until);
      await waitFor(() => stream.counts.received === 45);
      const before = heard.length;
      await waitFor(() => heard.length > before + 5);
    } finally {
      clock.remove(stream);
    }
    // Without waiting for them they would all be late, and 0.8 s of silence heard instead.
    const loud = heard.filter((pcm) => levelDbfs(pcm) > -25);
    expect(loud.length).toBeGreaterThan(35);
  });

  it('hears both laws and keys, and what is no RTP changes nothing', async () => {
    say(Buffer.from('this is no RTP'));
    say(Buffer.from([0x80, 0xff]));
    say(Buffer.from([0x90, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0xbe, 0xde, 0xff, 0xff]));
    say(new Uint8Array(1800));
    for (let at = 0; at < 3; at += 1) {
      say(
        packet(at === 1 ? 0 : 8, at, at * 160, encodeG711(bytesOf(tone(160, at * 160)), at === 1 ? 'mulaw' : 'alaw')),
      );
      say(packet(101, 100 + at, 5000, Uint8Array.from([5, 0x8a, 0, 160])));
      say(packet(13, 200 + at, 480, Uint8Array.from([30])));
    }
    await waitFor(() => stream.counts.received === 3 && told.length > 0);
    frames(5);
    expect(told).toEqual(['key 5']);
    const pcm = samplesOf(Buffer.concat(heard)).subarray(320);
    const difference = pcm.map((sample, at) => sample - (tone(480)[at] as number));
    expect(levelDbfs(bytesOf(difference))).toBeLessThan(-45);
  });

  it('answers to where packets come from, and hears nobody else after that', async () => {
    // Behind a NAT: another port than he says.
    const real = createSocket('udp4');
    real.bind(0, HOST);
    await once(real, 'listening');
    let answers = 0;
    real.on('message', () => {
      answers += 1;
    });
    const loud = encodeG711(bytesOf(tone(160)), 'alaw');
    say(packet(8, 1, 0, loud), real);
    await waitFor(() => stream.counts.received === 1);
    say(packet(8, 2, 160, loud), theirs);
    say(packet(8, 2, 160, loud), real);
    stream.start();
    frames(1);
    await waitFor(() => answers === 1 && stream.counts.received === 2);
    expect(got).toEqual([]);
    real.close();
  });

  it('says when nothing has come for too long', () => {
    frames(50);
    expect(told).toEqual([]);
    frames(1);
    expect(told).toEqual(['silent']);
  });

  it('gives its port back, and takes none that somebody else has', async () => {
    const narrow = new RtpPorts(HOST, 34_500, 34_503);
    const blocker = createSocket('udp4');
    blocker.bind({ port: 34_500, address: HOST, exclusive: true });
    await once(blocker, 'listening');
    const one = await narrow.take();
    expect(one?.port).toBe(34_502);
    expect(await narrow.take()).toBeUndefined();
    one?.release();
    one?.release();
    await waitFor(() => narrow.inUse === 0);
    blocker.close();
  });
});
