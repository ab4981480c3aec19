import { decodeWav } from '../node/wav.js';
import { ResumableCall } from '../testing/resumable-call.js';
import { ScriptedAgent } from '../testing/scripted-agent.js';
import { serveCall } from '../testing/serve-call.js';
import { placeCall, type CallOptions } from './call.js';
import { EXIT } from './failure.js';
import type { CallObserver } from './observer.js';
import type { PreparedTurn } from './prepare.js';

let agent: ScriptedAgent;

afterEach(async () => {
  await agent.server.stop();
});

/** 200 ms of something loud at 16 kHz. */
const loud = (ms = 200): Int16Array => Int16Array.from({ length: ms * 16 }, (_, n) => (n % 40 < 20 ? 8000 : -8000));

const say = (said: string, bargeIn?: PreparedTurn['bargeIn']): PreparedTurn => ({
  kind: 'say',
  said,
  samples: loud(),
  ...(bargeIn === undefined ? {} : { bargeIn }),
});

function call(turns: readonly PreparedTurn[], options: Partial<CallOptions> = {}) {
  const log: string[] = [];
  const observer: CallObserver = {
    connected: () => log.push('connected'),
    callerSpeaks: (said) => log.push(`says ${said}`),
    turnOver: ({ number }) => log.push(`turn ${number} over`),
    note: (text) => log.push(text),
    callOver: () => log.push('over'),
  };
  const placed = placeCall({
    connection: { url: options.connection?.url ?? agent.server.url },
    call: { sampleRate: 16_000, turns },
    observers: [observer],
    timeoutMs: 2000,
    greetingMs: 100,
    breathMs: 20,
    ...options,
  });
  return { placed, log };
}

it('hears the greeting out, takes each turn when the reply before it was heard, and reports what came of it', async () => {
  agent = await ScriptedAgent.start(
    (turn) => ({
      text: `Answer ${turn}.`,
      audioMs: 100,
      before: [
        {
          type: 'tool.started',
          callId: `c${turn}`,
          responseId: `r${turn}`,
          name: 'query_transactions',
          arguments: { client_id: 5000 + turn },
        },
        {
          type: 'tool.finished',
          callId: `c${turn}`,
          responseId: `r${turn}`,
          name: 'query_transactions',
          ok: turn === 1,
          ...(turn === 1 ? {} : { code: 'not_found', message: 'No such client.' }),
          durationMs: 3,
        },
      ],
    }),
    150,
  );
  const { placed, log } = call([say('one'), { kind: 'text', said: 'two' }], { record: true });
  const { turns, ended, wav } = await placed;
  expect(turns).toEqual([
    {
      number: 1,
      kind: 'say',
      said: 'one',
      heard: 'something loud',
      tools: [{ name: 'query_transactions', arguments: { client_id: 5001 }, ok: true, artifacts: [], durationMs: 3 }],
      reply: 'Answer 1.',
      answered: true,
      interrupted: false,
      latency: {
        finalMs: expect.any(Number) as number,
        firstTokenMs: expect.any(Number) as number,
        firstAudioMs: expect.any(Number) as number,
      },
      metrics: { voiceToVoiceMs: 12 },
      audio: { ms: 100, rms: 3000 },
    },
    expect.objectContaining({
      number: 2,
      kind: 'text',
      said: 'two',
      heard: 'two',
      reply: 'Answer 2.',
      answered: true,
      tools: [expect.objectContaining({ ok: false, code: 'not_found', message: 'No such client.' })],
    }),
  ]);
  expect(ended).toMatchObject({ reason: 'client' });
  expect(log).toEqual(['connected', 'says one', 'turn 1 over', 'says two', 'turn 2 over', 'over']);
  expect(agent.server.of('playback.finished').map(({ responseId }) => responseId)).toEqual(['g', 'r1', 'r2']);
  await agent.server.until(() => agent.server.closeCode === 1000);

  const { samples, sampleRate } = decodeWav(wav ?? new Uint8Array());
  const loudMs = (side: 0 | 1): number =>
    samples.filter((sample, n) => n % 2 === side && Math.abs(sample) > 2000).length / (sampleRate / 1000);
  expect(loudMs(0)).toBe(200);
  expect(loudMs(1)).toBe(350);
});

