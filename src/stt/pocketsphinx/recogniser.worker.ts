// One recogniser in a process of its own: libpocketsphinx through koffi, so that there are partial results, word times and
// confidences, and so that a crash in the native code is one call's hiccup. Runs as compiled JavaScript and, in tests,
// straight from the source: so what it is made of imports values by `.ts`, which the build makes `.js`, and only TypeScript
// that can be erased.
//
// stdin:  frames, see worker/frames.ts.
// stdout: JSON lines: {"ready":true}, {"partial":"..."}, {"final":"...","confidence":0.9,"words":[...]}, {"fatal":"..."}.
import type { NameClass } from './language/names.js';
import type { ModelFiles } from './model-files.js';
import { Decoder } from './worker/decoder.ts';
import { FRAME, frameReader } from './worker/frames.ts';
import type { Heard } from './worker/heard.ts';
import { Refusals } from './worker/refusals.ts';
import { SecondLook } from './worker/second-look.ts';

/** From the death of whoever started this process to its own end, ms. */
const LEAVE_AFTER_MS = 1500;

const write = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

/** The utterances of one call. */
class Recogniser {
  private readonly decoder: Decoder;
  private readonly secondLook = new SecondLook();
  private readonly refusals: Refusals;
  private speaking = false;
  private shown = '';
  /** To be learnt between two utterances. */
  private names: readonly NameClass[] | undefined;

  constructor(files: ModelFiles) {
    this.decoder = new Decoder(files);
    this.refusals = new Refusals(this.decoder, files.dictionary);
  }

  handle(type: number, payload: Buffer): void {
    if (type === FRAME.names) {
      this.names = JSON.parse(payload.toString()) as NameClass[];
      if (!this.speaking) this.learn();
    } else if (type === FRAME.start) this.start();
    else if (type === FRAME.audio && this.speaking) this.push(payload);
    else if (type === FRAME.end && this.speaking) this.end(payload.toString());
  }

  private learn(): void {
    if (this.names !== undefined) this.decoder.learn(this.names);
    this.names = undefined;
  }

  private start(): void {
    this.decoder.start();
    this.refusals.start();
    this.secondLook.start();
    this.speaking = true;
    this.shown = '';
  }

  private push(pcm: Buffer): void {
    const before = performance.now();
    this.decoder.push(pcm);
    this.secondLook.take(pcm, performance.now() - before);
    this.refusals.take(pcm);
    const text = this.decoder.text();
    if (text !== '' && text !== this.shown) write({ partial: text });
    this.shown = text;
  }

  /** `answers` are LikelyAnswers as JSON, or nothing. */
  private end(answers: string): void {
    this.decoder.end();
    this.speaking = false;
    const heard = this.lookAgain(this.decoder.heard());
    write((answers === '' ? undefined : this.refusals.find(answers, heard)) ?? heard);
    this.learn();
  }

  private lookAgain(heard: Heard): Heard {
    const again = this.secondLook.again(heard);
    if (again === undefined) return heard;
    const { audio, fromMs } = again;
    this.decoder.decode(audio);
    const second = this.decoder.heard();
    const words = second.words.map((word) => ({ ...word, startMs: word.startMs + fromMs, endMs: word.endMs + fromMs }));
    return { ...second, words };
  }
}

function serve(recogniser: Recogniser): void {
  process.stdin.on(
    'data',
    frameReader((type, payload) => recogniser.handle(type, payload)),
  );
  // Whoever started this process is gone: so is its work. Giving its memory back takes the processor for a while, which those
  // need more at that moment to whom the calls come back.
  const leave = (): void => void setTimeout(() => process.exit(0), LEAVE_AFTER_MS);
  process.stdin.once('end', leave);
  process.stdin.once('error', leave);
  process.stdout.once('error', leave);
  process.stdout.on('error', () => undefined);
}

try {
  serve(new Recogniser(JSON.parse(process.argv[2] ?? '{}') as ModelFiles));
  write({ ready: true });
} catch (error) {
  write({ fatal: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
