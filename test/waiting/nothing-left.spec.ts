// A hundred calls one after another and fifty at once, ended in every way there is: nothing may be left of them.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { activeResources, childProcesses, grown } from '../support/leftovers.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(180_000);
const PATIENCE_MS = 60_000;

const BRIEF =
  'name: Ada\ninstructions: You are {{agent}}, the voice assistant of a bank.\ntools: [query_transactions]\n';

type Ending = (caller: TextCaller) => Promise<unknown>;

const inTheMiddle = async (caller: TextCaller): Promise<void> => {
  caller.listening = false;
  const { responseId } = await caller.begin('what can you do');
  await waitFor(() => caller.audioOf(responseId) > 0, PATIENCE_MS);
};

/** What callers do, in turn. */
const ENDINGS: readonly Ending[] = [
  async (caller) => {
    await caller.say('hello');
    await caller.hangUp();
  },
  // Hangs up while the agent speaks.
  async (caller) => {
    await inTheMiddle(caller);
    await caller.hangUp();
  },
  // Is gone without a word while the agent speaks.
  async (caller) => {
    await inTheMiddle(caller);
    caller.client.ws.terminate();
  },
  // Is gone while the agent is thinking.
  async (caller) => {
    await caller.begin('what transactions does client 5001 have');
    caller.client.ws.terminate();
  },
  // Thinks better of it.
  (caller) => caller.client.close(),
];

describeWith(['pocketsphinx'])('what calls leave behind', () => {
  let app: ParleyApp;
  let temporary: string;
  /** Calls so far, each of which has a row. */
  let made = 0;
  const before = { TMPDIR: process.env['TMPDIR'] };

  beforeAll(async () => {
    // A temporary folder of our own shows what is left in it.
    temporary = mkdtempSync(join(tmpdir(), 'parley-left-'));
    process.env['TMPDIR'] = temporary;
    // A call that lost its line is kept for a while; here it is to be over.
    app = await ParleyApp.start({ env: { STREAM_RESUME_GRACE_MS: '500' }, agents: { brief: BRIEF } });
    // What is made once for all calls is there after the first ones.
    for (const ending of ENDINGS) await callAndEnd(ending);
    await nothingRuns();
  });
  afterAll(async () => {
    await app.close();
    if (before.TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before.TMPDIR;
    rmSync(temporary, { recursive: true, force: true });
  });

  /** `microphone` sends some audio, for which a recogniser's process is started: every 24th call, so with every ending. */
  const callAndEnd = async (ending: Ending, microphone = false): Promise<void> => {
    made += 1;
    const caller = await TextCaller.call(app, { start: { agent: 'brief' }, greeted: false });
    if (microphone) caller.client.ws.send(Buffer.alloc(3200));
    await ending(caller);
  };

  const ending = (index: number): Ending => ENDINGS[index % ENDINGS.length] as Ending;

  const nothingRuns = () =>
    waitFor(async () => (await app.activeSessions()) === 0 && (await app.connections()) === 0, PATIENCE_MS);

  const callRows = () => app.app.get(Database).prisma.call.findMany({ select: { callSid: true, endReason: true } });

  /** Makes calls; resolves when all there was before them is all there is after them. */
  const leavesNothing = async (make: () => Promise<void>): Promise<void> => {
    // One recogniser waits for the next call, always.
    await waitFor(() => childProcesses().length === 1, PATIENCE_MS);
    const resources = activeResources();
    const files = readdirSync(temporary);
    await make();
    await nothingRuns();
    await waitFor(() => childProcesses().length <= 1, PATIENCE_MS).catch(() =>
      expect(childProcesses()).toHaveLength(1),
    );
    await waitFor(() => grown(resources).length === 0, PATIENCE_MS).catch(() => expect(grown(resources)).toEqual([]));
    expect(readdirSync(temporary)).toEqual(files);
    // Rows reach the database a moment after the call.
    await waitFor(async () => (await callRows()).length >= made, PATIENCE_MS);
    expect(await callRows()).toHaveLength(made);
    const open = async () => (await callRows()).filter(({ endReason }) => endReason === null);
    await waitFor(async () => (await open()).length === 0, PATIENCE_MS).catch(async () =>
      expect(await open()).toEqual([]),
    );
  };

  it('is nothing, after 100 calls one after another', async () => {
    await leavesNothing(async () => {
      for (let index = 0; index < 100; index += 1) await callAndEnd(ending(index), index % 24 === 0);
    });
  });

  it('is nothing, after 50 calls at once', async () => {
    await leavesNothing(async () => {
      await Promise.all(Array.from({ length: 50 }, async (_, index) => callAndEnd(ending(index), index % 24 === 0)));
    });
  });
});
