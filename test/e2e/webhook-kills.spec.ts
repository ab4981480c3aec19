// Whoever was answered with 200 need not tell it again, and whoever was not may: the process that takes what ElevenLabs tells
// is killed in the middle of it.
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elevenLabsSignature } from '../support/webhook-app.js';
import { waitFor } from '../support/wait-for.js';
import { Build } from '../support/worker-process.js';

const START = Date.UTC(2026, 10, 29, 10) / 1000;
const EVENTS = 200;

interface Stored {
  readonly status: string;
  readonly transcript: readonly { readonly text: string }[];
  readonly events: readonly { readonly kind: string }[];
}

describe('webhooks of ElevenLabs, killed', () => {
  let build: Build;
  let dataDir: string;
  const children: ChildProcess[] = [];
  beforeAll(() => {
    build = Build.make('webhook-process', 'webhook-app', 'echo-calls');
    dataDir = mkdtempSync(join(tmpdir(), 'parley-webhook-kills-'));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(children.map(end));
    rmSync(dataDir, { recursive: true, force: true });
    build.remove();
  }, 60_000);

  const start = async () => {
    const { PATH, HOME } = process.env;
    const child = fork(build.program('test/support/webhook-process.js'), {
      env: { PATH, HOME, PARLEY_DATA_DIR: dataDir },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    children.push(child);
    const [{ http }] = (await once(child, 'message')) as [{ http: string }];
    const ask = async <T>(question: object): Promise<T> => {
      const told = once(child, 'message') as Promise<[{ told: T }]>;
      child.send(question);
      return (await told)[0].told;
    };
    const send = async (path: string, event: object): Promise<boolean> => {
      const body = JSON.stringify(event);
      const headers = { 'content-type': 'application/json', 'elevenlabs-signature': elevenLabsSignature(body) };
      try {
        const response = await fetch(`${http}/webhooks/elevenlabs${path}`, { method: 'POST', headers, body });
        return response.status === 200;
      } catch {
        return false;
      }
    };
    return { child, ask, send };
  };

  it('keeps every event that was answered, once, and the others when they come again', async () => {
    const callSid = randomUUID();
    const events = Array.from({ length: EVENTS }, (_, n) => ({
      call_sid: callSid,
      speaker: 'user',
      message: `words ${n}`,
      timestamp: START + n,
    }));
    const first = await start();
    await first.ask({ open: callSid });
    const answered = new Set<number>();
    await Promise.all(
      events.map(async (event, n) => {
        // A disk that is busy with other tests answers 503, and the sender comes again.
        while (!first.child.killed && !answered.has(n)) {
          if (await first.send('/transcription', event)) answered.add(n);
          if (answered.size >= EVENTS / 2) first.child.kill('SIGKILL');
        }
      }),
    );
    expect(answered.size).toBeGreaterThanOrEqual(EVENTS / 2);

    const second = await start();
    const texts = async () => (await second.ask<Stored>({ read: callSid })).transcript.map(({ text }) => text);
    await waitFor(async () => {
      const stored = new Set(await texts());
      return [...answered].every((n) => stored.has(`words ${n}`));
    }, 30_000);
    for (const event of events) expect(await second.send('/transcription', event)).toBe(true);
    await waitFor(async () => (await texts()).length === EVENTS, 30_000);
    expect(await texts()).toEqual(events.map(({ message }) => message));
    await end(second.child);
  }, 240_000);

  it('ends a call whole when the event comes again to the next process, wherever the first was killed', async () => {
    const callSid = randomUUID();
    const transcript = Array.from({ length: 50 }, (_, n) => ({
      role: n % 2 === 0 ? 'agent' : 'user',
      message: `words ${n}`,
      time_in_call_secs: n,
    }));
    const metadata = { start_time_unix_secs: START, call_duration_secs: 50, cost_fiat: 0.5 };
    const data = { agent_id: 'a', conversation_id: `conv_${callSid}`, status: 'done', transcript, metadata };
    const event = { type: 'post_call_transcription', event_timestamp: START + 60, data };
    for (const killAfterMs of [15, 60]) {
      const killed = await start();
      if (killAfterMs === 15) await killed.ask({ open: callSid });
      const sent = killed.send('', event);
      setTimeout(() => killed.child.kill('SIGKILL'), killAfterMs);
      await sent;
      if (killed.child.signalCode === null) await once(killed.child, 'exit');
    }
    const last = await start();
    expect(await last.send('', event)).toBe(true);
    const read = () => last.ask<Stored & { readonly cost: unknown }>({ read: callSid });
    await waitFor(async () => (await read()).status === 'completed', 30_000);
    const call = await read();
    expect(call.transcript.map(({ text }) => text)).toEqual(transcript.map(({ message }) => message));
    expect(call.cost).toEqual({ USD: 0.5 });
    expect(call.events.filter(({ kind }) => kind === 'webhook.post_call')).toHaveLength(1);
    expect(call.events.filter(({ kind }) => kind === 'status')).toHaveLength(2);
  }, 240_000);
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
