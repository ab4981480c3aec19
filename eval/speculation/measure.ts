// What starting the model early is worth: the same turns with and without speculation, through the real server and the
// real clients, with vendors simulated on their wire at the delays that they are known for.
import { samplesOf } from '../../client/audio/pcm.js';
import { quantile } from '../../bench/lib/statistics.js';
import { CartesiaSimulator, SIMULATED_CARTESIA_KEY } from '../../test/simulators/cartesia.js';
import { DeepgramSimulator, SIMULATED_DEEPGRAM_KEY } from '../../test/simulators/deepgram.js';
import type { DeepgramKnobs } from '../../test/simulators/deepgram-knobs.js';
import { OpenAiSimulator, SIMULATED_OPENAI_KEY } from '../../test/simulators/openai.js';
import { silence, tone } from '../../test/simulators/tone.js';
import { ParleyApp } from '../../test/support/parley-app.js';
import { Line } from '../call/line.js';
import { Room } from '../call/room.js';
import { tallyOf } from '../check/tally.js';
import { RATE } from '../script/spelling.js';

/** How a recogniser ends turns. */
export interface Ears {
  readonly name: string;
  readonly model: string;
  readonly knobs: DeepgramKnobs;
}

export interface Row {
  readonly ears: string;
  /** With speculation, and as many without. */
  readonly turns: number;
  readonly off: Spread;
  readonly on: Spread;
}

interface Spread {
  /** End of speech to first audio at the caller, ms. */
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly requestsPerTurn: number;
}

/** Published: an eager end of turn comes ~150 ms before the end of turn in the median, ~350 ms in the tail. */
export const EARS: readonly Ears[] = [
  {
    name: 'Flux, eager 150 ms before the end of the turn',
    model: 'flux-general-en',
    knobs: { silenceMs: 260, eagerSilenceMs: 110 },
  },
  {
    name: 'Flux, eager 350 ms before the end of the turn',
    model: 'flux-general-en',
    knobs: { silenceMs: 500, eagerSilenceMs: 150 },
  },
  // The words are settled after 300 ms of silence; in a noisy room only UtteranceEnd, after a second, ends the turn.
  {
    name: 'Nova, UtteranceEnd; the words stand still',
    model: 'nova-3',
    knobs: { silenceMs: 300, withoutSpeechFinal: true },
  },
];

/** First tokens of hosted models, ms: from 300 to 680, one request after another. */
const FIRST_TOKENS_MS = [300, 500, 680, 400, 580, 340, 640, 440, 540, 480];
const FIRST_AUDIO_MS = 190;
const BETWEEN_TOKENS_MS = 15;
const RECOGNITION_MS = 40;
const ANSWER = 'A wire abroad costs twelve dollars. It arrives within two days.';
/** With and without take turns, so that both meet the same machine; in each round each first token comes up once. */
const ROUNDS = 5;
const CALLS = 5;
const TURNS_PER_CALL = 2;
const UTTERANCE_MS = 900;
/** Between two turns, ms. */
const PAUSE_MS = 500;
const PATIENCE_MS = 20_000;

const agent = (speculate: boolean): string =>
  `name: Ada\ninstructions: You are Ada; drafts ${speculate ? 'on' : 'off'}.\nturn: { speculate: ${speculate} }\n`;

export async function measureSpeculation({ name, model, knobs }: Ears): Promise<Row> {
  const deepgram = await DeepgramSimulator.start({
    keepLogs: false,
    knobs: { transcripts: ['what are your fees for a wire abroad'], latency: { ms: RECOGNITION_MS }, ...knobs },
  });
  const openai = await OpenAiSimulator.start({
    script: () => (ANSWER.match(/\S+\s*/g) ?? []).map((text) => ({ text })),
    chat: (request) => ({
      firstToken: { ms: FIRST_TOKENS_MS[request % FIRST_TOKENS_MS.length] ?? 0 },
      betweenTokens: { ms: BETWEEN_TOKENS_MS },
    }),
  });
  const cartesia = await CartesiaSimulator.start({ firstAudio: { ms: FIRST_AUDIO_MS } });
  const app = await ParleyApp.start({
    env: {
      STREAM_STT_PROVIDER: 'deepgram',
      STREAM_LLM_PROVIDER: 'openai',
      STREAM_TTS_PROVIDER: 'cartesia',
      DEEPGRAM_API_KEY: SIMULATED_DEEPGRAM_KEY,
      DEEPGRAM_BASE_URL: deepgram.url,
      DEEPGRAM_MODEL: model,
      DEEPGRAM_EAGER_EOT_THRESHOLD: '0.5',
      OPENAI_API_KEY: SIMULATED_OPENAI_KEY,
      OPENAI_BASE_URL: openai.url,
      CARTESIA_API_KEY: SIMULATED_CARTESIA_KEY,
      CARTESIA_BASE_URL: cartesia.url,
    },
    agents: { on: agent(true), off: agent(false) },
  });
  const requestsOf = (kind: string): number =>
    openai.chatRequests.filter(({ messages }) => String(messages[0]?.content).includes(`drafts ${kind}`)).length;
  try {
    await answerTimes(app, 'off', 1); // the first call of a process pays for what later ones find ready
    openai.chatRequests.length = 0;
    const times: Record<'on' | 'off', number[]> = { on: [], off: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const kind of ['off', 'on'] as const) {
        const calls = Array.from({ length: CALLS }, () => answerTimes(app, kind));
        times[kind].push(...(await Promise.all(calls)).flat());
      }
    }
    const spread = (kind: 'on' | 'off'): Spread => ({
      medianMs: quantile(times[kind], 0.5),
      p95Ms: quantile(times[kind], 0.95),
      requestsPerTurn: requestsOf(kind) / times[kind].length,
    });
    return { ears: name, turns: ROUNDS * CALLS * TURNS_PER_CALL, off: spread('off'), on: spread('on') };
  } finally {
    await app.close();
    await Promise.all([deepgram.close(), openai.close(), cartesia.close()]);
  }
}

/** One call's turns: each is stopped when its answer begins, so that the next can follow. */
async function answerTimes(app: ParleyApp, name: string, turns = TURNS_PER_CALL): Promise<number[]> {
  const line = await Line.open({
    url: app.stream,
    token: app.token(),
    agent: name,
    room: new Room({}),
    // The voices of both ends are tones: as alike as an echo.
    echoCancellation: true,
  });
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
