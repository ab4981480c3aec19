// A site that serves the page of docs/browser-client.md as its readers would: the files as they are written there, the
// built client beside them, under the policy that the page names. And two that are made of the package: `embed.html` of its
// script alone, `react.html` of the component in client/README.md.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize, resolve } from 'node:path';

export interface VoiceSession {
  readonly url: string;
  readonly token: string;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.map': 'application/json',
};

export class Site {
  /** What `POST /voice-session` answers. */
  session: VoiceSession = { url: '', token: '' };

  private constructor(
    private readonly folder: string,
    private readonly server: Server,
    private readonly roots: Readonly<Record<string, string>>,
    private readonly policy: string,
  ) {
    server.on('request', (request, response) => this.answer(request, response));
  }

  static async start(): Promise<Site> {
    const manual = readFileSync('docs/browser-client.md', 'utf8');
    mkdirSync('.parley', { recursive: true });
    const folder = mkdtempSync(resolve('.parley', 'site-'));
    const served = foldersOf(manual);
    const swc = [resolve('node_modules/@swc/cli/bin/swc.js'), ...served];
    execFileSync(process.execPath, [...swc, '--out-dir', join(folder, 'dist'), '--config-file', '.swcrc'], {
      stdio: 'pipe',
    });
    const publicFolder = join(folder, 'public');
    mkdirSync(join(publicFolder, 'parley'), { recursive: true });
    for (const name of ['talk.html', 'talk.js']) {
      writeFileSync(join(publicFolder, name), block(manual, `\`${name}\`:\n\n`));
    }
    writeFileSync(join(folder, 'worklets.mjs'), block(manual, '', 'writeFileSync'));
    execFileSync(process.execPath, ['worklets.mjs'], { cwd: folder, stdio: 'pipe' });
    makePackagePages(folder, publicFolder);

    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const roots = {
      ...Object.fromEntries(served.map((name) => [`/parley/${name}/`, join(folder, 'dist', name)])),
      '/': publicFolder,
    };
    return new Site(folder, server, roots, policyOf(manual));
  }

  /** http://localhost:port: browsers give a microphone there without TLS. */
  get address(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((closed) => this.server.close(() => closed()));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private answer({ method, url = '/' }: IncomingMessage, response: ServerResponse): void {
    if (url === '/voice-session' && method === 'POST') {
      response.setHeader('Content-Type', 'application/json').end(JSON.stringify(this.session));
      return;
    }
    const path = normalize(new URL(url, this.address).pathname);
    const [prefix, root] = Object.entries(this.roots).find(([start]) => path.startsWith(start)) ?? ['/', ''];
    try {
      const content = readFileSync(join(root, path.slice(prefix.length)));
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'application/octet-stream');
      const stream = new URL(this.session.url).host;
      response.setHeader('Content-Security-Policy', this.policy.replaceAll('voice.example.com', stream));
      response.setHeader('Cache-Control', path.startsWith('/parley/') ? 'max-age=600' : 'no-store');
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  }
}

/** The block of code that follows `before` in the manual, and holds `inside`. */
function block(manual: string, before: string, inside = ''): string {
  const blocks = manual.matchAll(/```\w+\n([\s\S]*?)```/g);
  for (const { index, 1: code = '' } of blocks) {
    if (manual.slice(0, index).endsWith(before) && code.includes(inside)) return code;
  }
  throw new Error(`docs/browser-client.md has no block of code after ${before}${inside}`);
}

/** The folders of dist/ that are to be served, as the manual lists them. */
function foldersOf(manual: string): string[] {
  const [row = ''] = /^\| `\/parley\/client\/`.*$/m.exec(manual) ?? [];
  return [...row.matchAll(/`\/parley\/([\w/]+)\/`/g)].map(([, name = '']) => name);
}

/** The manual's own policy, for a site without TLS. */
function policyOf(manual: string): string {
  const [, policy] = /^Content-Security-Policy: (.*)$/m.exec(manual) ?? [];
  if (policy === undefined) throw new Error('docs/browser-client.md names no policy');
  return policy.replaceAll('wss://', 'ws://').replaceAll('https://', 'http://');
}

function makePackagePages(folder: string, publicFolder: string): void {
  const parts = join(folder, 'package');
  execFileSync(process.execPath, [resolve('client/build.mjs'), parts], { stdio: 'pipe' });
  writeFileSync(join(publicFolder, 'embed.js'), readFileSync(join(parts, 'embed.js')));
  writeFileSync(
    join(publicFolder, 'embed.html'),
    `<!doctype html><html lang="en"><title>Embedded</title><body><h1>A shop</h1>
     <script src="embed.js" data-capture-worklet="/parley/capture-worklet.js" data-playback-worklet="/parley/playback-worklet.js"></script></body></html>`,
  );
  const source = join(folder, 'react');
  mkdirSync(source);
  const component = block(readFileSync('client/README.md', 'utf8'), 'In React:\n\n');
  writeFileSync(
    join(source, 'talk.tsx'),
    component
      .replace('useCall({ url, token })', 'useCall({ url, token, worklets })')
      .replace(
        'export function',
        "const worklets = { capture: '/parley/capture-worklet.js', playback: '/parley/playback-worklet.js' };\nexport function",
      ),
  );
  writeFileSync(
    join(source, 'main.tsx'),
    `import { createElement } from 'react';
     import { createRoot } from 'react-dom/client';
     import { Talk } from './talk.tsx';
     const session = async () => (await fetch('/voice-session', { method: 'POST' })).json();
     session().then(({ url }) => createRoot(document.getElementById('root')).render(
       createElement(Talk, { url, token: async () => (await session()).token })));`,
  );
  writeFileSync(
    join(source, 'react.html'),
    '<!doctype html><html lang="en"><title>React</title><div id="root"></div><script type="module" src="main.tsx"></script></html>',
  );
  const config = {
    root: source,
    logLevel: 'error',
    resolve: { alias: { '@parley/client/react': join(parts, 'react.js') } },
    build: { outDir: publicFolder, emptyOutDir: false, rollupOptions: { input: join(source, 'react.html') } },
  };
  writeFileSync(join(source, 'vite.config.mjs'), `export default ${JSON.stringify(config)};`);
  execFileSync(process.execPath, [resolve('node_modules/vite/bin/vite.js'), 'build'], { cwd: source, stdio: 'pipe' });
}
