// The entry: the configuration first, which costs nothing to refuse, then everything else.
import { explainBoot } from './boot-fault.js';
import { loadConfig } from './config/load-config.js';

/** Longest wait for the last words of a boot that failed, ms. */
const LAST_WORDS_MS = 1_000;

async function boot(): Promise<void> {
  const config = loadConfig();
  const { startServer } = await import('./server.js');
  await startServer(config);
}

boot().catch((error: unknown) => {
  // A worker of PM2's cluster writes its log in the background: without waiting for that nobody would read why it ended.
  const leave = (): void => process.exit(1);
  setTimeout(leave, LAST_WORDS_MS);
  process.stderr.write(`${explainBoot(error)}\n`, 'utf8', leave);
});
