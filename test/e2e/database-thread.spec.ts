// The thread of the embedded database dies while somebody is on the line.
import { jest } from '@jest/globals';
import { DatabaseThreads } from '../support/database-threads.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { TextCaller } from '../support/text-caller.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that ten others work on too.
jest.setTimeout(120_000);

const QUESTION = 'what transactions does client 5001 have';

describeWith(['pocketsphinx'])('a call, when the thread of the database dies', () => {
  const threads = new DatabaseThreads();
  let app: ParleyApp;
  afterEach(() => app.close());
  afterAll(() => threads.stop());

  const health = async (): Promise<Record<string, unknown>> =>
    (await (await fetch(`${app.http}/health`, { headers: { connection: 'close' } })).json()) as Record<string, unknown>;
  const rowOf = async (callSid: string): Promise<{ status?: string }> => {
    const headers = { authorization: `Bearer ${app.token()}`, connection: 'close' };
    const response = await fetch(`${app.http}/v1/calls/${callSid}`, { headers });
    return response.ok ? ((await response.json()) as { status?: string }) : {};
  };

  it('goes on with the files of the database, and has its row', async () => {
    app = await ParleyApp.start({ env: { DATABASE_URL: '' } });
    const caller = await TextCaller.call(app);
    const first = (await caller.say(QUESTION)).text;
    expect(first).toMatch(/transactions/);
    await threads.kill();
    expect(await health()).toMatchObject({ status: 'ok', database: 'away' });
    // Whoever asks now waits for the new thread, or is told to ask again; the call is there all the same.
    await caller.say(QUESTION);
    await waitFor(async () => !('database' in (await health())), 30_000, 100);
    expect((await caller.say(QUESTION)).text).toBe(first);
    const { sessionId } = await caller.client.next('session.started');
    await caller.hangUp();
    await waitFor(async () => (await rowOf(sessionId)).status === 'completed', 30_000, 200);
  });

  it('goes on with an empty database where it was in memory, and health says what was lost', async () => {
    app = await ParleyApp.start();
    const caller = await TextCaller.call(app);
    await caller.say(QUESTION);
    await threads.kill();
    await waitFor(async () => (await health())['database'] === 'emptied', 30_000, 100);
    expect((await caller.say('what can you do')).text).not.toBe('');
    await caller.hangUp();
    const next = await TextCaller.call(app);
    await next.say('hello');
    await next.hangUp();
    const { sessionId } = await next.client.next('session.started');
    await waitFor(async () => (await rowOf(sessionId)).status === 'completed', 30_000, 200);
    expect(await health()).toMatchObject({ status: 'ok', database: 'emptied' });
  });
});