it('talks over a reply when enough of it was heard, and takes that as a turn of its own', async () => {
  agent = await ScriptedAgent.start((turn) => ({ text: `Answer ${turn}.`, audioMs: turn === 1 ? 5000 : 100 }));
  const { placed } = call([say('one', { said: 'stop', samples: loud(), afterMs: 300 })], { record: true });
  const { turns, wav } = await placed;
  expect(turns.map(({ said, answered, interrupted, reply }) => [said, answered, interrupted, reply])).toEqual([
    ['one', true, true, 'Answer 1.'],
    ['stop', true, false, 'Answer 2.'],
  ]);
  expect(turns[1]?.latency.silencedMs).toBeGreaterThanOrEqual(0);
  expect(turns[0]?.latency.silencedMs).toBeUndefined();
  const positions = agent.server.of('playback.position').filter(({ responseId }) => responseId === 'r1');
  const playedMs = positions.at(-1)?.playedMs ?? 0;
  expect(playedMs).toBeGreaterThanOrEqual(300);
  expect(playedMs).toBeLessThan(5000);
  // What was cut off is not in the recording: exactly what was reported as heard is.
  const { samples } = decodeWav(wav ?? new Uint8Array());
  const heardMs = samples.filter((sample, n) => n % 2 === 1 && sample === 3000).length / 16;
  expect(Math.abs(heardMs - 100 - playedMs)).toBeLessThan(2);
});

it('goes on after a turn that is not answered, and says why it was not', async () => {
  agent = await ScriptedAgent.start((turn) => (turn === 1 ? undefined : { text: 'Yes.', audioMs: 20 }));
  const { placed } = call([say('one'), say('two')], { timeoutMs: 1000 });
  const { turns } = await placed;
  expect(turns.map(({ answered, failure }) => [answered, failure])).toEqual([
    [false, 'no answer came within 1 s'],
    [true, undefined],
  ]);
});

it('says that nothing was recognised when that is so', async () => {
  agent = await ScriptedAgent.start(() => ({ text: 'Yes.', audioMs: 20 }));
  const whisper = { kind: 'say', said: 'psst', samples: new Int16Array(1600).fill(600) } as const;
  const { turns } = await call([whisper], { timeoutMs: 400 }).placed;
  expect(turns[0]).toMatchObject({ answered: false, failure: 'nothing was recognised within 0.4 s' });
});

it('ends when the server closes, with the last error as the reason', async () => {
  agent = await ScriptedAgent.start(() => {
    agent.server.send({ type: 'error', code: 'stt_failed', message: 'It broke.', fatal: true });
    agent.server.close(4503);
    return undefined;
  });
  const { placed, log } = call([say('one'), say('two')]);
  const { turns, ended } = await placed;
  expect(turns).toEqual([expect.objectContaining({ answered: false, failure: 'stt_failed: It broke.' })]);
  expect(ended).toBeUndefined();
  expect(log).toContain('the server closed the call: No speech or language provider could be reached.');
});

it('hangs up in the middle of a turn when told to', async () => {
  const controller = new AbortController();
  agent = await ScriptedAgent.start(() => {
    controller.abort();
    return { text: 'A long answer.', audioMs: 60_000 };
  });
  const { turns, ended } = await call([say('one'), say('two')], { signal: controller.signal }).placed;
  expect(turns).toHaveLength(1);
  expect(ended).toMatchObject({ reason: 'client' });
});

it('goes on when the connection breaks in the middle of a reply, says so, and hears all of it', async () => {
  agent = await ScriptedAgent.start(() => undefined);
  const server = await serveCall(
    new ResumableCall({
      onTaken: (message, current) => {
        if (message.type !== 'text.submit') return;
        current.say({ type: 'turn.ended', turnId: 't1', text: message.text });
        current.reply('r1', new Int16Array(8000).fill(3000), 't1');
        current.sendAudio(4000);
        setTimeout(() => {
          server.cut();
          current.sendAudio(4000);
        }, 200);
      },
    }),
  );
  const { placed, log } = call([{ kind: 'text', said: 'one' }], { connection: { url: server.url }, record: true });
  const { turns, wav } = await placed;
  expect(turns).toEqual([expect.objectContaining({ answered: true })]);
  expect(log).toContain('reconnecting... (The connection broke.)');
  expect(log).toContainEqual(expect.stringMatching(/^back after \d+ ms$/));
  const { samples } = decodeWav(wav ?? new Uint8Array());
  // 1 s, in a file of twice the rate; a conversion rounds its edges.
  expect(Math.abs(samples.filter((sample) => Math.abs(sample - 3000) < 30).length - 16_000)).toBeLessThan(200);
  await server.stop();
});

it('says in one line what is wrong when there is no session', async () => {
  agent = await ScriptedAgent.start(() => undefined);
  const { url } = agent.server;
  await agent.server.stop();
  const { placed } = call([say('one')], { connection: { url } });
  await expect(placed).rejects.toMatchObject({
    name: 'TerminalFailure',
    exitCode: EXIT.notConnected,
    message: `cannot reach ${url}: nothing is listening there; is the server running? (npm start)`,
  });
  agent = await ScriptedAgent.start(() => undefined);
});
