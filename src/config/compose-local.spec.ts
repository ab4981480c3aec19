import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { envSchema } from './env.schema.js';
import { loadConfig } from './load-config.js';

// No container engine runs where this is developed: what can be checked of the local stack without one.

const FILE = 'deploy/compose.local.yaml';
const service = z.object({
  image: z.string().optional(),
  build: z.object({ context: z.string(), dockerfile_inline: z.string() }).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  volumes: z.array(z.string()).default([]),
  depends_on: z.array(z.string()).default([]),
  command: z.array(z.string()).default([]),
});
const compose = z.object({ services: z.record(z.string(), service), volumes: z.record(z.string(), z.null()) });

const { services, volumes } = compose.parse(parse(readFileSync(FILE, 'utf8')));
const parley = Object.fromEntries(
  Object.entries(services['parley']?.environment ?? {}).map(([key, value]) => [key, String(value)]),
);

describe('the local stack', () => {
  it('gives Parley keys that it reads, and a configuration that it takes without any secret', () => {
    expect(Object.keys(parley).filter((key) => !(key in envSchema.shape))).toEqual([]);
    expect(Object.keys(parley).filter((key) => /KEY|SECRET|TOKEN/.test(key))).toEqual([]);
    const cwd = mkdtempSync(join(tmpdir(), 'parley-compose-'));
    try {
      const config = loadConfig({ cwd, env: { ...parley, PARLEY_DATA_DIR: join(cwd, 'data') } });
      expect(config).toMatchObject({ port: 3001, STREAM_LLM_PROVIDER: ['openai', 'rules'] });
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });

  it('leads to services of its own, with the models that are downloaded', () => {
    const addresses = Object.values(parley).filter((value) => value.startsWith('http'));
    expect(addresses).toHaveLength(3);
    for (const address of addresses) expect(Object.keys(services)).toContain(new URL(address).hostname);
    const downloads = services['models']?.command.join('\n') ?? '';
    for (const model of [parley['OPENAI_MODEL'], parley['OPENAI_TTS_MODEL'], parley['STT_MODEL_SIZE']]) {
      expect(model).toBeDefined();
      expect(downloads).toContain(String(model));
    }
  });

  it('names only volumes, services and files that are there', () => {
    const mounted = Object.values(services).flatMap((one) => one.volumes.map((volume) => volume.split(':')[0]));
    expect(new Set(mounted)).toEqual(new Set(Object.keys(volumes)));
    for (const one of Object.values(services)) {
      for (const name of one.depends_on) expect(Object.keys(services)).toContain(name);
      expect((one.image === undefined) !== (one.build === undefined)).toBe(true);
      const copied = [...(one.build?.dockerfile_inline.matchAll(/^COPY (.+) \S+$/gm) ?? [])].flatMap(([, files]) =>
        String(files).split(' '),
      );
      for (const file of copied) expect(existsSync(join('deploy', one.build?.context ?? '', file))).toBe(true);
    }
  });

  it('is what the page about it says', () => {
    const page = readFileSync('docs/providers/local-stack.md', 'utf8');
    const said = [...page.matchAll(/^\| `([A-Z_]+)` +\| `([^`]+)` +\|/gm)].map(([, key, value]) => [key, value]);
    expect(said.length).toBeGreaterThan(5);
    for (const [key, value] of said) expect({ [String(key)]: parley[String(key)] }).toEqual({ [String(key)]: value });
  });
});
