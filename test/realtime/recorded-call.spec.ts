// Calls that are recorded, over the web and by telephone: what each side has said is recognised from the file, and lies there
// when its client said or heard it.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { PacedMicrophone } from '../../client/node/paced-microphone.js';
import { VirtualSpeaker } from '../../client/node/virtual-speaker.js';
import { ResponsePlayback } from '../../client/playback/response-playback.js';
import { connect } from '../../client/terminal/connect.js';
import { bytesOf, samplesOf } from '../../src/audio/pcm16.js';
import { packageRoot } from '../../src/database/package-root.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { TwilioCall } from '../simulators/twilio.js';
import { hearAgain, synthesise } from '../speech/hear.js';
import { CallWatcher } from '../support/call-watcher.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { listenTo, type Recorded } from '../support/recorded.js';
import { DEMO_COUNT } from '../support/demo-answer.js';
import { AGENT_ANSWERS, fromLine, toLine } from '../support/telephone-speech.js';
import { locate, Timeline, unknownSoundMs } from '../support/timeline.js';
import { waitFor } from '../support/wait-for.js';

// Two cores that others work on too.
jest.setTimeout(180_000);
const RATE = 16_000;
const FORMAT = { encoding: 'pcm16', sampleRate: RATE } as const;
/** How far a sound may lie from where it was said or heard, ms. */
const ALIGNED_MS = 50;
/** The same sound, over mu-law and from one rate to another; and a piece in whose middle client and server stood still. */
const ALIKE = 0.95;
const SIMILAR = 0.6;
const AUTH_TOKEN = 'f00d'.repeat(8);
const PUBLIC_ORIGIN = 'https://voice.example.test';

/** What callers here say, and what they may be answered. */
const SAID = {
  ...AGENT_ANSWERS,
  sections: [
    ...AGENT_ANSWERS.sections,
    {
      weight: 50,
      templates: ['what transactions does client {id} have', 'show me the transactions', 'what is our refund policy'],
    },
  ],
};

/** What a client knows of its call. */
class Known {
  readonly caller = new Timeline();
  readonly agent = new Timeline();
  /** Clocks of two kinds drift apart: they are compared when the call begins, as the server compares them. */
  private readonly wallOffset = Date.now() - performance.now();

  /** Holds a recording to it. */
  holds({ startedAt, caller, agent }: Recorded): void {
    const zero = Date.parse(startedAt) - this.wallOffset;
    const sides = [
      { side: 'caller', timeline: this.caller, channel: caller, least: 3 },
      { side: 'agent', timeline: this.agent, channel: agent, least: 8 },
    ];
    for (const { side, timeline, channel, least } of sides) {
      // That the client has hung up is noticed a little later.
      const known = timeline.channel(zero, channel.length);
      const recorded = channel.subarray(0, known.length);
      const found = locate(known, recorded);
      const astray = found.filter(({ lateMs, likeness }) => Math.abs(lateMs) > ALIGNED_MS || likeness < SIMILAR);
      expect({ side, astray, unknownMs: unknownSoundMs(known, recorded, 2 * ALIGNED_MS) }).toEqual({
        side,
        astray: [],
        unknownMs: 0,
      });
      const [median] = found
        .map(({ likeness }) => likeness)
        .toSorted((a, b) => a - b)
        .slice(found.length >> 1);
      expect(median).toBeGreaterThan(ALIKE);
      expect(found.length).toBeGreaterThanOrEqual(least);
    }
  }
}

