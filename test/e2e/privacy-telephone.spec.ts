// A telephone call whose agent keeps nothing: neither side's number, the carrier's name of the call, nor what was typed is
// found wherever the server writes, while it goes on and afterwards.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../simulators/openai.js';
import { TwilioCall } from '../simulators/twilio.js';
import { filesOf, keysOf, tablesOf } from '../support/left-behind.js';
import { describeWith } from '../support/needs.js';
import { describeWithPostgres, PostgresServer } from '../support/postgres-server.js';
import { RedisServer } from '../support/redis-server.js';
import { waitFor } from '../support/wait-for.js';
import { Build, WorkerProcess } from '../support/worker-process.js';

jest.setTimeout(120_000);

const AUTH_TOKEN = 'f00d'.repeat(8);
const ORIGIN = 'https://voice.example.test';
const FROM = '+4915157294683';
const TO = '+4930209418377';
const TYPED = '86420975318642';

const inAll = describeWith(['redis']) === describe ? describeWithPostgres() : describe.skip;

inAll('what a telephone call leaves behind', () => {
  let build: Build;
  let postgres: PostgresServer;
  let redis: RedisServer;
  let openai: OpenAiSimulator;
  let deepgram: DeepgramSimulator;
  let worker: WorkerProcess;
  let folder: string;
  /** What the model was sent. */
  const asked: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-privacy-telephone-'));
    mkdirSync(join(folder, 'agents'));
    for (const [name, privacy] of Object.entries({ julia: 'standard', zero: 'zero' })) {
      const text = `name: Ada\ninstructions: You are Ada.\ngreeting: Hello.\nprivacy: ${privacy}\n`;
      writeFileSync(join(folder, 'agents', `${name}.yaml`), text);
    }
    [build, postgres, redis] = [Build.make(), await PostgresServer.create(), await RedisServer.start()];
    deepgram = await DeepgramSimulator.start();
    openai = await OpenAiSimulator.start({
      script: (request) => {
        asked.push(JSON.stringify(request.messages));
        return [{ text: 'Thank you.' }];
      },
      speech: { msPerChar: 1 },
    });
    worker = await WorkerProcess.start(build, {
      DATABASE_URL: postgres.url(),
      REDIS_URL: redis.url,
      AGENTS_DIR: join(folder, 'agents'),
      PARLEY_DATA_DIR: join(folder, 'data'),
      STREAM_DEBUG: 'true',
      STREAM_STT_PROVIDER: 'deepgram',
      DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
      DEEPGRAM_BASE_URL: deepgram.url,
      STREAM_LLM_PROVIDER: 'openai',
      STREAM_TTS_PROVIDER: 'openai',
      OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
      OPENAI_BASE_URL: openai.url,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      PUBLIC_ORIGIN: ORIGIN,
    });
  }, 180_000);
  afterAll(async () => {
    await worker.end();
    await Promise.all([postgres.destroy(), redis.destroy(), openai.close(), deepgram.close()]);
    build.remove();
    rmSync(folder, { recursive: true, force: true });
  }, 180_000);

  const left = async () => ({
    tables: await tablesOf(postgres),
    files: filesOf(join(folder, 'data')),
    log: worker.output,
    keys: await keysOf(redis.url),
  });
  const over = async (): Promise<number> =>
    (await postgres.query("select 1 from calls where channel = 'phone' and status = 'completed'")).rows.length;

  /** A caller types digits, is answered, and hangs up; resolves with the words to look for, and all that was there meanwhile. */
  const call = async (agent: string) => {
    const before = await over();
    const account = { server: `http://127.0.0.1:${worker.port}`, publicOrigin: ORIGIN, authToken: AUTH_TOKEN };
    const line = await TwilioCall.dial(account, { from: FROM, to: TO, webhook: `/v1/twilio/voice?agent=${agent}` });
    const { length } = asked;
    for (const key of `${TYPED}#`) line.press(key);
    await waitFor(() => asked.length > length, 30_000);
    await waitFor(() => line.marks.played > 0, 30_000);
    const during = await left();
    line.hangUp();
    await waitFor(async () => (await over()) === before + 1, 30_000);
    return { words: [FROM.slice(1), TO.slice(1), TYPED, line.callSid], during };
  };

  // The strictest first: whatever is found later cannot be of its call.
  it('is nothing of who called whom, and what was typed, with zero', async () => {
    const { words, during } = await call('zero');
    // The model was really told.
    expect(asked.join('\n').replaceAll(/\D/g, '')).toContain(TYPED);
    for (const place of [during, await left()]) {
      for (const [name, text] of Object.entries(place)) {
        expect([name, words.filter((word) => text.includes(word))]).toEqual([name, []]);
      }
    }
  });

  it('is whose call it was, and what was typed, with standard, and no word in the log', async () => {
    const { words } = await call('julia');
    const { tables, log } = await left();
    expect(words.filter((word) => !tables.includes(word))).toEqual([]);
    expect(log).not.toContain(TYPED);
  });
});
