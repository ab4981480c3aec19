// A process with so many calls and a detector, fed in real time: 20 ms of speech a call every 20 ms, spread over them.
//   server.js silero|energy|nothing CALLS
// Answers any message with its Report since the message before.
import { EnergyVad } from '../../src/vad/energy/energy-vad.js';
import { SileroVad } from '../../src/vad/silero/silero-vad.js';
import type { VadStream, VoiceActivityDetector } from '../../src/vad/vad.port.js';
import { DEMO, VOICES } from '../../test/speech/corpus.js';
import { synthesise } from '../../test/speech/hear.js';
import { Wheel } from '../lib/wheel.js';

export interface Report {
  /** CPU time, us: of the process, and of its main thread alone. */
  readonly cpuMicros: number;
  readonly mainMicros: number;
  readonly rssBytes: number;
  /** Audio pushed between where speech began and when its event came, ms. */
  readonly onsets: readonly number[];
  /** Calls that the thread could not keep up with. */
  readonly late: number;
}

const RATE = 16_000;
const CHUNK_MS = 20;
const CHUNK_BYTES = (RATE * 2 * CHUNK_MS) / 1000;
/** Calls send in this many groups, spread over a chunk's length. */
const SLICES = 4;
/** Between two sentences, ms. */
const PAUSE_MS = 900;

const [kind = 'silero', count = '100'] = process.argv.slice(2);

/** Takes the audio and does nothing: what the bench itself costs. */
const nothing: VoiceActivityDetector = {
  name: 'nothing',
  open: () => ({ push: () => undefined, close: () => undefined }),
};
const silero = new SileroVad({ warn: (message) => process.stderr.write(`${message}\n`) });
const detectors: Readonly<Record<string, VoiceActivityDetector>> = { silero, energy: new EnergyVad(), nothing };

/** Sentences in three voices with pauses between, PCM16. */
async function talk(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (const voice of VOICES) {
    for (const { say } of DEMO.slice(0, 5)) {
      pieces.push(await synthesise(say, voice), new Uint8Array((RATE * 2 * PAUSE_MS) / 1000));
    }
  }
  return Buffer.concat(pieces);
}

let onsets: number[] = [];

class BenchCall {
  private readonly stream: VadStream;
  private pushed = 0;

  /** Begins at `at`, bytes, of what everybody says. */
  constructor(
    detector: VoiceActivityDetector,
    private readonly speech: Uint8Array,
    private at: number,
  ) {
    this.stream = detector.open({ sampleRate: RATE }, ({ type, audioMs }) => {
      if (type === 'speech.started') onsets.push((this.pushed * 1000) / (RATE * 2) - audioMs);
    });
  }

  push(): void {
    if (this.at + CHUNK_BYTES > this.speech.length) this.at = 0;
    this.pushed += CHUNK_BYTES;
    this.stream.push(this.speech.subarray(this.at, this.at + CHUNK_BYTES));
    this.at += CHUNK_BYTES;
  }
}

const speech = await talk();
if (kind === 'silero') await silero.warmUp();
const detector = detectors[kind] ?? nothing;
const calls = Array.from({ length: Number(count) }, (_, index) => {
  // Spread over all of it, on even bytes.
  const at = Math.floor((index / Number(count)) * (speech.length / 2)) * 2;
  return new BenchCall(detector, speech, at);
});
let slice = 0;
new Wheel(CHUNK_MS / SLICES).add(() => {
  for (let index = slice; index < calls.length; index += SLICES) calls[index]?.push();
  slice = (slice + 1) % SLICES;
});

let cpu = process.cpuUsage();
let main = process.threadCpuUsage();
process.on('message', () => {
  const usage = process.cpuUsage(cpu);
  const thread = process.threadCpuUsage(main);
  process.send?.({
    cpuMicros: usage.user + usage.system,
    mainMicros: thread.user + thread.system,
    rssBytes: process.memoryUsage.rss(),
    onsets,
    late: silero.lateCalls,
  } satisfies Report);
  onsets = [];
  cpu = process.cpuUsage();
  main = process.threadCpuUsage();
});
process.send?.({ ready: true });
