// Puts one request to the agent, in a call of its own, and brings home what it is judged by.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { PacedMicrophone } from '../../client/node/paced-microphone.js';
import type { CallerVoice } from '../../scripts/synthetic-caller.js';
import type { ParleyApp } from '../../test/support/parley-app.js';
import { type Received, TextCaller } from '../../test/support/text-caller.js';
import { waitFor } from '../../test/support/wait-for.js';
import { speech } from '../call/sound.js';
import { RATE } from '../script/spelling.js';
import { DrawnChart, type Evidence, type MadeCall } from './judge/verdict.js';
import type { FreshRequest } from './request.schema.js';

/** What came of the last turn. */
export interface Answered extends Evidence {
  /** The words of each turn, as they were understood. */
  readonly heard: readonly string[];
  /** Why there is no answer. */
  readonly problem?: string;
  /** Longest that this process stood still meanwhile, ms. */
  readonly stoodStillMs: number;
}

/** From the last word to the end of its turn; where nothing comes, a turn before it has taken all that was heard, ms. */
const TURN_MS = 15_000;
/** For a recogniser on a machine that does ten other things, ms. */
const PATIENCE_MS = 45_000;

/** Types or says the turns of a request; `voice` where they are said. Never rejects: what went wrong is a `problem`. */
export async function ask(app: ParleyApp, request: FreshRequest, voice?: CallerVoice): Promise<Answered> {
  const stillness = monitorEventLoopDelay({ resolution: 20 });
  stillness.enable();
  const heard: string[] = [];
  const answer = await (voice === undefined ? type(app, request, heard) : speak(app, request, voice, heard)).catch(
    (error: unknown) => ({ text: '', calls: [], problem: (error as Error).message }),
  );
  stillness.disable();
  return { ...answer, heard, stoodStillMs: stillness.max / 1e6 };
}

async function type(app: ParleyApp, { turns }: FreshRequest, heard: string[]): Promise<Evidence> {
  const caller = await TextCaller.call(app);
  try {
    return await converse(app, caller, turns, heard, (text) => caller.client.send({ type: 'text.submit', text }));
  } finally {
    caller.client.ws.close(1000);
  }
}

async function speak(app: ParleyApp, { turns }: FreshRequest, voice: CallerVoice, heard: string[]): Promise<Evidence> {
  const sounds = await Promise.all(turns.map((turn) => speech(turn, voice)));
  const caller = await TextCaller.call(app, { start: { audio: { echoCancellation: true } } });
  const { ws } = caller.client;
  const microphone = new PacedMicrophone({ sampleRate: RATE, send: (frame) => ws.send(frame) });
  microphone.start();
  try {
    return await converse(app, caller, sounds, heard, (samples) => say(caller, microphone, samples));
  } finally {
    microphone.stop();
    ws.close(1000);
  }
}

/** Turn by turn; brings home what came of the last one. */
async function converse<Turn>(
  app: ParleyApp,
  caller: TextCaller,
  turns: readonly Turn[],
  heard: string[],
  utter: (turn: Turn) => void | Promise<void>,
): Promise<Evidence> {
  let from = 0;
  for (const turn of turns) {
    from = caller.received.length;
    await utter(turn);
    heard.push(await answered(caller, from));
  }
  return evidenceOf(app, caller, from);
}

/**
 * In real time: recognisers end utterances by how far they have come with them, so that words sent faster are cut otherwise.
 * A pause in the middle may have ended a turn; what follows it is another one.
 */
async function say(caller: TextCaller, microphone: PacedMicrophone, samples: Int16Array): Promise<void> {
  await microphone.say({ samples });
  const from = caller.received.length;
  await waitFor(() => caller.all('turn.ended', from).length > 0, TURN_MS).catch(() => undefined);
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
    const textOf = async (type: string): Promise<string | undefined> => {
      const url = artifacts.find(({ mediaType }) => mediaType === type)?.url;
      return url === undefined ? undefined : fetchText(`${app.http}${url}`, app.token());
    };
    const chart = await textOf('application/json');
    return {
      name: started.name,
      arguments: started.arguments as MadeCall['arguments'],
      ok,
      code,
      message,
      drawn: wordsIn(await textOf('image/svg+xml')),
      chart: chart === undefined ? undefined : DrawnChart.safeParse(JSON.parse(chart)).data,
    };
  });
  // A reply that was cut off by the caller's own next words has not been heard: it has no end.
  const replies = caller.all('response.completed', from).map(({ text }) => text);
  return { text: replies.join(' ').trim(), calls: await Promise.all(calls) };
}

async function fetchText(url: string, token: string): Promise<string> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return response.text();
}

/** The texts of an SVG. */
const wordsIn = (svg: string | undefined): string | undefined =>
  svg === undefined
    ? undefined
    : [...svg.matchAll(/<text[^>]*>([^<]*)/g)].map(([, words = '']) => words.trim()).join('\n');
