import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { readWav } from '../audio/wav-file.js';
import type { CallInfo } from '../calls/call-observer.port.js';
import { LivePrivacy } from '../calls/live-privacy.js';
import { ManualClock } from '../../test/fakes/manual-clock.js';
import { CallRecording } from './call-recording.js';
import { finishRecording, recordedFiles, type FinishedRecording } from './finish-recording.js';
import { RecordingFile } from './recording-file.js';

const SID = '919a1421-4153-401b-b440-1d6fdfa15fd5';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-recording-'));
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function call(mode: 'on' | 'with-consent', into = folder) {
  const privacy = new LivePrivacy('standard', { consentNeeded: false, recording: mode });
  const info: CallInfo = { sessionId: SID, userId: 'u', agent: 'a', privacy, providers: { stt: '', llm: '', tts: '' } };
  const clock = new ManualClock();
  const trail: string[] = [];
  const recording = new CallRecording(
    { ...info, recording: { language: 'en-US' } },
    { inputSampleRate: 16_000, outputSampleRate: 16_000, startedAt: 0 },
    {
      folder: into,
      clock,
      listener: {
        started: () => trail.push('started'),
        paused: (_, reason) => trail.push(`paused ${reason}`),
        resumed: (_, reason) => trail.push(`resumed ${reason}`),
        failed: (_, code) => trail.push(`failed ${code}`),
      },
    },
  );
  /** The caller hums at one level for so many seconds, and everything is written that can be. */
  const hum = async (level: number, seconds: number): Promise<void> => {
    for (let n = 0; n < seconds * 50; n += 1) {
      await clock.advance(20);
      recording.heard(new Uint8Array(new Int16Array(320).fill(level).buffer));
      if (n % 50 === 49) {
        recording.tick();
        await recording.written;
      }
    }
  };
  return { recording, privacy, clock, trail, hum };
}

async function whole(): Promise<{ levels: number[][]; recording: FinishedRecording | undefined }> {
  const recording = await finishRecording(folder, await recordedFiles(folder), async () => undefined);
  if (recording === undefined) return { levels: [], recording };
  const { data, channels, sampleRate } = readWav(readFileSync(join(folder, recording.file)));
  expect([channels, sampleRate]).toEqual([2, 16_000]);
  const samples = new Int16Array(data.buffer, data.byteOffset, data.length >> 1);
  // In the middle of every second: what the caller's side has, and the agent's.
  const levels: number[][] = [];
  for (let at = 8000; at < samples.length / 2; at += 16_000) {
    levels.push([samples[at * 2] as number, samples[at * 2 + 1] as number]);
  }
  return { levels, recording };
}

const left = (levels: readonly number[][]): number[] => levels.map(([caller = 0]) => caller);

