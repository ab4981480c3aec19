import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DOMAIN } from '../../../test/speech/domain.js';
import { synthesise } from '../../../test/speech/hear.js';
import { describeWith } from '../../../test/support/needs.js';
import { ProviderHealth } from '../../provider/health.js';
import { FallbackStt } from '../fallback/fallback-stt.js';
import type { SpeechToText, SttEvent, SttStream } from '../stt.port.js';
import { PocketsphinxStt, type PocketsphinxOptions } from './pocketsphinx-stt.js';

// What becomes of a call when the recogniser's process dies, hangs or talks nonsense.

const RATE = 16_000;
let folder: string;
let stt: PocketsphinxStt | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-sphinx-faults-'));
});
afterEach(() => stt?.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const silence = (ms: number): Uint8Array => new Uint8Array(ms * 32);
const buzz = (ms: number): Uint8Array =>
  new Uint8Array(Int16Array.from({ length: ms * 16 }, (_, at) => (at % 160 < 80 ? 6000 : -6000)).buffer);

/** A recogniser that answers with the number of bytes it was given; `fault` is run for every frame before that. */
function worker(name: string, fault: string): string {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import { existsSync, writeFileSync } from 'node:fs';
    const first = () => { if (existsSync(${JSON.stringify(`${file}.met`)})) return false; writeFileSync(${JSON.stringify(`${file}.met`)}, ''); return true; };
    const say = (message) => process.stdout.write(JSON.stringify(message) + '\\n');
    let pending = Buffer.alloc(0), bytes = 0, frames = 0;
    process.stdin.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      while (pending.length >= 5 && pending.length >= 5 + pending.readUInt32LE(1)) {
        const type = pending[0], size = pending.readUInt32LE(1);
        pending = pending.subarray(5 + size);
        frames += 1;
        ${fault}
        if (type === 1) bytes = 0;
        if (type === 2) bytes += size;
        if (type === 3) say({ final: 'heard ' + bytes, confidence: 1, words: [] });
      }
    });
    process.stdin.on('end', () => process.exit(0));
    say({ ready: true });`,
  );
  return file;
}

interface Heard {
  readonly events: readonly SttEvent[];
  readonly stream: SttStream;
}

/** As the server runs it: alone in a chain, which is where another try is made. */
const chained = (recogniser: SpeechToText): SpeechToText =>
  new FallbackStt([recogniser], { health: new ProviderHealth() });

/** Speaks for 1 s, and resolves at the end of the turn or of the stream. */
function call(options: Partial<PocketsphinxOptions>, wrap = chained): Promise<Heard> {
  const process = new PocketsphinxStt({ dataDir: folder, warmProcesses: 0, ...options });
  stt = process;
  const recogniser = wrap(process);
  return new Promise((resolve) => {
    const events: SttEvent[] = [];
    const stream = recogniser.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, (event) => {
      events.push(event);
      if (!['turn.ended', 'failed', 'closed'].includes(event.type)) return;
      stream.abort();
      resolve({ events, stream });
    });
    for (const audio of [silence(400), buzz(1000), silence(1600)]) {
      for (let at = 0; at < audio.length; at += 640) stream.push(audio.subarray(at, at + 640));
    }
  });
}

const finals = (events: readonly SttEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'transcript.final' ? [event.text] : []));

/** Lengths of the utterances that the workers above were given. */
const bytesHeard = (events: readonly SttEvent[]): number[] =>
  finals(events).map((text) => Number(/^heard (\d+)$/.exec(text)?.[1]));

/** Ids of living recogniser processes that this process has started. */
function recognisers(): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        const parent = /\nPPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return Number(parent) === process.pid && command.includes('recogniser.worker');
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);
}

/** Read by scripts/fault-matrix.mjs. */
const MATRIX = 'fault matrix › pocketsphinx › a process that';

describeWith(['pocketsphinx'])('pocketsphinx, when its process misbehaves', () => {
  let healthy: number;
  beforeAll(async () => {
    const heard = bytesHeard((await call({ worker: worker('healthy', '') })).events);
    expect(heard).toEqual([expect.any(Number)]);
    healthy = heard[0] ?? 0;
  });

  it.each([
    ['dies in an utterance', 'mid-stream', 'if (type === 2 && frames === 6 && first()) process.kill(process.pid, 9);'],
    ['dies at the end of one', 'mid-stream', 'if (type === 3 && first()) process.exit(1);'],
    ['dies before the first audio', 'connect', 'if (first()) process.exit(1);'],
    ['writes nonsense', 'mid-stream', "if (type === 2 && first()) process.stdout.write('{not json}\\n');"],
    ['hangs', 'mid-stream', 'if (type === 3 && first()) { for (;;); }'],
  ])(
    `${MATRIX} %s › %s: survived, another process hears the utterance from its beginning`,
    async (what, _phase, fault) => {
      const { events } = await call({ worker: worker(what.replaceAll(' ', '-'), fault), finalTimeoutMs: 700 });
      // All of it, once; a replay comes in pieces of 200 ms, so that more of the silence around it may be heard.
      const [bytes = 0, ...more] = bytesHeard(events);
      expect(more).toEqual([]);
      expect(bytes).toBeGreaterThanOrEqual(healthy);
      expect(bytes).toBeLessThanOrEqual(healthy + 2 * 200 * 32);
      expect(events.at(-1)).toEqual({ type: 'turn.ended' });
    },
  );

  it('reports the death and leaves another try to the chain', async () => {
    const fault = 'if (type === 2 && first()) process.kill(process.pid, 9);';
    const { events } = await call({ worker: worker('dies-once', fault) }, (recogniser) => recogniser);
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { code: 'unavailable', retryable: true } });
    expect(finals(events)).toEqual([]);
  });

  it.each([
    ['keeps dying', 'process.exit(1);', undefined],
    ['keeps hanging', 'for (;;);', 300],
  ])(`${MATRIX} %s › connect: unavailable, retryable`, async (what, fault, finalTimeoutMs) => {
    const { events } = await call({
      worker: worker(what.replaceAll(' ', '-'), fault),
      ...(finalTimeoutMs === undefined ? {} : { finalTimeoutMs }),
    });
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      error: { provider: 'pocketsphinx', code: 'unavailable', retryable: true },
    });
    expect(finals(events)).toEqual([]);
  });

  it('a spare that cannot load makes warming up fail instead of waiting for ever', async () => {
    stt = new PocketsphinxStt({ dataDir: folder, worker: join(folder, 'not-there.mjs') });
    await expect(stt.warmUp()).rejects.toMatchObject({ name: 'ProviderError', code: 'unavailable' });
  });

  it('gives up the models that it makes when it is closed', async () => {
    const dataDir = join(folder, 'closed');
    stt = new PocketsphinxStt({ dataDir });
    const ready = stt.warmUp();
    stt.close();
    await ready;
    expect(existsSync(dataDir)).toBe(false);
  });

  it('refuses the call after the last process it may have, and takes one again when a call has ended', async () => {
    const options = { worker: worker('limited', ''), maxProcesses: 1 };
    const recogniser = new PocketsphinxStt({ dataDir: folder, warmProcesses: 0, ...options });
    stt = recogniser;
    const opened = (): Promise<{ event: SttEvent; stream: SttStream }> =>
      new Promise((resolve) => {
        const stream = recogniser.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, (event) => {
          if (event.type === 'failed' || event.type === 'transcript.final') resolve({ event, stream });
        });
        stream.push(buzz(600));
        stream.push(silence(800));
      });
    const one = await opened();
    expect(one.event.type).toBe('transcript.final');
    const two = await opened();
    expect(two.event).toMatchObject({ type: 'failed', error: { code: 'rate_limited', retryable: true } });
    one.stream.abort();
    const three = await opened();
    expect(three.event.type).toBe('transcript.final');
    three.stream.abort();
  });
});

describeWith(['pocketsphinx'])('pocketsphinx, when its real process is killed', () => {
  it('in mid-sentence: the caller repeats nothing, and no process is left behind', async () => {
    const speech = await synthesise('What transactions does client five thousand and one have?');
    const engine = new PocketsphinxStt({ dataDir: folder, domain: DOMAIN, warmProcesses: 0 });
    stt = engine;
    const recogniser = chained(engine);
    const events: SttEvent[] = [];
    await new Promise<void>((resolve, reject) => {
      let killed = false;
      const stream = recogniser.open({ sampleRate: RATE, language: 'en-US', keyTerms: [] }, (event) => {
        events.push(event);
        if (event.type === 'transcript.partial' && !killed) {
          killed = true;
          for (const pid of recognisers()) process.kill(pid, 'SIGKILL');
          stream.push(silence(2000));
        }
        if (event.type === 'failed') reject(event.error);
        if (event.type !== 'turn.ended') return;
        stream.abort();
        resolve();
      });
      for (let at = 0; at + 640 <= speech.length; at += 640) stream.push(speech.subarray(at, at + 640));
    });
    expect(finals(events).join(' ')).toMatch(/transactions does client five thousand (and )?one ha(ve|d)/);
    engine.close();
    for (let tries = 0; recognisers().length > 0 && tries < 100; tries += 1) {
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    expect(recognisers()).toEqual([]);
  });
});
