// The terminal client: talks to a Parley server with a synthetic voice, a file, text or the machine's microphone.
// The talking is in client/; here is what belongs to a program: arguments, token, output, exit status.
import './scripts/own-node.js';
import { basename, join } from 'node:path';
import { readArguments, type TerminalArguments } from './client/terminal/arguments.js';
import { placeCall, type CallReport } from './client/terminal/call.js';
import { EXIT, TerminalFailure } from './client/terminal/failure.js';
import { followCall } from './client/terminal/follow-call.js';
import { helpText } from './client/terminal/help.js';
import { JsonObserver } from './client/terminal/json-observer.js';
import { liveCall } from './client/terminal/live-call.js';
import type { CallObserver } from './client/terminal/observer.js';
import { prepareCall, type Speech } from './client/terminal/prepare.js';
import { prepareFolder, saveCall, TranscriptKeeper } from './client/terminal/saved-call.js';
import { ScreenObserver } from './client/terminal/screen-observer.js';
import type { TalkOptions } from './client/terminal/talk.js';
import { TerminalWriter } from './client/terminal/terminal-writer.js';
import { developmentToken } from './scripts/development-token.js';
import { ProviderError } from './src/provider/provider.port.js';
import { CALLER_VOICES, synthesize, type CallerVoice } from './scripts/synthetic-caller.js';

async function run(argv: readonly string[], signal: AbortSignal): Promise<number> {
  const args = readArguments(argv, CALLER_VOICES);
  if (args === 'help') {
    process.stdout.write(helpText(CALLER_VOICES));
    return EXIT.ok;
  }
  const token = args.token ?? process.env['PARLEY_TOKEN'] ?? (await developmentToken(args.url));
  if (args.saveTo !== undefined) await prepareFolder(args.saveTo);
  const { agent, language, turnDetection, url } = args;
  const connection = {
    url,
    token,
    signal,
    ...(agent === undefined ? {} : { agent }),
    ...(language === undefined ? {} : { language }),
    ...(turnDetection === undefined ? {} : { turnDetection }),
  };
  const screen = args.json
    ? new JsonObserver((line) => process.stdout.write(line))
    : new ScreenObserver(new TerminalWriter(process.stdout, process.env['NO_COLOR'] === undefined));
  const keeper = new TranscriptKeeper();
  const shared = { connection, observers: [screen, keeper], record: args.saveTo !== undefined, signal };
  const report = await call(args, shared);
  await save(args, report, keeper, screen, token);
  if (signal.aborted && args.steps.length > 0) return EXIT.interrupted;
  const asked = args.steps.length + args.steps.filter(({ bargeIn }) => bargeIn !== undefined).length;
  return report.turns.filter(({ answered }) => answered).length === asked ? EXIT.ok : EXIT.unanswered;
}

async function call(args: TerminalArguments, shared: TalkOptions): Promise<CallReport> {
  const { follow: file, answer, timeoutMs } = args;
  if (args.microphone) {
    return liveCall({ ...shared, path: process.env['PATH'] ?? '', platform: process.platform });
  }
  if (file !== undefined) {
    return followCall({ ...shared, file, idleMs: timeoutMs, ...(answer === undefined ? {} : { answer }) });
  }
  const steps = await prepareCall(args.steps, (text) => speak(text, args.voice as CallerVoice));
  return placeCall({ ...shared, call: steps, timeoutMs });
}

async function save(
  { saveTo, url }: TerminalArguments,
  report: CallReport,
  keeper: TranscriptKeeper,
  screen: CallObserver,
  token: string,
): Promise<void> {
  if (saveTo === undefined) return;
  const note = (text: string): void => screen.note?.(text);
  const saved = await saveCall({ folder: saveTo, report, events: keeper.events, url, token, note });
  note(`saved ${saved.files.map((file) => join(saveTo, basename(file))).join(', ')}`);
}

async function speak(text: string, voice: CallerVoice): Promise<Speech> {
  try {
    return await synthesize(text, voice);
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    throw new TerminalFailure(error.message, EXIT.usage, { cause: error });
  }
}

function fail(error: unknown): number {
  if (!(error instanceof TerminalFailure)) {
    process.stderr.write(`error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return EXIT.unanswered;
  }
  process.stderr.write(`error: ${error.message}\n`);
  return error.exitCode;
}

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    // Once hangs up properly; whoever presses it again does not want to wait for that.
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  });
}
// `test-voice-client | head`: whoever was reading has gone.
process.stdout.on('error', () => process.exit(EXIT.unanswered));
process.exitCode = await run(process.argv.slice(2), interruption.signal).catch(fail);
