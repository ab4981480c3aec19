// Whoever was answered with 200 need not tell it again, and whoever was not may: the process that takes what ElevenLabs tells
// is killed in the middle of it.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DoomedProcess } from '../support/doomed-process.js';
import { elevenLabsSignature } from '../support/webhook-app.js';
import type { WebhookQuestion } from '../support/webhook-process.js';
import { waitFor } from '../support/wait-for.js';
import { Build } from '../support/worker-process.js';

const START = Date.UTC(2026, 10, 29, 10) / 1000;
const EVENTS = 200;
/** Steps of an event that ends a call. */
const POINTS = [
  'converse before',
  'converse after',
  'becomes in_progress after',
  'say after',
  'note after',
  'charge after',
  'becomes completed after',
] as const;

interface Stored {
  readonly status: string;
  readonly conversationId: string;
  readonly cost: unknown;
  readonly transcript: readonly { readonly text: string }[];
  readonly events: readonly { readonly kind: string }[];
}

describe('webhooks of ElevenLabs, killed', () => {
  let build: Build;
  let dataDir: string;
  const processes: DoomedProcess<{ readonly http: string }>[] = [];
  beforeAll(() => {
    build = Build.make('webhook-process', 'webhook-app', 'echo-calls', 'crash-points');
    dataDir = mkdtempSync(join(tmpdir(), 'parley-webhook-kills-'));
  }, 120_000);
  afterAll(async () => {
    await Promise.all(processes.map((each) => each.kill()));
    rmSync(dataDir, { recursive: true, force: true });
    build.remove();
  }, 180_000);

  const start = async () => {
    const program = build.program('test/support/webhook-process.js');
    const doomed = await DoomedProcess.start<{ readonly http: string }>(program, { DATA_DIR: dataDir });
    processes.push(doomed);
    const ask = <T>(question: WebhookQuestion): Promise<T> => doomed.ask(question);
    const send = async (path: string, event: object): Promise<boolean> => {
      const body = JSON.stringify(event);
      const headers = { 'content-type': 'application/json', 'elevenlabs-signature': elevenLabsSignature(body) };
      try {
        const url = `${doomed.ready.http}/webhooks/elevenlabs${path}`;
        return (await fetch(url, { method: 'POST', headers, body })).status === 200;
      } catch {
        return false;
      }
    };
    return { doomed, ask, send };
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
    let isKilled = false;
    let killed: Promise<void> | undefined;
    await Promise.all(
      events.map(async (event, n) => {
        // A disk that is busy with other tests answers 503, and the sender comes again.
        while (!isKilled && !answered.has(n)) {
          if (await first.send('/transcription', event)) answered.add(n);
          if (answered.size < EVENTS / 2) continue;
          isKilled = true;
          killed ??= first.doomed.kill();
        }
      }),
    );
    await killed;
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
    await second.doomed.kill();
  }, 240_000);

  it('ends a call whole when the event comes again to the next process, wherever the first was killed', async () => {
    const transcript = Array.from({ length: 10 }, (_, n) => ({
      role: n % 2 === 0 ? 'agent' : 'user',
      message: `words ${n}`,
      time_in_call_secs: n,
    }));
    const metadata = { start_time_unix_secs: START, call_duration_secs: 50, cost_fiat: 0.5 };
    const eventOf = (callSid: string) => ({
      type: 'post_call_transcription',
      event_timestamp: START + 60,
      data: {
        agent_id: 'a',
        conversation_id: `conv_${callSid}`,
        status: 'done',
        transcript,
        metadata,
        conversation_initiation_client_data: { dynamic_variables: { call_sid: callSid } },
      },
    });
    const calls = POINTS.map((point) => ({ point, callSid: randomUUID() }));
    const killed = await start();
    for (const { point, callSid } of calls) {
      await killed.ask({ open: callSid, unknown: true });
      await killed.doomed.stopsAt(point, () => void killed.send('', eventOf(callSid)));
    }
    await killed.doomed.kill();

    const next = await start();
    for (const { callSid } of calls) {
      await waitFor(() => next.send('', eventOf(callSid)), 30_000);
      const read = () => next.ask<Stored>({ read: callSid });
      await waitFor(async () => (await read()).status === 'completed', 30_000);
      const call = await read();
      expect(call.conversationId).toBe(`conv_${callSid}`);
      expect(call.transcript.map(({ text }) => text)).toEqual(transcript.map(({ message }) => message));
      expect(call.cost).toEqual({ USD: 0.5 });
      expect(call.events.filter(({ kind }) => kind === 'webhook.post_call')).toHaveLength(1);
      expect(call.events.filter(({ kind }) => kind === 'status')).toHaveLength(2);
    }
  }, 240_000);
});
