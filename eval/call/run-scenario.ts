// One scenario, from the first sound to the verdict.
import { rms } from '../../client/audio/pcm.js';
import { checkContext } from '../check/context.js';
import { checkBans, checkCounts, checkExpectations, met } from '../check/expectations.js';
import { checkInvariants } from '../check/invariants.js';
import { tallyOf, type Tally } from '../check/tally.js';
import type { Scenario } from '../scenario/load.js';
import { PROBE } from '../script/scripted-model.js';
import { textOf } from '../script/spelling.js';
import { matches } from '../scenario/pattern.js';
import { Caller, isAudible, NoSuchMoment } from './caller.js';
import type { CallLog } from './call-log.js';
import { Line } from './line.js';
import { Room } from './room.js';
import type { EvalServer } from './server.js';
import { speech, steadyNoise } from './sound.js';

export interface RunOptions {
  /** Allowed times are multiplied by this: 1 on a quiet machine. */
  readonly slack: number;
}

export interface Result {
  readonly name: string;
  readonly group: string;
  readonly kind: Scenario['kind'];
  readonly pending?: string;
  readonly about: string;
  /** One line each; empty when the scenario passed. */
  readonly faults: readonly string[];
  /** What happened, a line an event. */
  readonly story: readonly string[];
  readonly tally: Tally;
  /** ms. */
  readonly durationMs: number;
}

/** How long the last expectation may take to come after the caller's last step, ms. */
const PATIENCE_MS = 20_000;
/** Times that, on a machine that is granted more time. */
const MOST_PATIENCE = 3;

/** Runs a scenario on the server. Never rejects for a scenario's fault; rejects when the harness itself cannot go on. */
export async function runScenario(scenario: Scenario, server: EvalServer, options: RunOptions): Promise<Result> {
  const { name, group, kind, about, pending } = scenario;
  const room = await roomOf(scenario);
  const asked = server.model.attend(name, scenario.model);
  const began = performance.now();
  const line = await Line.open({
    url: server.app.stream,
    token: server.app.token(),
    agent: name,
    room,
    // Whose echo comes back does not claim to cancel it: such a client is believed.
    echoCancellation: !isAudible(scenario) && group !== 'echo',
  });
  const { log } = line;
  const faults: string[] = [];
  try {
    const { sessionId } = line.client.session ?? { sessionId: '' };
    server.delays.set(sessionId, scenario.tools);
    const caller = new Caller(scenario, line, () => server.recogniser.of(name));
    await caller.prepare();
    await caller.perform();
    await log.until(
      () => met(scenario.expect, log.events).length === scenario.expect.length,
      PATIENCE_MS * Math.min(options.slack, MOST_PATIENCE),
    );
    await new Promise((resolve) => setTimeout(resolve, scenario.linger));
  } catch (error) {
    if (!(error instanceof NoSuchMoment)) throw error;
    faults.push(error.message);
  }
  // The question that shows the context is no part of what is judged.
  const seen = log.snapshot();
  faults.push(...judge(scenario, seen, server, options));
  const { requests = asked.requests.length } = scenario;
  if (requests !== asked.requests.length)
    faults.push(`the model was asked ${asked.requests.length} times, not ${requests}`);
  faults.push(...asked.unanswered.map((last) => `the model's script has no line for ${last}`));
  if (scenario.context !== undefined || scenario.contextLacks.length > 0) {
    faults.push(...(await contextFaults(scenario, line, asked)));
  }
  await line.hangUp();
  return {
    name,
    group,
    kind,
    about,
    ...(pending === undefined ? {} : { pending }),
    faults,
    story: seen.story(),
    tally: tallyOf(seen, scenario),
    durationMs: performance.now() - began,
  };
}

function judge(scenario: Scenario, log: CallLog, server: EvalServer, options: RunOptions): string[] {
  const tally = tallyOf(log, scenario);
  const expectsErrors = scenario.expect.some(({ event }) => event === 'error');
  const spoken = [...log.responses.values()].map(({ chunks }) => textOf(chunks)).join('\n');
  const says = (pattern: string): boolean =>
    pattern.startsWith('/') ? matches(pattern, spoken) : spoken.includes(pattern);
  return [
    ...checkExpectations(scenario.expect, log.events, options),
    ...checkBans(scenario.never, log.events),
    ...checkCounts(scenario.count, log.events),
    ...checkInvariants(log, server.voices, expectsErrors),
    ...(tally.missedTurns > 0 ? [`${tally.answers} answers were heard, ${tally.turns} were due`] : []),
    ...(tally.doubleAnswers > 0 ? [`${tally.answers} answers were heard, only ${tally.turns} were due`] : []),
    ...(tally.falseCutOffs > 0 ? [`${tally.falseCutOffs} cut off that should not have been`] : []),
    ...scenario.spoken
      .filter((pattern) => !says(pattern))
      .map((pattern) => `the voice did not say ${pattern}; it said "${spoken}"`),
    ...scenario.spokenLacks.filter(says).map((pattern) => `the voice must not say ${pattern}; it said "${spoken}"`),
    ...Object.entries(scenario.mails).flatMap(([recipient, wanted]) => {
      const sent = server.mail.mails.filter(({ recipients }) => recipients.includes(recipient)).length;
      return sent === wanted ? [] : [`${recipient} got ${sent} mails, not ${wanted}`];
    }),
  ];
}

/** Asks the agent something by text, and looks at what the model is told before it. */
async function contextFaults(
  scenario: Scenario,
  line: Line,
  asked: { readonly requests: readonly { readonly messages: Parameters<typeof checkContext>[2] }[] },
): Promise<string[]> {
  if (line.client.state !== 'open') return ['the call is over: its context cannot be seen'];
  line.client.submitText(PROBE);
  const find = (): (typeof asked.requests)[number] | undefined =>
    asked.requests.find(({ messages }) => {
      const last = messages.at(-1);
      return last?.role === 'user' && last.text.endsWith(PROBE);
    });
  await line.log.until(() => find() !== undefined, PATIENCE_MS);
  const request = find();
  if (request === undefined) return ['the model was not asked any more: the context cannot be seen'];
  return checkContext(scenario.context, scenario.contextLacks, request.messages);
}

async function roomOf({ room, voice, caller, kind }: Scenario): Promise<Room> {
  const { noise, echo } = room;
  const first = caller.find((step) => 'say' in step);
  if (noise === undefined || kind !== 'spoken') return new Room(echo === undefined ? {} : { echo });
  const level = rms(await speech(first === undefined ? 'Hello there.' : first.say, voice));
  const steady = await steadyNoise(noise.kind, noise.snr, level);
  return new Room({ noise: steady, ...(echo === undefined ? {} : { echo }) });
}
