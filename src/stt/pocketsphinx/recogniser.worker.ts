// One recogniser in a process of its own: libpocketsphinx through koffi, so that there are partial results, word times and
// confidences, and so that a crash in the native code is one call's hiccup. Runs as compiled JavaScript and, in tests,
// straight from the source: so what it is made of imports values by `.ts`, which the build makes `.js`, and only TypeScript
// that can be erased.
//
// stdin:  frames, see worker/frames.ts.
// stdout: JSON lines: {"ready":true}, {"partial":"..."}, {"final":"...","confidence":0.9,"words":[...]}, {"fatal":"..."}.
import type { ModelFiles } from './model-files.js';
import { frameReader } from './worker/frames.ts';
import { Recogniser } from './worker/recogniser.ts';

/** From the death of whoever started this process to its own end, ms. */
const LEAVE_AFTER_MS = 1500;

const write = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

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
  serve(new Recogniser(JSON.parse(process.argv[2] ?? '{}') as ModelFiles, write));
  write({ ready: true });
} catch (error) {
  write({ fatal: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
