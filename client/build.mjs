// `npm run build -w @parley/client [-- FOLDER]`: dist/ of the package, or that folder. Modules for bundlers and pages, a script for a page without
// either, the worklets as files for pages whose policy forbids blob:, and types.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const dist = resolve(process.argv[2] ?? join(here, 'dist'));
const shared = { configFile: false, root: here, logLevel: 'warn', publicDir: false };
const output = { outDir: dist, emptyOutDir: false, target: 'es2022', sourcemap: true };

rmSync(dist, { recursive: true, force: true });
await build({
  ...shared,
  build: {
    ...output,
    lib: { entry: { index: 'index.ts', browser: 'browser/index.ts', react: 'react/index.ts' }, formats: ['es'] },
    rollupOptions: { external: ['react'] },
  },
});
// One file that a page names in a <script>.
await build({
  ...shared,
  build: { ...output, lib: { entry: 'embed/embed.ts', formats: ['iife'], name: 'parley', fileName: () => 'embed.js' } },
});
const { captureWorkletSource, playbackWorkletSource } = await import(pathToFileURL(join(dist, 'browser.js')).href);
writeFileSync(join(dist, 'capture-worklet.js'), captureWorkletSource);
writeFileSync(join(dist, 'playback-worklet.js'), playbackWorkletSource);

const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
execFileSync(process.execPath, [tsc, '-p', join(here, 'tsconfig.package.json'), '--outDir', join(dist, 'types')], {
  stdio: 'inherit',
});
