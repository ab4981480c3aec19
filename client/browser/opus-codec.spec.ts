import { webCodecs, type CodecFaults } from '../../test/fakes/web-codecs.js';
import { bytes, heardOf, likeness, packetsOf, samples, voice } from '../../test/support/opus-speech.js';
import { waitFor } from '../../test/support/wait-for.js';
import type { Carrier } from '../audio-codec.js';
import { webCodecsOpus } from './opus-codec.js';

const ALIKE = 0.7;
const PATIENCE_MS = 10_000;

class Wire implements Carrier {
  readonly frames: (string | Uint8Array)[] = [];
  bufferedBytes = 0;
  send(frame: string | Uint8Array): void {
    this.frames.push(frame);
  }
  abandon(): void {
    this.frames.push('abandoned');
  }
  get packets(): Uint8Array[] {
    return this.frames.filter((frame) => typeof frame !== 'string');
  }
}

const codecOf = (faults: { encoder?: CodecFaults; decoder?: CodecFaults } = {}, inputRate = 16_000) =>
  webCodecsOpus({ inputRate, outputRate: 24_000, codecs: webCodecs(faults) });

describe('a browser', () => {
  it('that codes packet by packet may do so', async () => {
    expect(Object.keys(await codecOf())).toEqual(['pack', 'unpack']);
  });

  it.each([
    ['has no codecs', () => webCodecsOpus({ inputRate: 16_000, outputRate: 24_000, codecs: {} }), []],
    [
      'has a decoder alone',
      () => {
        const { AudioDecoder, EncodedAudioChunk } = webCodecs();
        return webCodecsOpus({ inputRate: 16_000, outputRate: 24_000, codecs: { AudioDecoder, EncodedAudioChunk } });
      },
      ['unpack'],
    ],
    ['answers later than packet by packet', () => codecOf({ encoder: { lags: true } }), ['unpack']],
    ['fails', () => codecOf({ encoder: { failAfter: 1 }, decoder: { failAfter: 0 } }), []],
    ['does not answer', () => codecOf({ decoder: { stallAfter: 1 } }), ['pack']],
    ['is asked for a rate that Opus has not', () => codecOf({}, 44_100), ['unpack']],
  ])('that %s may do what it can', async (_what, make, expected) => {
    expect(Object.keys(await make())).toEqual(expected);
  });
});

describe('a microphone', () => {
  it('is packed in whole packets, whatever its frames, and text keeps its place', async () => {
    const wire = new Wire();
    const { pack } = await codecOf();
    const carrier = pack?.(wire, 16_000, () => undefined);
    const said = voice(16_000, 1000);
    for (let at = 0; at < said.length; at += 317) {
      carrier?.send(Uint8Array.from(bytes(said.slice(at, at + 317))));
      if (at === 317 * 20) carrier?.send('in between');
    }
    expect(carrier?.bufferedBytes).toBe(50 * 640);
    await waitFor(() => wire.packets.length === 50, PATIENCE_MS);
    expect(wire.frames.indexOf('in between')).toBe(Math.floor((317 * 21) / 320));
    expect(likeness(heardOf(wire.packets, 16_000), said)).toBeGreaterThan(ALIKE);
    wire.bufferedBytes = 60;
    expect(carrier?.bufferedBytes).toBe(640);
    carrier?.send('at once');
    expect(wire.frames.at(-1)).toBe('at once');
    carrier?.close();
  });

  it('that cannot be packed any more says so once', async () => {
    const faults: CodecFaults = {};
    const { pack } = await codecOf({ encoder: faults });
    const wire = new Wire();
    let failures = 0;
    const carrier = pack?.(wire, 16_000, () => (failures += 1));
    faults.failAfter = 3;
    for (let n = 0; n < 10; n += 1) carrier?.send(new Uint8Array(640));
    await waitFor(() => failures > 0, PATIENCE_MS);
    carrier?.send(new Uint8Array(6400));
    carrier?.close();
    expect([failures, wire.packets.length]).toEqual([1, 3]);
  });
});

describe('a reply', () => {
  it('comes out at the session’s rate, each sample in its place, and what is said with it in its own', async () => {
    const { unpack } = await codecOf();
    const unpacking = unpack?.(24_000, () => undefined);
    const heard: Uint8Array[] = [];
    let before = 0;
    const said = voice(24_000, 1000);
    packetsOf(said, 24_000).forEach((packet, n) => {
      unpacking?.packet('r1', packet, (pcm) => heard.push(pcm));
      if (n === 24) unpacking?.after(() => (before = heard.length));
    });
    await waitFor(() => heard.length === 50, PATIENCE_MS);
    expect(before).toBe(25);
    expect(likeness(samples(Buffer.concat(heard)), said)).toBeGreaterThan(ALIKE);
    unpacking?.close();
  });

  it('that is thrown away is not heard, what waited for it is done at once, and the next one is whole', async () => {
    const { unpack } = await codecOf();
    const unpacking = unpack?.(24_000, () => undefined);
    const heard: Uint8Array[] = [];
    const done: string[] = [];
    for (const packet of packetsOf(voice(24_000, 4000), 24_000))
      unpacking?.packet('r1', packet, () => heard.push(packet));
    unpacking?.after(() => done.push('its end'));
    unpacking?.clear();
    unpacking?.after(() => done.push('interrupted'));
    expect([heard.length, done]).toEqual([0, ['its end', 'interrupted']]);
    const said = voice(24_000, 500, 200);
    for (const packet of packetsOf(said, 24_000)) unpacking?.packet('r2', packet, (pcm) => heard.push(pcm));
    unpacking?.after(() => done.push('the next'));
    await waitFor(() => done.length === 3, PATIENCE_MS);
    expect(likeness(samples(Buffer.concat(heard)), said)).toBeGreaterThan(ALIKE);
    unpacking?.close();
  });

  it('that cannot be unpacked any more lets go of what waited', async () => {
    const faults: CodecFaults = {};
    const { unpack } = await codecOf({ decoder: faults });
    const done: string[] = [];
    const unpacking = unpack?.(24_000, () => done.push('failed'));
    faults.failAfter = 2;
    for (const packet of packetsOf(voice(24_000, 200), 24_000)) unpacking?.packet('r1', packet, () => undefined);
    unpacking?.after(() => done.push('its end'));
    await waitFor(() => done.length === 2, PATIENCE_MS);
    unpacking?.after(() => done.push('later'));
    expect(done).toEqual(['its end', 'failed', 'later']);
  });
});
