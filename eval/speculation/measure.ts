// What starting the model early is worth: the same turns with and without speculation, through the real server and the
// real clients, with vendors simulated on their wire at the delays that they are known for.
import { samplesOf } from '../../client/audio/pcm.js';
import { quantile } from '../../bench/lib/statistics.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../test/simulators/deepgram.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../test/simulators/openai.js';
import { silence, tone } from '../../test/simulators/tone.js';
import { ParleyApp } from '../../test/support/parley-app.js';
import { Line } from '../call/line.js';
import { Room } from '../call/room.js';
import { tallyOf } from '../check/tally.js';
import { RATE } from '../script/spelling.js';

/** How a recogniser ends turns, ms of silence. */
export interface Ears {
  readonly name: string;
  readonly model: string;
  readonly endOfTurnMs: number;
  /** Where it says so before; a partial that stands still does it elsewhere. */
  readonly eagerMs?: number;
}

export interface Row {
  readonly ears: string;
  readonly turns: number;
  /** End of speech to first audio at the caller, ms. */
  readonly off: { readonly medianMs: number; readonly p95Ms: number };
  readonly on: { readonly medianMs: number; readonly p95Ms: number };
  /** Requests to the model for a turn. */
  readonly requestsPerTurn: { readonly off: number; readonly on: number };
}

/** Published: an eager end of turn comes ~150 ms before the end of turn in the median, ~350 ms in the tail. */
export const EARS: readonly Ears[] = [
  { name: 'Flux, eager 150 ms before the end of the turn', model: 'flux-general-en', endOfTurnMs: 260, eagerMs: 110 },
  { name: 'Flux, eager 350 ms before the end of the turn', model: 'flux-general-en', endOfTurnMs: 600, eagerMs: 250 },
  { name: 'Nova, a partial that stands still', model: 'nova-3', endOfTurnMs: 800 },
];

/** First tokens of hosted models, ms: evenly from 300 to 680, in an order that favours nobody. */
const FIRST_TOKENS_MS = [300, 500, 680, 400, 580, 340, 640, 440, 540, 480];
const FIRST_AUDIO_MS = 190;
const BETWEEN_TOKENS_MS = 15;
const CALLS = 5;
const TURNS_PER_CALL = 6;
const UTTERANCE_MS = 900;
/** Between two turns: tones are as alike as an echo, which is looked for until a moment after a reply, ms. */
const PAUSE_MS = 1200;
const PATIENCE_MS = 20_000;

const agent = (speculate: boolean): string =>
  `name: Ada\ninstructions: You are Ada.\nturn: { speculate: ${speculate} }\n`;

export async function measureSpeculation(ears: Ears): Promise<Row> {
  const deepgram = await DeepgramSimulator.start({
    keepLogs: false,
    knobs: {
      transcripts: ['what are your fees for a wire abroad'],
      silenceMs: ears.endOfTurnMs,
      latency: { ms: 40 },
      ...(ears.eagerMs === undefined ? {} : { eagerSilenceMs: ears.eagerMs }),
    },
  });
  const openai = await OpenAiSimulator.start({
    keepRequests: false,
    replyWords: 12,
    chat: (request) => ({
      firstToken: { ms: FIRST_TOKENS_MS[request % FIRST_TOKENS_MS.length] ?? 0 },
      betweenTokens: { ms: BETWEEN_TOKENS_MS },
    }),
    speech: { firstAudio: { ms: FIRST_AUDIO_MS } },
  });
  const app = await ParleyApp.start({
    env: {
      STREAM_STT_PROVIDER: 'deepgram',
      STREAM_LLM_PROVIDER: 'openai',
      STREAM_TTS_PROVIDER: 'openai',
      DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
      DEEPGRAM_BASE_URL: deepgram.url,
      DEEPGRAM_MODEL: ears.model,
      DEEPGRAM_EAGER_EOT_THRESHOLD: '0.5',
      OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
      OPENAI_BASE_URL: openai.url,
    },
    agents: { on: agent(true), off: agent(false) },
  });
  try {
    const measure = async (name: 'on' | 'off') => {
      const before = openai.counts.chat;
      const times = await Promise.all(Array.from({ length: CALLS }, () => answerTimes(app, name)));
      return { times: times.flat(), requests: openai.counts.chat - before };
    };
    await answerTimes(app, 'off', 1); // the first call of a process pays for what later ones find ready
    const off = await measure('off');
    const on = await measure('on');
    const turns = CALLS * TURNS_PER_CALL;
    const spread = (times: readonly number[]) => ({ medianMs: quantile(times, 0.5), p95Ms: quantile(times, 0.95) });
    return {
      ears: ears.name,
      turns,
      off: spread(off.times),
      on: spread(on.times),
      requestsPerTurn: { off: off.requests / turns, on: on.requests / turns },
    };
  } finally {
    await app.close();
    await Promise.all([deepgram.close(), openai.close()]);
  }
}

/** One call's turns: each is stopped when its answer begins, so that the next can follow. */
async function answerTimes(app: ParleyApp, name: string, turns = TURNS_PER_CALL): Promise<number[]> {
  const line = await Line.open(app.stream, app.token(), name, new Room({}));
  const { log, client, microphone } = line;
  const pause = samplesOf(silence(PAUSE_MS, RATE));
  const utterance = samplesOf(tone(UTTERANCE_MS, RATE));
  for (let turn = 1; turn <= turns; turn += 1) {
    const spoken = await microphone.say({ samples: utterance });
    if (spoken === undefined) break;
    log.add({ type: 'caller.speaks', text: '' }, spoken.startedAt);
    log.add({ type: 'caller.stopped', text: '' }, spoken.speechEndedAt);
    if (!(await log.until(() => log.of('response.audio').length >= turn, PATIENCE_MS))) break;
    client.cancel();
    await microphone.say({ samples: pause });
  }
  await line.hangUp();
  const times = tallyOf(log, { turns, interruptions: turns }).responseMs;
  if (times.length !== turns)
    throw new Error(`${times.length} of ${turns} turns were answered:\n${log.story().join('\n')}`);
  return [...times];
}
