// What one caller types must not hold up the calls of the others: the whole app, its keyless planner and its tools.
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';

/** Repeated up to the limit of a typed message. */
const PIECES = [
  '1. ',
  'client 5 ',
  'client 5001 ',
  'one hundred ',
  'to ',
  'spent on ',
  'spent on dog ',
  'january ',
  'from january to ',
  'next week ',
  '2026-11-',
  'a@b.c ',
  'a at b dot c ',
  'x as in ',
  '🎉',
  '👩‍👩‍👧‍👦 ',
  'مرحبا ',
  '\u202e abc ',
  'é',
  '((((',
  'no ',
  'yes and no ',
  'what is the ',
  'send client 5001 to a@b.c and ',
  '"',
  '١٢٣ ',
  'refund. ',
  '? ',
  "don't ",
  'show me the transactions of client 5001 and ',
];
const MAX_CHARS = 4000;
/**
 * CPU of the audio's thread at one go, ms. It is up to 50 alone, and was 246 behind two hundred other suites, whose garbage
 * is collected in it; unbounded it was 15 s. What grows with the square of the text is far beyond this.
 */
const UNNOTICED_MS = 1000;
const cpuOfThread = process.threadCpuUsage?.bind(process) ?? process.cpuUsage.bind(process);

/** The most CPU that this thread has used without a look at anything else, ms: what the machine does besides is not in it. */
class LongestTask {
  private longest = 0;
  private last = cpuOfThread();
  private readonly timer = setImmediate(() => this.look());
  private running = true;

  private look(): void {
    const { user, system } = cpuOfThread(this.last);
    this.longest = Math.max(this.longest, (user + system) / 1000);
    this.last = cpuOfThread();
    if (this.running) setTimeout(() => this.look(), 1).unref();
  }

  /** The longest since the last call, ms. */
  take(): number {
    const { longest } = this;
    this.longest = 0;
    return longest;
  }

  stop(): void {
    this.running = false;
    clearImmediate(this.timer);
  }
}

describe('a caller who types the same piece up to the limit', () => {
  let app: ParleyApp;
  let task: LongestTask;

  beforeAll(async () => {
    app = await ParleyApp.start();
    task = new LongestTask();
  }, 180_000);
  afterAll(async () => {
    task.stop();
    await app.close();
  });

  it('holds nobody up, nor does the history of such turns', async () => {
    const caller = await TextCaller.call(app);
    await caller.say('what is the refund policy'); // whatever is compiled and loaded with the first turn
    task.take();
    const slow: string[] = [];
    const type = async (what: string, text: string): Promise<void> => {
      const from = caller.received.length;
      await caller.begin(text);
      await caller.until('response.text', from);
      const ms = task.take();
      if (ms > UNNOTICED_MS) slow.push(`${what}: ${ms.toFixed(0)} ms`);
    };
    for (const piece of PIECES) {
      await type(JSON.stringify(piece), piece.repeat(Math.floor(MAX_CHARS / piece.length)).trim() || '?');
    }
    await type('the history', 'hello');
    expect(slow).toEqual([]);
  }, 180_000);
});