describeWith(['pocketsphinx'])('a recorded call', () => {
  const watcher = new CallWatcher();
  let app: ParleyApp;
  let folder: string;
  let ears: PocketsphinxStt;
  beforeAll(async () => {
    const julia = readFileSync(join(packageRoot(), 'agents', 'julia.yaml'), 'utf8');
    app = await ParleyApp.start({
      agents: { recorded: `${julia.replace(/^greeting: .*$/m, "greeting: ''")}\nrecording: on\n` },
      env: { PUBLIC_ORIGIN, TWILIO_AUTH_TOKEN: AUTH_TOKEN, TWILIO_USER: 'demo' },
      rewire: (module) => watcher.watches(module),
    });
    folder = mkdtempSync(join(tmpdir(), 'parley-ears-'));
    ears = new PocketsphinxStt({ dataDir: folder, domain: SAID });
  });
  afterAll(async () => {
    ears.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const heardOf = (side: Int16Array): Promise<string> => hearAgain(ears, bytesOf(side));

  it('over the web has both sides where they were heard, without what was cut off', async () => {
    const [question, interruption] = await Promise.all([
      synthesise('What transactions does client 5001 have?', 'rms'),
      synthesise('What is our refund policy?', 'rms'),
    ]);
    const token = app.token();
    const known = new Known();
    const { client, session } = await connect({
      url: app.stream,
      token,
      agent: 'recorded',
      audio: { input: FORMAT, output: FORMAT },
    });
    const speaker = new VirtualSpeaker({ sampleRate: RATE, heard: known.agent.add });
    const playback = new ResponsePlayback(client, speaker);
    const microphone = new PacedMicrophone({
      sampleRate: RATE,
      send: (frame) => client.sendAudio(frame),
      tap: known.caller.add,
    });
    try {
      microphone.start();
      await waitFor(() => known.caller.samples > RATE);
      await microphone.say({ samples: samplesOf(question) });
      await watcher.until(() => known.agent.samples > 5 * RATE);
      const before = known.agent.samples;
      await microphone.say({ samples: samplesOf(interruption) });
      await watcher.until(() => watcher.of('response.interrupted').length > 0);
      await watcher.until(() => known.agent.samples > before + 4 * RATE);
    } finally {
      microphone.stop();
      await client.end();
      playback.dispose();
      await speaker.close();
    }
    const recorded = await listenTo(app.http, session.sessionId, token);
    expect(recorded.file).toHaveLength(recorded.bytes);
    known.holds(recorded);
    expect(await heardOf(recorded.caller)).toMatch(/what transactions does client five thousand one have/);
    expect(await heardOf(recorded.agent)).toMatch(`ada park has ${DEMO_COUNT} transactions`);
  });

  it('by telephone has both sides where they were heard', async () => {
    const question = toLine(await synthesise('Show me the transactions', 'rms'));
    const account = { server: app.http, publicOrigin: PUBLIC_ORIGIN, authToken: AUTH_TOKEN };
    watcher.events = [];
    const known = new Known();
    const call = await TwilioCall.dial(account, { webhook: '/v1/twilio/voice?agent=recorded', jitterMs: 60 });
    const asked = (): boolean => watcher.of('tool.started').some(({ name }) => name === 'query_transactions');
    try {
      await waitFor(() => call.lineMs > 1000);
      // The keyless recogniser hears badly over a telephone (docs/telephone.md): its caller says it again, and types the number.
      for (let said = 1; said <= 4 && !asked(); said += 1) {
        await call.say(question);
        await watcher.until(() => watcher.of('response.completed').length >= 2 * said - 1);
        for (const key of '5001#') call.press(key);
        await watcher.until(() => asked() || watcher.of('response.completed').length >= 2 * said);
      }
      const before = call.lineMs;
      await waitFor(() => call.lineMs > before + 6000, 60_000);
    } finally {
      call.hangUp();
    }
    known.caller.add(samplesOf(fromLine(Buffer.concat(call.said))), call.openedAt);
    known.agent.add(samplesOf(fromLine(call.heardSince(0))), call.openedAt);
    const answer = await fetch(`${app.http}/v1/calls?channel=phone`, {
      headers: { authorization: `Bearer ${app.token()}` },
    });
    const { calls } = (await answer.json()) as { calls: { callSid: string }[] };
    const recorded = await listenTo(app.http, calls[0]?.callSid ?? '', app.token());
    known.holds(recorded);
    expect(await heardOf(recorded.caller)).toMatch(/show me the transactions/);
    expect(await heardOf(recorded.agent)).toMatch(`ada park has ${DEMO_COUNT} transactions`);
  });
});
