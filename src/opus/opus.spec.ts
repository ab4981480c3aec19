import { mkdtempSync, rmSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytes, heardOf, likeness, packetsOf, samples, voice } from '../../test/support/opus-speech.js';
import { waitFor } from '../../test/support/wait-for.js';
import { OPUS } from '../protocol/index.js';
import { Opus, type OpusOptions } from './opus.js';
import type { PacketDecoder } from './packet-decoder.js';
import type { PacketEncoder } from './packet-encoder.js';

const PATIENCE_MS = 20_000;
const RATE = 24_000;
/** Of sounds that are the same but for what the codec costs: 20 ms later they have nothing in common. */
const ALIKE = 0.7;
const PACKET = (RATE * OPUS.packetMs) / 1000;

/** The thread's program, which does `what` with each message before. */
const worker = (what: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(
      `import { existsSync, unlinkSync } from 'node:fs';
       import { parentPort } from 'node:worker_threads';
       const once = (file) => existsSync(file) && (unlinkSync(file), true);
       parentPort.on('message', (message) => { ${what} });
       await import(${JSON.stringify(new URL('./opus-worker.ts', import.meta.url).href)});`,
    )}`,
  );

describe('Opus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'parley-opus-'));
  const opened: Opus[] = [];
  let warnings: string[];

  const make = (options: Partial<OpusOptions> = {}): Opus => {
    warnings = [];
    const opus = new Opus({ maxLines: 200, warn: (message) => warnings.push(message), ...options });
    opened.push(opus);
    return opus;
  };
  const encoderOf = (opus: Opus, sampleRate = RATE) => {
    const packets: Uint8Array[] = [];
    const losses: string[] = [];
    const encoder = opus.encoder(sampleRate, {
      packet: (packet) => packets.push(packet),
      lost: () => losses.push('lost'),
    }) as PacketEncoder;
    const out = (): Promise<void> => waitFor(() => encoder.made === encoder.due, PATIENCE_MS);
    return { encoder, packets, losses, out };
  };

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((opus) => opus.close()));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  describe('encodes', () => {
    it.each([8000, 16_000, 24_000, 48_000])(
      'a reply at %d Hz, each sample in its place, to its last one',
      async (rate) => {
        const { encoder, packets, out } = encoderOf(make(), rate);
        const said = voice(rate, 1234);
        for (let at = 0; at < said.length; at += 777) encoder.push(bytes(said.slice(at, at + 777)));
        encoder.end();
        await out();
        const heard = heardOf(packets, rate);
        expect(heard.length).toBeGreaterThanOrEqual(said.length);
        expect(heard.length - said.length).toBeLessThan(rate * 0.023);
        expect(likeness(heard, said)).toBeGreaterThan(ALIKE);
        const end = said.length - Math.round(rate / 10);
        expect(likeness(heard.slice(end), said.slice(end))).toBeGreaterThan(ALIKE);
        expect(packets.reduce((sum, { length }) => sum + length, 0) / packets.length).toBeLessThan(80);
      },
    );

    it('one reply after another, each a stream of its own', async () => {
      const { encoder, packets, out } = encoderOf(make());
      const [first, second] = [voice(RATE, 500), voice(RATE, 500, 210)];
      encoder.push(bytes(first));
      encoder.end();
      await out();
      packets.length = 0;
      encoder.push(bytes(second));
      encoder.end();
      await out();
      expect(likeness(heardOf(packets, RATE), second)).toBeGreaterThan(ALIKE);
    });

    it('nothing of what was thrown away, and then what comes', async () => {
      const { encoder, packets, out } = encoderOf(make());
      encoder.push(bytes(voice(RATE, 10_000)));
      await waitFor(() => packets.length > 0, PATIENCE_MS);
      encoder.clear();
      const before = packets.length;
      expect([before < 500, encoder.due - encoder.made]).toEqual([true, 0]);
      const said = voice(RATE, 500, 180);
      encoder.push(bytes(said));
      encoder.end();
      await out();
      expect(likeness(heardOf(packets.slice(before), RATE), said)).toBeGreaterThan(ALIKE);
    });

    it('for a hundred lines at once, none of which hears another, and a short reply before a long one', async () => {
      const opus = make();
      const lines = Array.from({ length: 99 }, (_, n) => ({ ...encoderOf(opus), said: voice(RATE, 150, 110 + n) }));
      const long = encoderOf(opus);
      long.encoder.push(bytes(voice(RATE, 10_000)));
      for (const { encoder, said } of lines) {
        encoder.push(bytes(said));
        encoder.end();
      }
      await Promise.all(lines.map(({ out }) => out()));
      expect(long.packets.length).toBeLessThan(500);
      for (const { packets, said } of lines) expect(likeness(heardOf(packets, RATE), said)).toBeGreaterThan(ALIKE);
    });

    it('no more than a minute that waits', () => {
      const { encoder, losses } = encoderOf(make({ worker: worker('for (;;);') }));
      for (let n = 0; n < 61 && losses.length === 0; n += 1) encoder.push(bytes(new Int16Array(RATE)));
      expect(losses).toEqual(['lost']);
    });
  });

  describe('when its thread', () => {
    const flag = join(folder, 'once');

    it.each([
      ['dies', 'process.exit(7)', /^The thread that encodes Opus ended with code 7\. It is started again\.$/],
      ['hangs', 'for (;;);', /^The thread that encodes Opus answered nothing for 2000 ms\. It is started again\.$/],
    ])('%s, another one goes on where it was', async (_how, what, warning) => {
      writeFileSync(flag, '');
      const dying = worker(
        `if (message.op === 'encode' && message.job === 3 && once(${JSON.stringify(flag)})) ${what}`,
      );
      const { encoder, packets, losses, out } = encoderOf(make({ worker: dying, answerMs: 2000 }));
      const said = voice(RATE, 1000);
      for (let at = 0; at < said.length; at += 10 * PACKET) encoder.push(bytes(said.slice(at, at + 10 * PACKET)));
      encoder.end();
      await out();
      expect([existsSync(flag), losses, warnings]).toEqual([false, [], [expect.stringMatching(warning)]]);
      const heard = heardOf(packets, RATE);
      expect(packets).toHaveLength(51);
      expect(likeness(heard, said)).toBeGreaterThan(ALIKE);
    });

    it('dies again and again, all are told, and there is PCM only', async () => {
      const opus = make({ worker: worker("if (message.op === 'encode') process.exit(7);") });
      const [one, other] = [encoderOf(opus), encoderOf(opus)];
      one.encoder.push(bytes(voice(RATE, 100)));
      await waitFor(() => one.losses.length + other.losses.length === 2, PATIENCE_MS);
      expect(warnings).toHaveLength(4);
      expect(warnings.at(-1)).toBe(
        'The thread that encodes Opus ended with code 7. It is not started again: replies are sent as PCM.',
      );
      expect([opus.encoder(RATE, { packet: () => undefined, lost: () => undefined }), opus.lines.output]).toEqual([
        undefined,
        0,
      ]);
      expect(opus.decoder(16_000)).toBeDefined();
    });
  });

  describe('decodes', () => {
    const decoderOf = (opus = make()): PacketDecoder => opus.decoder(16_000) as PacketDecoder;

    it('a microphone, each sample in its place', () => {
      const said = voice(16_000, 1000);
      const decoder = decoderOf();
      const heard = packetsOf(said, 16_000).map((packet) => decoder.decode(packet) ?? new Uint8Array());
      expect(heard[0]).toHaveLength(2 * (320 - 104));
      expect(likeness(samples(Buffer.concat(heard)), said)).toBeGreaterThan(ALIKE);
    });

    it.each([
      ['nothing', new Uint8Array(0)],
      ['too much', new Uint8Array(65_536)],
      ['a packet of 61 frames', Uint8Array.of(3, 61)],
      ['frames of more than is there', Uint8Array.of(2, 200, 1)],
    ])('%s as no packet, and goes on', (_what, packet) => {
      const decoder = decoderOf();
      expect(decoder.decode(packet)).toBeUndefined();
      const said = voice(16_000, 400);
      const heard = packetsOf(said, 16_000).map((one) => decoder.decode(one) ?? new Uint8Array());
      expect(likeness(samples(Buffer.concat(heard)), said)).toBeGreaterThan(ALIKE);
    });

    it('whatever comes, at most 120 ms a packet, and the one beside it hears nothing of that', () => {
      const opus = make();
      const [decoder, beside] = [decoderOf(opus), decoderOf(opus)];
      const said = voice(16_000, 1000);
      const heard: Uint8Array[] = [];
      let seed = 7;
      const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below;
      for (const packet of packetsOf(said, 16_000)) {
        for (let n = 0; n < 40; n += 1) {
          const noise = Uint8Array.from({ length: 1 + random(300) }, () => random(256));
          expect(decoder.decode(noise)?.length ?? 0).toBeLessThanOrEqual(16 * 120 * 2);
        }
        heard.push(beside.decode(packet) ?? new Uint8Array());
      }
      expect(likeness(samples(Buffer.concat(heard)), said)).toBeGreaterThan(ALIKE);
    });
  });

  describe('is not to be had', () => {
    const listener = { packet: () => undefined, lost: () => undefined };

    it('at rates that it does not code, or when it is switched off', () => {
      const opus = make();
      expect([opus.decoder(44_100), opus.encoder(22_050, listener)]).toEqual([undefined, undefined]);
      const off = make({ maxLines: 0 });
      expect([off.decoder(16_000), off.encoder(16_000, listener)]).toEqual([undefined, undefined]);
    });

    it('by more lines than it is for, until one of them is gone', () => {
      const opus = make({ maxLines: 1 });
      const [decoder, encoder] = [opus.decoder(16_000), opus.encoder(RATE, listener)];
      expect([opus.decoder(16_000), opus.encoder(RATE, listener)]).toEqual([undefined, undefined]);
      for (let twice = 0; twice < 2; twice += 1) {
        decoder?.close();
        encoder?.close();
      }
      expect(opus.lines).toEqual({ input: 0, output: 0 });
      expect([opus.decoder(16_000), opus.encoder(RATE, listener)]).toEqual([expect.anything(), expect.anything()]);
    });

    it('where it cannot be loaded, of which the operator hears', () => {
      const opus = make({
        load: () => {
          throw new Error('no such package');
        },
      });
      expect(opus.decoder(16_000)).toBeUndefined();
      expect(warnings).toEqual(['Calls have PCM only, as Opus cannot be loaded: no such package. npm ci installs it.']);
    });
  });
});
