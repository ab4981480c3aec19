import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { FakeTools } from '../../test/fakes/call.js';
import { agentSchema } from '../agents/agent.schema.js';
import { loadConfig } from '../config/load-config.js';
import { rehearse } from './rehearsal.js';

const cwd = mkdtempSync(join(tmpdir(), 'parley-rehearsal-'));
const config = loadConfig({ cwd, env: { NODE_ENV: 'test' } });
const julia = agentSchema.parse({ name: 'Julia', instructions: 'Be kind.', greeting: 'Hello.' });

beforeAll(() => Logger.overrideLogger(false));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** What a rehearsal needs, and how often its calls have asked for their agent. */
function stage(agents: Readonly<Record<string, typeof julia>>) {
  const asked: string[] = [];
  const get = (name: string) => {
    asked.push(name);
    return agents[name];
  };
  const names = () => Object.keys(agents);
  return { asked, options: { config, agents: { get, names }, agent: 'julia', tools: new FakeTools({}) } };
}

describe('a rehearsal', () => {
  it('begins each call in one process and goes on with it in another', async () => {
    const { asked, options } = stage({ julia });
    await rehearse({ ...options, calls: 3, withinMs: 60_000 });
    // Each is asked for what it keeps, for its first process and for its second.
    expect(asked).toEqual(Array.from({ length: 9 }, () => 'julia'));
  });

  it('says so when its calls cannot begin', async () => {
    const { options } = stage({});
    await expect(rehearse({ ...options, withinMs: 60_000 })).rejects.toThrow('unknown_agent');
  });

  it('is over in time, however far it has come', async () => {
    const { asked, options } = stage({ julia });
    await rehearse({ ...options, withinMs: 1 });
    expect(asked.length).toBeLessThan(16);
  });
});
