// Puts one request to the agent, in a call of its own, and brings home what it is judged by.
import { setTimeout as delay } from 'node:timers/promises';
import { bytesOf } from '../../client/audio/pcm.js';
import type { CallerVoice } from '../../scripts/synthetic-caller.js';
import type { ParleyApp } from '../../test/support/parley-app.js';
import { type Received, TextCaller } from '../../test/support/text-caller.js';
import { waitFor } from '../../test/support/wait-for.js';
import { speech } from '../call/sound.js';
import { RATE } from '../script/spelling.js';
import type { Evidence, MadeCall } from './judge/verdict.js';
import type { FreshRequest } from './request.schema.js';

/** What came of the last turn. */
export interface Answered extends Evidence {
  /** The words of each turn, as they were understood. */
  readonly heard: readonly string[];
  /** Why there is no answer. */
  readonly problem?: string;
}

/** The server takes audio so far ahead of real time; what would be more waits, ms. */
const AHEAD_MS = 9000;
/** How much is sent at once, ms. */
const FRAME_MS = 100;
/** After the last word at once, ms: the room goes on in real time until the turn has ended. */
const TAIL_MS = 1000;
/** For a recogniser on a machine that does ten other things, ms. */
const PATIENCE_MS = 45_000;

/** Types or says the turns of a request; `voice` where they are said. Never rejects for what the agent does. */
export async function ask(app: ParleyApp, { turns }: FreshRequest, voice?: CallerVoice): Promise<Answered> {
  const caller = await TextCaller.call(app, {
    start: voice === undefined ? {} : { audio: { echoCancellation: true } },
  });
  const microphone = new BurstMicrophone((frame) => caller.client.ws.send(frame));
  const heard: string[] = [];
  try {
    let from = 0;
    for (const turn of turns) {
      from = caller.received.length;
      if (voice === undefined) caller.client.send({ type: 'text.submit', text: turn });
      else await microphone.say(await speech(turn, voice), () => caller.all('turn.ended', from).length > 0);
      heard.push(await answered(caller, from));
    }
    return { heard, ...(await evidenceOf(app, caller, from)) };
  } catch (error) {
    return { heard, text: '', calls: [], problem: (error as Error).message };
  } finally {
    caller.client.ws.close(1000);
  }
}

/** Waits until what was said has been answered to the end; returns the words that were understood. Rejects when it is not. */
async function answered(caller: TextCaller, from: number): Promise<string> {
  const isOver = (): boolean => isAnswered(caller.received.slice(from)) || caller.client.closed !== undefined;
  await waitFor(isOver, PATIENCE_MS).catch(() => undefined);
  const turns = caller.all('turn.ended', from);
  if (turns.length === 0) throw new Error('nothing was heard');
  if (!isAnswered(caller.received.slice(from))) throw new Error('there was no answer');
  return turns.map(({ text }) => text).join(' / ');
}

/** The reply to the latest turn has been heard, and so has whatever a tool came to. */
function isAnswered(received: readonly Received[]): boolean {
  const latest = received.findLast((item) => item.type === 'turn.ended');
  const reply = received.find((item) => item.type === 'response.started' && item.turnId === latest?.turnId);
  const isOwn = (item: Received): boolean =>
    item.type === 'response.completed' && reply?.type === 'response.started' && item.responseId === reply.responseId;
  const started = received.filter(({ type }) => type === 'tool.started').length;
  const finished = received.filter(({ type }) => type === 'tool.finished').length;
  const lastResult = received.findLastIndex(({ type }) => type === 'tool.finished');
  return (
    started === finished &&
    received.some(isOwn) &&
    received.slice(lastResult + 1).some(({ type }) => type === 'response.completed')
  );
}

async function evidenceOf(app: ParleyApp, caller: TextCaller, from: number): Promise<Evidence> {
  const finished = caller.all('tool.finished', from);
  const calls = caller.all('tool.started', from).map(async (started): Promise<MadeCall> => {
    const {
      ok = false,
      code,
      message,
      artifacts = [],
    } = finished.find(({ callId }) => callId === started.callId) ?? {};
    const drawn = artifacts.find(({ mediaType }) => mediaType === 'image/svg+xml')?.url;
    return {
      name: started.name,
      arguments: started.arguments as MadeCall['arguments'],
      ok,
      code,
      message,
      ...(drawn === undefined ? {} : { drawn: await wordsIn(`${app.http}${drawn}`, app.token()) }),
    };
  });
  // A reply that was cut off by the caller's own next words has not been heard: it has no end.
  const replies = caller.all('response.completed', from).map(({ text }) => text);
  return { text: replies.join(' ').trim(), calls: await Promise.all(calls) };
}

/** The texts of an SVG. */
async function wordsIn(url: string, token: string): Promise<string> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const svg = await response.text();
  return [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, words = '']) => words.trim()).join('\n');
}

/** A microphone whose words come as fast as the server takes them, and whose silence afterwards lasts as long as it does. */
class BurstMicrophone {
  /** How far the audio is ahead of the clock, ms; and when that was so. */
  private aheadMs = 0;
  private at = performance.now();

  constructor(private readonly send: (frame: Uint8Array) => void) {}

  /** Sends what is said, and then the room until `ended`. */
  async say(samples: Int16Array, ended: () => boolean): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    for (let at = 0; at < samples.length; at += SAMPLES) await this.push(samples.subarray(at, at + SAMPLES));
    for (let ms = 0; ms < TAIL_MS; ms += FRAME_MS) await this.push(ROOM);
    while (!ended() && performance.now() < deadline) {
      await delay(FRAME_MS);
      await this.push(ROOM);
    }
  }

  private async push(frame: Int16Array): Promise<void> {
    const now = performance.now();
    this.aheadMs = Math.max(0, this.aheadMs - (now - this.at)) + FRAME_MS;
    this.at = now;
    if (this.aheadMs > AHEAD_MS) await delay(this.aheadMs - AHEAD_MS);
    this.send(bytesOf(frame));
  }
}

const SAMPLES = (RATE * FRAME_MS) / 1000;
/** A quiet room: digital zero is not real. */
const ROOM = Int16Array.from({ length: SAMPLES }, (_, n) => ((n * 7919) % 17) - 8);
