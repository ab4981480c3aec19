import type { NumberedMessage } from '../src/protocol/index.js';
import { PageTools, type PageTool } from './page-tools.js';

const call = (name: string, args: unknown = {}, timeoutMs = 1000) =>
  ({ type: 'tool.call', callId: 'c1', name, arguments: args, timeoutMs }) as const;

describe('PageTools', () => {
  const answered = async (tools: Readonly<Record<string, PageTool>>, made = call('look')) => {
    const said: NumberedMessage[] = [];
    await new PageTools(tools, (message) => said.push(message)).take(made);
    return said;
  };

  it('runs the tool with its arguments, and answers with what it gives', async () => {
    const look: PageTool = ({ at }) => Promise.resolve({ at, seen: 3 });
    expect(await answered({ look }, call('look', { at: 'cart' }))).toEqual([
      { type: 'tool.answer', callId: 'c1', ok: true, data: { at: 'cart', seen: 3 } },
    ]);
    expect(await answered({ look: () => undefined })).toEqual([{ type: 'tool.answer', callId: 'c1', ok: true }]);
  });

  it.each<readonly [string, PageTool, RegExp]>([
    ['throws', () => Promise.reject(new Error('The cart is empty.')), /^The cart is empty\.$/],
    ['throws no error', () => Promise.reject('odd'), /^odd$/],
    ['gives too much', () => 'x'.repeat(20_000), /too long/],
    ['gives what JSON cannot say', () => 1n, /BigInt/],
  ])('answers why not where it %s', async (_what, look, message) => {
    expect(await answered({ look })).toEqual([
      { type: 'tool.answer', callId: 'c1', ok: false, message: expect.stringMatching(message) as string },
    ]);
  });

  it('has no tools but its own', async () => {
    for (const name of ['other', 'toString', '__proto__']) {
      expect(await answered({ look: () => 1 }, call(name))).toMatchObject([{ ok: false }]);
    }
  });

  it('lets the tool know when nobody waits any more', async () => {
    const look: PageTool = (_args, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('Nobody waits.'))));
    expect(await answered({ look }, call('look', {}, 20))).toMatchObject([{ ok: false, message: 'Nobody waits.' }]);
  });
});
