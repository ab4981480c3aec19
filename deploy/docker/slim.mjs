// `node slim.mjs FOLDER`: leaves in FOLDER/node_modules what the server runs with on this machine. `npm ci --omit=dev` keeps every
// package that another one names as an optional peer (Prisma's command line brings a database studio and 200 MB that way) and
// the native libraries of all platforms. For the Dockerfile; a spec starts the server from what is left.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const root = process.argv[2] ?? '.';
const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { packages } = JSON.parse(readFileSync(join(root, 'node_modules', '.package-lock.json'), 'utf8'));

/** Where Node finds a package that the one at `from` asks for. */
function find(from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`;
    if (packages[path] !== undefined) return path;
    if (at === '') return undefined;
  }
}

const kept = new Set();
function keep(from, { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta = {} }) {
  const peers = Object.keys(peerDependencies ?? {}).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
    const path = find(from, name);
    if (path === undefined || kept.has(path)) continue;
    kept.add(path);
    keep(path, packages[path]);
  }
}
keep('', own);

/** A folder goes with what lies in it, unless something in there is kept. */
const holdsKept = (path) => [...kept].some((other) => other.startsWith(`${path}/`));
for (const path of Object.keys(packages)) {
  if (!kept.has(path) && !holdsKept(path)) rmSync(join(root, path), { recursive: true, force: true });
}

/** One folder of these is this machine's. */
function only(folder, name) {
  const path = join(root, 'node_modules', folder);
  if (!existsSync(path)) return;
  for (const other of readdirSync(path)) if (other !== name) rmSync(join(path, other), { recursive: true });
}
const { platform, arch } = process;
only('onnxruntime-node/bin/napi-v6', platform);
only(`onnxruntime-node/bin/napi-v6/${platform}`, arch);

for (const file of readdirSync(join(root, 'node_modules'), { recursive: true })) {
  if (/\.(?:[cm]?js|d\.[cm]?ts)\.map$|\.d\.[cm]?ts$/.test(file)) rmSync(join(root, 'node_modules', file));
}
