// Opus beside PCM: bytes, and what it costs of the thread that carries calls, of the thread that encodes, and of a browser.
//   npm run bench -- opus [--lines 1,10,50] [--seconds 10] [--browser] [--json FILE]
// Speech of flite, 20 ms at a time, as fast as it is done. Processor time is counted, not the time that passes.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Resampler } from '../../src/audio/resampler.js';
import { Opus } from '../../src/opus/opus.js';
import { bytesForMs, OPUS } from '../../src/protocol/index.js';
import { browserThatHears } from '../../test/browser/chromium.js';
import { Site } from '../../test/browser/site.js';
import { synthesise } from '../../test/speech/hear.js';
import { waitFor } from '../../test/support/wait-for.js';

const [MICROPHONE, VOICE] = [16_000, 24_000];
const PATIENCE_MS = 120_000;

interface Row {
  readonly where: string;
  readonly lines: number;
  readonly 'bytes a packet': number;
  readonly 'bytes of PCM': number;
  readonly 'ms of the calls’ thread': number | undefined;
  readonly 'ms of all threads': number;
}

const rounded = (value: number): number => Number(value.toFixed(3));
const ms = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1000;

/** What `work` costs a packet. */
async function measured(
  where: string,
  rate: number,
  lines: number,
  work: () => Promise<readonly number[]>,
): Promise<Row> {
  const [all, own] = [process.cpuUsage(), process.threadCpuUsage()];
  const packets = await work();
  return {
    where,
    lines,
    'bytes a packet': Math.round(packets.reduce((sum, length) => sum + length, 0) / packets.length),
    'bytes of PCM': bytesForMs(OPUS.packetMs, rate),
    'ms of the calls’ thread': rounded(ms(process.threadCpuUsage(own)) / packets.length),
    'ms of all threads': rounded(ms(process.cpuUsage(all)) / packets.length),
  };
}

/** A reply for each line, in chunks of 100 ms; returns the packets' lengths, and keeps those of one line. */
async function encode(opus: Opus, lines: number, pcm: Uint8Array, kept: Uint8Array[]): Promise<number[]> {
  const lengths: number[] = [];
  const encoders = Array.from({ length: lines }, (_, line) => {
    const listener = {
      packet: (packet: Uint8Array) => {
        lengths.push(packet.length);
        if (line === 0) kept.push(packet);
      },
      lost: () => undefined,
    };
    const encoder = opus.encoder(VOICE, listener);
    if (encoder === undefined) throw new Error('there is no encoder: npm ci');
    return encoder;
  });
  const chunk = bytesForMs(100, VOICE);
  for (let at = 0; at < pcm.length; at += chunk) {
    for (const encoder of encoders) encoder.push(pcm.subarray(at, at + chunk));
    await waitFor(() => encoders.every(({ made, due }) => made === due), PATIENCE_MS);
  }
  for (const encoder of encoders) encoder.close();
  return lengths;
}

function decode(opus: Opus, lines: number, packets: readonly Uint8Array[]): number[] {
  const decoders = Array.from({ length: lines }, () => opus.decoder(MICROPHONE));
  const lengths = packets.flatMap((packet) =>
    decoders.map((decoder) => {
      decoder?.decode(packet);
      return packet.length;
    }),
  );
  for (const decoder of decoders) decoder?.close();
  return lengths;
}

/** The package's own code in a page: what is packed of a microphone, and what these packets cost to be heard. */
async function inBrowser(pcm: Uint8Array, packets: readonly Uint8Array[]): Promise<Row[]> {
  const site = await Site.start();
  site.session = { url: 'ws://localhost:9/', token: '' };
  const context = await browserThatHears(new Int16Array(1600), MICROPHONE, join(tmpdir(), 'parley-bench-opus.wav'));
  try {
    const page = await context.newPage();
    await page.goto(`${site.address}/talk.html`);
    const cdp = await context.browser()?.newBrowserCDPSession();
    const cpuMs = async (): Promise<number> => {
      const { processInfo } = (await cdp?.send('SystemInfo.getProcessInfo')) ?? { processInfo: [] };
      return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime * 1000, 0);
    };
    await page.evaluate(
      `(async () => {
        const { webCodecsOpus } = await import('/parley/client/browser/opus-codec.js');
        const codec = await webCodecsOpus({ inputRate: ${MICROPHONE}, outputRate: ${VOICE} });
        const bytes = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
        const pcm = bytes('${Buffer.from(pcm).toString('base64')}');
        const packets = ${JSON.stringify(packets.map((packet) => Buffer.from(packet).toString('base64')))}.map(bytes);
        window.pack = () => new Promise((done, failed) => {
          const lengths = [];
          const carrier = codec.pack({ bufferedBytes: 0, send: (frame) => lengths.push(frame.length ?? 0) }, ${MICROPHONE}, failed);
          for (let at = 0; at < pcm.length; at += 640) carrier.send(pcm.slice(at, at + 640));
          carrier.send('all');
          const timer = setInterval(() => { if (lengths.length > Math.floor(pcm.length / 640)) { clearInterval(timer); done(lengths.slice(0, -1)); } }, 5);
        });
        window.unpack = () => new Promise((done, failed) => {
          const unpacking = codec.unpack(${VOICE}, failed);
          for (const packet of packets) unpacking.packet('r', packet, () => undefined);
          unpacking.after(() => done(packets.map(({ length }) => length)));
        });
      })()`,
    );
    const row = async (where: string, rate: number, what: string): Promise<Row> => {
      await page.evaluate(what);
      const before = await cpuMs();
      const lengths = await page.evaluate<number[]>(what);
      const spent = (await cpuMs()) - before;
      return {
        where,
        lines: 1,
        'bytes a packet': Math.round(lengths.reduce((sum, length) => sum + length, 0) / lengths.length),
        'bytes of PCM': bytesForMs(OPUS.packetMs, rate),
        'ms of the calls’ thread': undefined,
        'ms of all threads': rounded(spent / lengths.length),
      };
    };
    return [await row('Chromium, microphone', MICROPHONE, 'pack()'), await row('Chromium, voice', VOICE, 'unpack()')];
  } finally {
    await context.browser()?.close();
    await site.stop();
  }
}

export async function runOpus(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      lines: { type: 'string', default: '1,10,50' },
      seconds: { type: 'string', default: '10' },
      browser: { type: 'boolean', default: false },
      json: { type: 'string' },
    },
  });
  const speech = await synthesise('What transactions does client five thousand and one have, and what is their total?');
  const seconds = Number(values.seconds);
  const microphone = Buffer.concat(Array.from({ length: 20 }, () => speech)).subarray(
    0,
    bytesForMs(seconds * 1000, MICROPHONE),
  );
  const voice = new Resampler(MICROPHONE, VOICE).push(microphone);
  const opus = new Opus({ maxLines: 1000, warn: (message) => process.stderr.write(`${message}\n`) });
  const rows: Row[] = [];
  // Not counted: compilers have to see the code first.
  const packets: Uint8Array[] = [];
  await encode(opus, 1, voice, packets);
  decode(opus, 1, packets);
  for (const lines of values.lines.split(',').map(Number)) {
    rows.push(
      await measured('server, voice', VOICE, lines, () => encode(opus, lines, voice, [])),
      await measured('server, microphone', MICROPHONE, lines, async () => decode(opus, lines, packets)),
    );
  }
  await opus.close();
  if (values.browser) rows.push(...(await inBrowser(microphone, packets)));
  console.table(rows);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}