describe('a recording', () => {
  it('ends where the disk stands still, whatever the call does, and keeps nobody waiting', async () => {
    const stuck = jest.spyOn(RecordingFile, 'create').mockReturnValue(new Promise(() => undefined));
    const { recording, clock, trail } = call('on');
    for (let second = 0; second < 60; second += 1) {
      await clock.advance(1000);
      recording.heard(new Uint8Array(32_000));
      recording.tick();
    }
    expect(stuck).toHaveBeenCalledTimes(1);
    expect(trail).toEqual(['failed ETIMEDOUT']);
    await recording.end();
    const another = call('on');
    await another.clock.advance(2000);
    another.recording.heard(new Uint8Array(32_000).fill(1));
    await another.clock.advance(1000);
    const ended = another.recording.end();
    await another.clock.advance(30_000);
    await ended;
    expect(another.trail).toEqual(['failed ETIMEDOUT']);
  });

  it('leaves no file open that the disk gives it too late', async () => {
    const create = RecordingFile.create.bind(RecordingFile);
    const disk = Promise.withResolvers<void>();
    const close = jest.spyOn(RecordingFile.prototype, 'close');
    jest.spyOn(RecordingFile, 'create').mockImplementation(async (...args) => {
      await disk.promise;
      return create(...args);
    });
    const { recording, clock, trail } = call('on');
    await clock.advance(2000);
    recording.heard(new Uint8Array(32_000).fill(1));
    await clock.advance(1000);
    const ended = recording.end();
    await clock.advance(30_000);
    await ended;
    disk.resolve();
    await recording.written;
    expect(close).toHaveBeenCalledTimes(1);
    expect(trail).toEqual(['failed ETIMEDOUT']);
  });

  it('has both sides at their time, and is held back a few seconds', async () => {
    const { recording, hum, trail } = call('on');
    await hum(100, 3);
    expect(readdirSync(folder)).toEqual([]);
    recording.playback({ type: 'began' });
    recording.said(new Uint8Array(new Int16Array(32_000).fill(200).buffer));
    await hum(101, 6);
    const [part = ''] = readdirSync(folder);
    // 9 s, 4 of them held.
    const bytes = statSync(join(folder, part)).size;
    expect(bytes).toBeGreaterThan(4 * 64_000);
    expect(bytes).toBeLessThanOrEqual(5 * 64_000 + 44);
    // What is on disk by now can be played as it is.
    expect(readWav(readFileSync(join(folder, part))).data).toHaveLength(bytes - 44);
    await recording.end();
    const { levels } = await whole();
    expect(levels.slice(0, 9)).toEqual([
      [100, 0],
      [100, 0],
      [100, 0],
      [101, 200],
      [101, 200],
      [101, 0],
      [101, 0],
      [101, 0],
      [101, 0],
    ]);
    expect(trail).toEqual(['started']);
  });

  it('is made from the yes on, and forgets what was before', async () => {
    const { recording, hum, privacy, trail } = call('with-consent');
    await hum(100, 12);
    expect(readdirSync(folder)).toEqual([]);
    privacy.consented('given');
    recording.event({ type: 'consent.changed', state: 'given', by: 'client' });
    await hum(101, 6);
    await recording.end();
    const { levels, recording: made } = await whole();
    expect(left(levels)).toEqual([101, 101, 101, 101, 101, 101]);
    expect(made?.durationMs).toBeCloseTo(6000, -2);
    expect(trail).toEqual(['started']);
  });

  it('keeps nothing after a no, nor what was said right before it, and goes on after another yes', async () => {
    const { recording, hum, privacy, trail } = call('on');
    await hum(100, 10);
    privacy.consented('refused');
    recording.event({ type: 'consent.changed', state: 'refused', by: 'caller' });
    await hum(101, 10);
    privacy.consented('given');
    recording.event({ type: 'consent.changed', state: 'given', by: 'caller' });
    await hum(102, 6);
    await recording.end();
    const { levels } = await whole();
    expect(left(levels)).toEqual([
      ...Array<number>(6).fill(100),
      ...Array<number>(14).fill(0),
      ...Array<number>(6).fill(102),
    ]);
    expect(trail).toEqual(['started', 'paused consent', 'resumed consent']);
  });

  it('is never made of somebody who did not agree', async () => {
    const { recording, hum } = call('with-consent');
    await hum(100, 10);
    await recording.end();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('has no digit of a card that was read long before it was understood', async () => {
    const { recording, hum, trail } = call('on');
    await hum(100, 6);
    recording.event({ type: 'speech.started', audioMs: 6000 });
    await hum(4242, 12);
    const text = 'four two four two four two four two four two four two four two four two';
    recording.event({ type: 'turn.ended', turnId: 't', text });
    await hum(101, 8);
    await recording.end();
    const { levels } = await whole();
    expect(left(levels)).not.toContain(4242);
    expect(left(levels).slice(0, 4)).toEqual([100, 100, 100, 100]);
    expect(left(levels).slice(-7)).toEqual(Array(7).fill(101));
    expect(trail).toEqual(['started', 'paused card', 'resumed card']);
  });

  it('has a last turn with a few digits, after which no more can come', async () => {
    const { recording, hum } = call('on');
    recording.event({ type: 'speech.started', audioMs: 0 });
    await hum(100, 3);
    recording.event({ type: 'turn.ended', turnId: 't', text: 'What does client 5001 have?' });
    await hum(100, 1);
    await recording.end();
    expect(left((await whole()).levels)).toEqual([100, 100, 100, 100]);
  });

  it('leaves out what nobody understands for a minute, and says so', async () => {
    const { recording, hum, trail } = call('on');
    recording.event({ type: 'speech.started', audioMs: 0 });
    await hum(100, 70);
    await recording.end();
    const { levels } = await whole();
    expect(left(levels)).not.toContain(100);
    expect(trail).toContain('paused unheard');
  });

  it('stops when the disk does not take it, and says so once', async () => {
    const blocked = join(folder, 'a file');
    writeFileSync(blocked, '');
    const { recording, hum, trail } = call('on', blocked);
    await hum(100, 8);
    await recording.end();
    expect(trail).toEqual([expect.stringMatching(/^failed E/)]);
  });

  it('is put together of the parts of several processes, with silence between', async () => {
    const part = (startedAt: number, seconds: number, level: number): void => {
      const audio = new Int16Array(seconds * 32_000).fill(level);
      writeFileSync(
        join(folder, `${SID}.${startedAt}.00000000-1.part`),
        Buffer.concat([Buffer.alloc(44), Buffer.from(audio.buffer), Buffer.alloc(3)]),
      );
    };
    part(1_000_000, 3, 100);
    part(1_005_000, 2, 101);
    // It overlaps with the one before.
    part(1_006_000, 3, 102);
    const { levels, recording } = await whole();
    expect(left(levels)).toEqual([100, 100, 100, 0, 0, 101, 101, 102, 102]);
    expect(recording).toMatchObject({ startedAt: 1_000_000, durationMs: 9000, bytes: 9 * 64_000 + 44 });
    expect(readdirSync(folder)).toEqual([recording?.file]);
    // Another part, of a process that came later.
    part(1_010_000, 1, 103);
    expect(left((await whole()).levels)).toEqual([100, 100, 100, 0, 0, 101, 101, 102, 102, 0, 103]);
  });
});
