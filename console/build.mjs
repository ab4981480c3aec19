// `node console/build.mjs FOLDER`: the page, its parts beside it in `console/`, and the client's worklets as files, because the
// page's policy forbids blob: scripts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const folder = resolve(process.argv[2] ?? join(here, '..', 'dist', 'console'));
const shared = { configFile: false, root: here, logLevel: 'warn', publicDir: false };

await build({
  ...shared,
  base: './',
  // Whoever opens the page on a telephone has a browser of the last years.
  build: { outDir: folder, emptyOutDir: true, target: 'es2022', assetsDir: 'console', assetsInlineLimit: 0 },
});
const worklets = await build({
  ...shared,
  build: {
    write: false,
    target: 'es2022',
    lib: { entry: 'src/worklets.ts', formats: ['es'] },
  },
});
const { code } = [worklets].flat()[0].output[0];
const sources = await import(`data:text/javascript,${encodeURIComponent(code)}`);
mkdirSync(join(folder, 'console'), { recursive: true });
writeFileSync(join(folder, 'console', 'capture-worklet.js'), sources.captureWorkletSource);
writeFileSync(join(folder, 'console', 'playback-worklet.js'), sources.playbackWorkletSource);
