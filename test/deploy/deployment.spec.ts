// What the files of deploy/ and the Dockerfile say about the server, beside the server itself: so that they do not rot.
import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { z } from 'zod';
import { envSchema } from '../../src/config/env.schema.js';
import { HealthController } from '../../src/gateway/http/health.controller.js';
import { given, readDockerfile } from '../support/dockerfile.js';
import { describeWith } from '../support/needs.js';

const read = (path: string): string => readFileSync(path, 'utf8');
const defaults = envSchema.parse({});
const settings = Object.keys(envSchema.shape);
/** The route that tells balancers of a worker. */
const HEALTH = `/${String(Reflect.getMetadata('path', HealthController))}`;

/** How long a worker may take to stop, s: its grace, and when it ends itself because it drains for ever. */
function longestStop(graceMs: number): number {
  const [, lastResort = ''] = /LAST_RESORT_MS = ([\d_]+);/.exec(read('src/server.ts')) ?? [];
  return (graceMs + Number(lastResort.replaceAll('_', ''))) / 1000;
}
const seconds = (text: string): number => Number(/^(\d+)s?$/.exec(text)?.[1]);
const unknownIn = (names: readonly string[]): string[] => names.filter((name) => !settings.includes(name));

describe('Dockerfile', () => {
  const stages = readDockerfile();
  const last = stages.at(-1);
  const packageFile = z
    .object({ scripts: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
    .parse(JSON.parse(read('package.json')));

  it('copies what there is, and what the build may see', () => {
    const ignored = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    for (const { instructions } of stages) {
      for (const { name, flags, words } of instructions) {
        if (name !== 'COPY') continue;
        if (flags['from'] !== undefined) {
          expect(stages.map((stage) => stage.name)).toContain(flags['from']);
          continue;
        }
        for (const source of words.slice(0, -1)) {
          expect({ source, exists: existsSync(source) }).toEqual({ source, exists: true });
          expect(ignored.filter((line) => source === line || source.startsWith(`${line}/`))).toEqual([]);
        }
      }
    }
    expect(ignored).toEqual(expect.arrayContaining(['.env', '.env.*', '.git', '**/node_modules', 'dist']));
  });

  it('brings no package of the tests, in the Node that the project is developed in', () => {
    const install = stages.find(({ name }) => name === 'modules');
    expect(given(install, 'RUN').map((words) => words.join(' '))).toContain('npm ci --omit=dev --no-audit');
    const major = /\d+/.exec(packageFile.devDependencies['node'] ?? '')?.[0];
    for (const { image } of stages) expect(image).toBe(`node:${major}-bookworm-slim`);
    expect(last?.instructions.filter(({ flags }) => flags['from'] === 'modules')).toHaveLength(1);
  });

  it('runs as nobody in particular, with settings that exist, on the port that the server takes', () => {
    expect(given(last, 'USER')).toEqual([['1000:1000']]);
    expect(given(last, 'EXPOSE')).toEqual([[String(defaults.PORT)]]);
    const env = given(last, 'ENV')
      .flat()
      .map((word) => word.split('=')[0] ?? '');
    expect(unknownIn(env)).toEqual([]);
    const [command = []] = given(last, 'CMD');
    const [, flags = ''] = /^node ((?:--\S+ )+)/.exec(packageFile.scripts['start'] ?? '') ?? [];
    expect(command).toEqual(['node', ...flags.trim().split(' '), 'dist/main.js']);
  });

  it('asks whether it is well by a program that is in it, at the route of the balancers', () => {
    const [[, program = ''] = []] = given(last, 'HEALTHCHECK');
    expect(given(last, 'COPY').map(([source]) => source)).toContain(program);
    expect(read(program)).toContain(`${HEALTH}\``);
    expect(read(program)).toContain(`|| ${defaults.PORT};`);
  });
});

describe('compose', () => {
  const service = z.object({
    environment: z.record(z.string(), z.unknown()),
    ports: z.array(z.string()),
    stop_grace_period: z.string(),
  });
  // Without the names that it gives to itself and to its draft, which Ajv knows by another one.
  const {
    $id: _id,
    $schema: _draft,
    ...schema
  } = JSON.parse(read('node_modules/dclint/schemas/compose.schema.json')) as Record<string, unknown>;
  const isCompose = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
  const readCompose = (path: string): unknown => parse(read(path), { merge: true });

  it.each(['deploy/compose.yaml', 'deploy/compose.local.yaml'])('%s is as the specification has it', (path) => {
    isCompose(readCompose(path));
    expect(isCompose.errors ?? []).toEqual([]);
  });

  it('starts two workers where nginx looks for them, with time to end', () => {
    const { services } = z
      .object({ services: z.record(z.string(), z.unknown()) })
      .parse(readCompose('deploy/compose.yaml'));
    const workers = [services['parley-1'], services['parley-2']].map((each) => service.parse(each));
    for (const { environment, stop_grace_period: grace } of workers) {
      expect(unknownIn(Object.keys(environment))).toEqual([]);
      expect(environment['STREAM_WORKERS']).toBe(workers.length);
      expect(seconds(grace)).toBeGreaterThan(longestStop(Number(environment['SHUTDOWN_GRACE_MS'])));
    }
    const ports = workers.flatMap(({ ports: [port = ''] }) => [port]);
    const upstreams = [...new Set(read('deploy/nginx/parley.conf').match(/127\.0\.0\.1:\d+(?= max_fails)/g))];
    expect(ports).toEqual(upstreams.map((address) => `${address}:${defaults.PORT}`));
  });
});

describe('Render and Railway', () => {
  it('wait for calls to end, ask the right route and set what exists', () => {
    const blueprint = z.object({
      services: z.tuple([
        z.object({
          healthCheckPath: z.string(),
          maxShutdownDelaySeconds: z.number().max(300),
          numInstances: z.number(),
          dockerfilePath: z.string(),
          envVars: z.array(z.object({ key: z.string(), value: z.string().optional() })),
        }),
        z.object({ maxmemoryPolicy: z.literal('noeviction') }),
      ]),
    });
    const [render] = blueprint.parse(parse(read('deploy/render/render.yaml'))).services;
    const valueOf = (key: string) => render.envVars.find((each) => each.key === key)?.value;
    expect(unknownIn(render.envVars.map(({ key }) => key))).toEqual([]);
    expect(render.healthCheckPath).toBe(HEALTH);
    expect(render.maxShutdownDelaySeconds).toBeGreaterThan(longestStop(Number(valueOf('SHUTDOWN_GRACE_MS'))));
    expect(valueOf('STREAM_WORKERS')).toBe(String(render.numInstances));
    expect(existsSync(render.dockerfilePath)).toBe(true);

    const railway = z
      .object({
        build: z.object({ dockerfilePath: z.string() }),
        deploy: z.object({ healthcheckPath: z.string(), drainingSeconds: z.number() }),
      })
      .parse(JSON.parse(read('deploy/railway/railway.json')));
    expect(existsSync(railway.build.dockerfilePath)).toBe(true);
    expect(railway.deploy.healthcheckPath).toBe(HEALTH);
    expect(railway.deploy.drainingSeconds).toBeGreaterThan(longestStop(defaults.SHUTDOWN_GRACE_MS));
  });
});

describe('the unit of systemd', () => {
  const unit = read('deploy/systemd/parley@.service');
  const valueOf = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(unit)?.[1] ?? '';

  it('starts the server as the container does, and gives its calls time', () => {
    const [, ...words] = given(readDockerfile().at(-1), 'CMD')[0] ?? [];
    expect(valueOf('ExecStart')).toBe(`/usr/bin/env STREAM_WS_PORT=%i /usr/bin/node ${words.join(' ')}`);
    const env = valueOf('Environment').split(' ');
    expect(unknownIn(env.map((word) => word.split('=')[0] ?? ''))).toEqual([]);
    expect(seconds(valueOf('TimeoutStopSec'))).toBeGreaterThan(longestStop(defaults.SHUTDOWN_GRACE_MS));
    expect(valueOf('KillMode')).toBe('mixed');
    expect(env).toContain(`PARLEY_DATA_DIR=/var/lib/${valueOf('StateDirectory')}`);
  });

  describeWith(['systemd'])('as systemd reads it', () => {
    it('has no fault', () => {
      const folder = mkdtempSync(join(tmpdir(), 'parley-unit-'));
      cpSync('deploy/systemd/parley@.service', join(folder, 'parley@3001.service'));
      // Whether there is a Node is this machine's business.
      const file = join(folder, 'parley@3001.service');
      const said = execFileSync('sh', ['-c', `systemd-analyze verify "${file}" 2>&1 || true`], { encoding: 'utf8' });
      rmSync(folder, { recursive: true });
      expect(said.split('\n').filter((line) => line.includes('parley') && !line.includes('is not executable'))).toEqual(
        [],
      );
    }, 20_000);
  });
});

it('every folder of deploy/ is told about in docs/operations.md', () => {
  const docs = read('docs/operations.md');
  const told = readdirSync('deploy').filter((name) => !['docker', 'prices.yaml', 'supabase'].includes(name));
  expect(told.filter((name) => !docs.includes(`deploy/${name}`))).toEqual([]);
});
