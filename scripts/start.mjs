// `node scripts/start.mjs dist/PROGRAM.js ARGUMENTS`: builds where something has changed, and becomes the program: one process,
// so that whoever stops it stops the program.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build-dist.mjs';

build();
if (process.env.npm_lifecycle_event !== undefined) endWithShell();
process.argv.splice(1, 2, resolve(process.argv[2]));
await import(pathToFileURL(process.argv[1]).href);

/** npm passes a signal to the shell that it has started us in, which dies and tells nobody. */
function endWithShell() {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== shell) process.kill(process.pid, 'SIGTERM');
  }, 250);
  watch.unref();
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ]) {
    process.on(signal, () => {
      // Whoever has told us himself, with Ctrl-C for example, must not seem to do it twice.
      clearInterval(watch);
      if (process.listenerCount(signal) === 1) process.exit(code);
    });
  }
}
