import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { answerOf } from '../../test/support/rules-conversation.js';
import { callOf, contextOf, registryOf } from '../../test/support/tools.js';
import { loadConfig } from '../config/load-config.js';
import type { ChatMessage } from '../llm/llm.port.js';
import { RulesModel } from '../llm/rules/rules-model.js';
import { businessOf } from './load-business.js';
import { loadOwnTools } from './own-tools.js';

const WHOLE = `({ z }) => ({
  name: 'wave', description: 'Waves.', schema: z.object({}), effect: 'read', timeoutMs: 1000, lateMessage: 'Late.',
  run: () => Promise.resolve({ ok: true, data: 'waved' }),`;

describe('tools of one’s own', () => {
  const folders: string[] = [];
  const folderOf = (files: Readonly<Record<string, string>>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'parley-tools-'));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  };
  const businessWith = (folder: string, more: object = {}) =>
    businessOf(
      loadConfig({ cwd: folder, env: { NODE_ENV: 'test', JWT_SECRET: 'x'.repeat(32), TOOLS_DIR: folder, ...more } }),
    );

  afterAll(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  it('runs what stands in a file, checked as every tool', async () => {
    const [tool] = await loadOwnTools(resolve('examples/tools'));
    if (tool === undefined) throw new Error('the example is gone');
    const { registry } = registryOf(tool);
    const check = (args: object) => registry.run(callOf('check_stock', args), contextOf());
    expect(await check({ item: 'umbrella' })).toEqual({ ok: true, data: { item: 'umbrella', pieces: 12 } });
    expect(await check({})).toMatchObject({ ok: false, message: 'Which article do you mean?' });
    expect(registry.specs(['check_stock'])[0]?.parameters).toMatchObject({ required: ['item'] });
  });

  it('is used by the keyless planner, beside those of the business', async () => {
    const business = await businessWith(resolve('examples/tools'));
    expect(business.tools).toEqual(expect.arrayContaining(['query_transactions', 'check_stock']));
    const tools = business.tools.map((name) => ({ name, description: name, parameters: {} }));
    const model = new RulesModel({ planner: business.planner });
    const answer = (messages: readonly ChatMessage[]) =>
      answerOf(model.stream({ messages, tools }, new AbortController().signal));
    const user = { role: 'user', text: 'Do you have umbrellas in stock?' } as const;
    const { calls } = await answer([user]);
    expect(calls).toEqual([expect.objectContaining({ name: 'check_stock', arguments: '{"item":"umbrella"}' })]);
    const content = JSON.stringify({ ok: true, data: { item: 'umbrella', pieces: 12 } });
    const result = { role: 'tool', callId: calls[0]?.id ?? '', name: 'check_stock', content } as const;
    const told = await answer([user, { role: 'assistant', text: '', toolCalls: calls }, result]);
    expect(told.text).toBe('We have 12 umbrellas in stock.');
  });

  it.each([
    ['a file that cannot be read', 'export default (', /^TOOLS_DIR: wave\.tool\.mjs: cannot be loaded: /],
    ['no function', 'export default { name: "wave" }', /does not export a function by default\.$/],
    ['a name that is none', `export default ${WHOLE} name: 'wave hello' })`, /wave\.tool\.mjs: name: must be 1 to 64/],
    ['no deadline', `export default ${WHOLE} timeoutMs: undefined })`, /wave\.tool\.mjs: timeoutMs: /],
    ['a schema of another kind', `export default ${WHOLE} schema: {} })`, /schema: must be a z\.object/],
    ['a write without a question', `export default ${WHOLE} effect: 'write' })`, /readBack: is needed where/],
  ])('says what is wrong with %s', async (_what, text, message) => {
    await expect(loadOwnTools(folderOf({ 'wave.tool.mjs': text }))).rejects.toMatchObject({
      problems: [expect.stringMatching(message)],
    });
  });

  it('refuses two of one name, and a folder that is not there', async () => {
    const text = `export default ${WHOLE} name: 'web_search' })`;
    await expect(businessWith(folderOf({ 'a.tool.mjs': text }))).rejects.toMatchObject({
      problems: ['TOOLS_DIR: there are two tools of the name web_search.'],
    });
    await expect(loadOwnTools('/no/such/folder')).rejects.toMatchObject({
      problems: [expect.stringMatching(/^TOOLS_DIR: there is no folder/)],
    });
    expect(await loadOwnTools(undefined)).toEqual([]);
    expect(await loadOwnTools(folderOf({ 'notes.txt': 'x', 'helper.mjs': 'x' }))).toEqual([]);
  });
});
