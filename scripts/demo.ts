// npm run demo: the real server, a spoken call to it, and a verdict on every turn. Needs no account, key or network.
import { createSecretKey, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { placeCall, type CallReport } from '../client/terminal/call.js';
import { EXIT } from '../client/terminal/failure.js';
import { prepareCall } from '../client/terminal/prepare.js';
import { saveCall, TranscriptKeeper } from '../client/terminal/saved-call.js';
import { ScreenObserver } from '../client/terminal/screen-observer.js';
import { TerminalWriter } from '../client/terminal/terminal-writer.js';
import { mintToken } from '../src/identity/mint-token.js';
import { packageRoot } from '../src/database/package-root.js';
import { CLIENT_ID, CONVERSATION, judgeCall, RECIPIENT } from './demo/conversation.js';
import { DemoServer } from './demo/demo-server.js';
import { expectedData } from './demo/expected-data.js';
import { MailCatcher } from './demo/mail-catcher.js';
import type * as SpeechEngines from './speech-engines.mjs';
import { CALLER_VOICES, synthesize, type CallerVoice } from './synthetic-caller.js';

const USAGE = `Usage: npm run demo [-- --voice ${CALLER_VOICES.join('|')}]
       npm run demo -- --open    the same server for you to talk to in a browser, until Ctrl-C`;
/** Silence of the server after which a turn is given up, ms. */
const TURN_TIMEOUT_MS = 30_000;
/** How long a mail may take after the agent said that it was sent, ms. */
const MAIL_TIMEOUT_MS = 5000;
const TOKEN_TTL_S = 3600;

const out = new TerminalWriter(process.stdout, process.env['NO_COLOR'] === undefined);

/** What was started and has to be stopped, last first. */
const cleanups: (() => Promise<unknown>)[] = [];

/** A server with its own database and its own post, whose mails are kept as files. */
async function startServer(signal: AbortSignal) {
  const root = packageRoot();
  const { ensureRecogniser } = (await import(
    pathToFileURL(join(root, 'scripts', 'speech-engines.mjs')).href
  )) as typeof SpeechEngines;
  await ensureRecogniser();

  const folder = join(root, '.parley', 'demo', new Date().toISOString().replaceAll(/[:.]/g, '-'));
  await mkdir(folder, { recursive: true });
  const logFile = join(folder, 'server.log');
  const dataDir = await mkdtemp(join(tmpdir(), 'parley-demo-'));
  cleanups.push(() => rm(dataDir, { recursive: true, force: true }));

  const post = await MailCatcher.start(folder);
  cleanups.push(() => post.stop());
  const secret = randomBytes(32).toString('hex');
  out.line('demo', `starting the server with a new database; its log is ${shown(logFile)}`);
  const server = await DemoServer.start({
    root,
    logFile,
    signal,
    env: {
      HOST: '127.0.0.1',
      STREAM_WS_PORT: '0',
      PARLEY_DATA_DIR: dataDir,
      JWT_SECRET: secret,
      SMTP_URL: post.url,
      SHUTDOWN_GRACE_MS: '1000',
    },
  });
  cleanups.push(() => server.stop());
  return { folder, logFile, post, secret, server };
}

const shown = (file: string): string => relative(process.cwd(), file);

/** For a person: the console of the server, until he has had enough. */
async function open(signal: AbortSignal): Promise<number> {
  const { server, folder } = await startServer(signal);
  const { port } = new URL(server.url);
  out.line('demo', `what the agent mails is written to ${shown(folder)}`);
  out.line('demo', `talk to it at http://localhost:${port}/ (Ctrl-C ends it)`);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  return EXIT.ok;
}

async function demo(voice: CallerVoice, signal: AbortSignal): Promise<number> {
  const { folder, logFile, post, secret, server } = await startServer(signal);
  const token = mintToken(createSecretKey(Buffer.from(secret)), { userId: 'demo', ttlSeconds: TOKEN_TTL_S });
  const expected = await expectedData(CLIENT_ID, new Date());
  out.line('demo', `calling ${server.url} with the voice ${voice}`);
  const keeper = new TranscriptKeeper();
  const steps = CONVERSATION.map((turn) => ({ kind: 'say', text: turn.says }) as const);
  const report = await placeCall({
    connection: { url: server.url, token, signal },
    call: await prepareCall(steps, (text) => synthesize(text, voice)),
    observers: [new ScreenObserver(out), keeper],
    timeoutMs: TURN_TIMEOUT_MS,
    record: true,
    signal,
  });
  const { artifacts, files } = await saveCall({
    folder,
    report,
    events: keeper.events,
    url: server.url,
    token,
    note: (text) => out.line('note', text),
  });
  if (signal.aborted) return EXIT.interrupted;
  // Only when it was said to be sent: an earlier fault is not made worse by waiting.
  if (report.turns.some(({ tools }) => tools.some(({ name, ok }) => name === 'send_email_report' && ok))) {
    await post.mailTo(RECIPIENT, MAIL_TIMEOUT_MS);
  }
  const faults = judgeCall(report.turns, { expected, mails: post.mails, artifacts });
  summarize(report, faults, [...files, ...post.mails.map(({ file }) => file)].map(shown), shown(logFile));
  return faults.flat().length === 0 ? EXIT.ok : EXIT.unanswered;
}

function summarize(
  report: CallReport,
  faults: readonly (readonly string[])[],
  files: readonly string[],
  logFile: string,
): void {
  out.blank();
  CONVERSATION.forEach((turn, index) => {
    const wrong = faults[index] ?? [];
    out.line(
      wrong.length === 0 ? 'ok' : 'WRONG',
      `"${turn.says}" - ${wrong.length === 0 ? turn.shows : wrong.join('; ')}`,
    );
  });
  out.blank();
  for (const file of files) out.line('saved', file);
  const right = faults.filter((wrong) => wrong.length === 0).length;
  const where = right === faults.length ? '' : `; see ${logFile}`;
  out.line('demo', `${right} of ${faults.length} turns were right, session ${report.session.sessionId}${where}`);
}

/** Stops what was started, last first; one that cannot be stopped does not keep the others. */
async function cleanUp(): Promise<void> {
  for (const stop of cleanups.splice(0).toReversed()) {
    await stop().catch((error: unknown) => process.stderr.write(`clean-up: ${String(error)}\n`));
  }
}

async function main(signal: AbortSignal): Promise<number> {
  const { values } = parseArgs({
    options: { voice: { type: 'string' }, open: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help === true) {
    process.stdout.write(`${USAGE}\n`);
    return EXIT.ok;
  }
  const voice = CALLER_VOICES.find((name) => name === (values.voice ?? CALLER_VOICES[0]));
  if (voice === undefined) throw new Error(USAGE);
  return values.open === true ? open(signal) : demo(voice, signal);
}

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    if (interruption.signal.aborted) process.exit(EXIT.interrupted);
    interruption.abort();
  });
}
try {
  process.exitCode = await main(interruption.signal);
} catch (error) {
  process.exitCode = interruption.signal.aborted ? EXIT.interrupted : EXIT.unanswered;
  if (!interruption.signal.aborted) process.stderr.write(`demo failed: ${(error as Error).message}\n`);
} finally {
  await cleanUp();
}
