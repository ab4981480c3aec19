// A SIP call between two real user agents, one of which only writes what it hears into a WAV and plays a pipe: the terminal
// client follows the one and writes the other, and so its caller talks to Parley.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { samplesOf } from '../../client/audio/pcm.js';
import { decodeWav, encodeWav } from '../../client/node/wav.js';
import { followCall } from '../../client/terminal/follow-call.js';
import type { ServerMessage } from '../../src/protocol/index.js';
import { Resampler } from '../../src/audio/resampler.js';
import { PocketsphinxStt } from '../../src/stt/pocketsphinx/pocketsphinx-stt.js';
import { hear, synthesise } from '../speech/hear.js';
import { Baresip } from '../support/baresip.js';
import { describeWith } from '../support/needs.js';
import { ParleyApp } from '../support/parley-app.js';
import { waitFor } from '../support/wait-for.js';

jest.setTimeout(240_000);
const PATIENCE_MS = 100_000;
/** How often the caller says the same: the keyless recogniser hears badly over a telephone (docs/telephone.md). */
const SAID = 4;

describeWith(['pocketsphinx', 'baresip'])('a user agent that only writes files', () => {
  let folder: string;
  let app: ParleyApp;
  let ears: PocketsphinxStt;
  const agents: Baresip[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-baresip-'));
    app = await ParleyApp.start();
    ears = new PocketsphinxStt({
      dataDir: join(folder, 'ears'),
      domain: {
        sections: [{ weight: 100, templates: ['hello this is julia how can i help you', 'are you still there'] }],
        numbers: {},
        slots: {},
        keyTerms: [],
      },
    });
  });
  afterAll(async () => {
    for (const agent of agents) await agent.stop();
    ears.close();
    await app.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The caller's words as a file: a wait for the greeting, and after each time for the answer. */
  async function said(text: string): Promise<string> {
    const down = new Resampler(16_000, 8000);
    const pcm = await synthesise(text, 'rms');
    const words = Buffer.concat([down.push(pcm), down.flush()]);
    const silence = (seconds: number) => Buffer.alloc(seconds * 16_000);
    const all = Array.from({ length: SAID }, () => Buffer.concat([words, silence(9)]));
    const samples = samplesOf(Buffer.concat([silence(7), ...all]));
    const file = join(folder, 'say.wav');
    writeFileSync(file, encodeWav({ sampleRate: 8000, channels: 1, samples }));
    return file;
  }

  it('has its caller greeted, heard and answered', async () => {
    const own = mkdtempSync(join(folder, 'call-'));
    const answer = join(own, 'answer.pcm');
    execFileSync('mkfifo', [answer]);
    const alsa = `pcm.parley { type file slave.pcm "null" file "/dev/null" infile "${answer}" format "raw" }`;
    const source = `aufile,${await said('Show me the transactions')}`;
    const agent = await Baresip.make({
      folder: join(own, 'agent'),
      user: 'agent',
      source: 'alsa,parley',
      answers: true,
      alsa,
    });
    const caller = await Baresip.make({ folder: join(own, 'caller'), user: 'caller', source });
    agents.push(agent, caller);
    agent.start();
    await waitFor(() => agent.log.includes('baresip is ready'), PATIENCE_MS);
    caller.start(agent.address);
    await waitFor(() => agent.heardFile !== undefined, PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; ${caller.log}; ${agent.log}`);
    });

    const messages: ServerMessage[] = [];
    const finals = () => messages.flatMap((message) => (message.type === 'transcript.final' ? [message.text] : []));
    const hangUp = new AbortController();
    const call = followCall({
      connection: { url: `${app.http.replace('http', 'ws')}/v1/stream`, token: app.token() },
      observers: [{ message: (message) => messages.push(message) }],
      file: agent.heardFile ?? '',
      answer,
      idleMs: 5_000,
      signal: hangUp.signal,
    });
    const replies = () => messages.flatMap((message) => (message.type === 'response.completed' ? [message.text] : []));
    const understood = () => replies().some((text) => /which client/i.test(text));
    await waitFor(understood, PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; heard: ${finals().join(' | ')}`);
    });

    // When the caller hangs up the file grows no more, and that ends the call.
    await caller.stop();
    expect((await call).ended).toMatchObject({ reason: 'client' });
    await agent.stop();
    const { samples, sampleRate } = decodeWav(readFileSync(caller.heardFile ?? ''));
    expect(sampleRate).toBe(8000);
    const up = new Resampler(8000, 16_000);
    const greeting = Buffer.from(samples.buffer, samples.byteOffset, 7 * 16_000);
    // The end of it drowns in the level that ears which do not know the line begin with.
    expect(await hear(ears, Buffer.concat([up.push(greeting), up.flush()]))).toMatch(/\b(can i|help)\b/);
    const reply = samples.subarray(8000 * 9);
    expect(reply.filter((sample) => Math.abs(sample) > 1000).length / 8000).toBeGreaterThan(0.5);
  });
});
