import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { loadConfig } from '../../src/config/load-config.js';
import { ENV_GROUPS, envSchema } from '../../src/config/env.schema.js';
import {
  CLOSE,
  clientMessageSchema,
  errorCodeSchema,
  REFUSALS,
  serverMessageSchema,
} from '../../src/protocol/index.js';
import { RESUME_STEPS, STEPS } from './protocol-example.js';
import { renderClientMessages, renderClientShapes } from './render-client-wire.js';
import { renderData } from './render-data.js';
import { renderEnvExample } from './render-env-example.js';
import { renderProtocol } from './render-protocol.js';

const STALE = 'run `npm run docs`';

describe('documents made from the code', () => {
  it('docs/protocol.md is up to date', () => {
    expect({ [STALE]: readFileSync('docs/protocol.md', 'utf8') }).toEqual({ [STALE]: renderProtocol() });
  });

  it('docs/data.md is up to date', () => {
    expect({ [STALE]: readFileSync('docs/data.md', 'utf8') }).toEqual({ [STALE]: renderData() });
  });

  it('.env.stream.example is up to date', () => {
    expect({ [STALE]: readFileSync('.env.stream.example', 'utf8') }).toEqual({ [STALE]: renderEnvExample() });
  });

  it('what the client knows of the wire is up to date', () => {
    expect({ [STALE]: readFileSync('client/wire/messages.ts', 'utf8') }).toEqual({ [STALE]: renderClientMessages() });
    expect({ [STALE]: readFileSync('client/wire/shapes.ts', 'utf8') }).toEqual({ [STALE]: renderClientShapes() });
  });

  it('the protocol document names every message, error, close code and refusal', () => {
    const text = renderProtocol();
    const types = [...clientMessageSchema.options, ...serverMessageSchema.options].map(({ shape }) => shape.type.value);
    expect(types.filter((type) => !text.includes(`### \`${type}\``))).toEqual([]);
    const codes = [...errorCodeSchema.options, ...Object.keys(REFUSALS)];
    expect(codes.filter((code) => !text.includes(`\`${code}\``))).toEqual([]);
    expect(Object.values(CLOSE).filter(({ code }) => !text.includes(`| ${code} |`))).toEqual([]);
  });

  it('the example conversations are made of valid messages', () => {
    for (const step of [...STEPS, ...RESUME_STEPS]) {
      if ('client' in step) expect(clientMessageSchema.parse(step.client)).toEqual(step.client);
      if ('server' in step) expect(serverMessageSchema.parse(step.server)).toEqual(step.server);
    }
  });
});

describe('.env.stream.example', () => {
  const text = readFileSync('.env.stream.example', 'utf8');
  const example = parseEnv(text);

  it('names every key of the schema once, with a meaning', () => {
    const keys = [...text.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, key]) => key);
    expect(keys).toEqual(ENV_GROUPS.flatMap(({ shape }) => Object.keys(shape)));
    const withoutMeaning = Object.entries(envSchema.shape).filter(([, schema]) => schema.description === undefined);
    expect(withoutMeaning.map(([key]) => key)).toEqual([]);
  });

  it('changes nothing when it is copied as it is', () => {
    const secret = { JWT_SECRET: 'x'.repeat(32) };
    const { auth: _ofExample, ...fromExample } = loadConfig({ env: { ...example, ...secret }, cwd: '/nowhere' });
    const { auth: _ofNothing, ...fromNothing } = loadConfig({ env: secret, cwd: '/nowhere' });
    expect(fromExample).toEqual(fromNothing);
  });
});
