import { jest } from '@jest/globals';
import { bytesOf } from '../audio/pcm.js';
import type { ClientEvents } from '../client-events.js';
import { Emitter } from '../emitter.js';
import { VirtualSpeaker } from '../node/virtual-speaker.js';
import { ResponsePlayback, type ResponsePlaybackOptions } from './response-playback.js';

/** What playback hears of a session and tells it, without a socket. */
class Session extends Emitter<ClientEvents> {
  readonly reports: [number, string][] = [];

  reportPlayback(responseId: string, playedMs: number): void {
    this.reports.push([performance.now(), `${responseId} at ${playedMs}`]);
  }

  reportPlaybackFinished(responseId: string): void {
    this.reports.push([performance.now(), `${responseId} finished`]);
  }

  start(responseId: string): void {
    this.emit('response.started', { type: 'response.started', responseId });
  }

  audio(responseId: string, ms: number): void {
    this.emit('audio', { responseId, chunk: bytesOf(new Int16Array(ms)) });
  }

  done(responseId: string): void {
    this.emit('response.audio_done', { type: 'response.audio_done', responseId, audioMs: 0 });
  }

  pause(responseId: string): void {
    this.emit('response.paused', { type: 'response.paused', responseId });
  }

  resume(responseId: string): void {
    this.emit('response.resumed', { type: 'response.resumed', responseId });
  }

  interrupt(responseId: string): void {
    this.emit('response.interrupted', { type: 'response.interrupted', responseId, heardText: '' });
  }

  cancel(): void {
    this.emit('response.cancelling', { responseId: undefined });
  }

  speak(responseId: string): void {
    this.emit('response.speak', { type: 'response.speak', responseId, segment: 0, text: 'x', language: 'en-US' });
  }

  resuming(): void {
    this.emit('session.resuming', { lastSeq: 1 });
  }

  reconnecting(): void {
    this.emit('reconnecting', { reason: '', giveUpMs: 30_000 });
  }

  resumed(responseId: string, fromMs: number): void {
    const response = { responseId, fromMs };
    this.emit('session.resumed', { response, missed: false } as ClientEvents['session.resumed']);
  }

  ended(): void {
    this.emit('session.ended', { type: 'session.ended', reason: 'client', durationMs: 0 });
  }

  close(local: boolean): void {
    this.emit('closed', { code: 1000, reason: '', meaning: '', retry: false, local });
  }
}

function playing(options: ResponsePlaybackOptions = {}) {
  const session = new Session();
  const heard: { at: number; ms: number }[] = [];
  const speaker = new VirtualSpeaker({
    sampleRate: 1000,
    heard: (samples, at) => heard.push({ at, ms: samples.length }),
  });
  const playback = new ResponsePlayback(session, speaker, options);
  const events: string[] = [];
  playback.on('started', ({ responseId }) => events.push(`${responseId} started`));
  playback.on('finished', ({ responseId, playedMs }) => events.push(`${responseId} finished at ${playedMs}`));
  playback.on('interrupted', ({ responseId, playedMs }) => events.push(`${responseId} interrupted at ${playedMs}`));
  playback.on('overflow', ({ responseId, droppedMs }) => events.push(`${responseId} lost ${droppedMs}`));
  const heardMs = (): number => heard.reduce((sum, { ms }) => sum + ms, 0);
  return { session, speaker, playback, events, heardMs };
}

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
});

afterEach(() => {
  jest.useRealTimers();
});

it('reports the position every 100 ms of playing, and the end', () => {
  const { session, playback, events } = playing();
  session.start('r1');
  session.audio('r1', 150);
  session.audio('r1', 100);
  session.done('r1');
  jest.advanceTimersByTime(1000);
  expect(session.reports).toEqual([
    [100, 'r1 at 100'],
    [200, 'r1 at 200'],
    [250, 'r1 at 250'],
    [250, 'r1 finished'],
  ]);
  expect(events).toEqual(['r1 started', 'r1 finished at 250']);
  expect(playback.active).toBe(false);
  expect(jest.getTimerCount()).toBe(0);
});

it('finishes a response whose last sample is heard while it is looked at', () => {
  const session = new Session();
  let heard = 0;
  const speaker = {
    sampleRate: 1000,
    // Time goes on between two looks.
    heardSamples: () => Math.min(100, heard++),
    write: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    flush: () => undefined,
    close: () => Promise.resolve(),
  };
  const playback = new ResponsePlayback(session, speaker);
  session.start('r1');
  session.audio('r1', 100);
  heard = 98;
  session.done('r1');
  jest.advanceTimersByTime(200);
  expect(session.reports.at(-1)?.[1]).toBe('r1 finished');
  expect(playback.active).toBe(false);
});

it('waits through a gap in the audio without counting it as heard', () => {
  const { session } = playing();
  session.start('r1');
  session.audio('r1', 50);
  jest.advanceTimersByTime(400);
  session.audio('r1', 50);
  session.done('r1');
  jest.advanceTimersByTime(400);
  expect(session.reports).toEqual([
    [50, 'r1 at 50'],
    [450, 'r1 at 100'],
    [450, 'r1 finished'],
  ]);
});

it('finishes a response without audio at once', () => {
  const { session } = playing();
  session.start('r1');
  session.done('r1');
  expect(session.reports).toEqual([[0, 'r1 finished']]);
});

it('plays responses one after the other, each with its own position', () => {
  const { session, events } = playing();
  session.start('r1');
  session.audio('r1', 60);
  session.done('r1');
  session.start('r2');
  session.audio('r2', 40);
  session.done('r2');
  jest.advanceTimersByTime(200);
  expect(session.reports).toEqual([
    [60, 'r1 at 60'],
    [60, 'r1 finished'],
    [100, 'r2 at 40'],
    [100, 'r2 finished'],
  ]);
  expect(events).toEqual(['r1 started', 'r2 started', 'r1 finished at 60', 'r2 finished at 40']);
});

it('holds on a pause, telling where, and goes on at the same place', () => {
  const { session, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 200);
  session.done('r1');
  jest.advanceTimersByTime(130);
  session.pause('r1');
  jest.advanceTimersByTime(500);
  expect(heardMs()).toBe(130);
  session.resume('r1');
  jest.advanceTimersByTime(500);
  expect(session.reports).toEqual([
    [100, 'r1 at 100'],
    [130, 'r1 at 130'],
    [700, 'r1 at 200'],
    [700, 'r1 finished'],
  ]);
});

it('falls silent at once when it is interrupted, says how far it was, and plays nothing more of that response', () => {
  const { session, playback, events, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 500);
  jest.advanceTimersByTime(230);
  session.interrupt('r1');
  session.audio('r1', 300);
  session.done('r1');
  jest.advanceTimersByTime(1000);
  expect(heardMs()).toBe(230);
  expect(session.reports).toEqual([
    [100, 'r1 at 100'],
    [200, 'r1 at 200'],
    [230, 'r1 at 230'],
  ]);
  expect(events).toEqual(['r1 started', 'r1 interrupted at 230']);
  expect(playback.active).toBe(false);
});

it('is ready for the next response after an interruption during a pause', () => {
  const { session, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 100);
  jest.advanceTimersByTime(40);
  session.pause('r1');
  session.interrupt('r1');
  session.start('r2');
  session.audio('r2', 30);
  session.done('r2');
  jest.advanceTimersByTime(100);
  expect(heardMs()).toBe(70);
  expect(session.reports.at(-1)).toEqual([70, 'r2 finished']);
});

it('does not stay paused when the response that was paused had been heard already', () => {
  const { session, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 20);
  session.done('r1');
  jest.advanceTimersByTime(20);
  session.pause('r1');
  session.interrupt('r1');
  session.start('r2');
  session.audio('r2', 20);
  jest.advanceTimersByTime(100);
  expect(heardMs()).toBe(40);
});

it('stops on a cancel before the server knows of it', () => {
  const { session, playback, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 100);
  jest.advanceTimersByTime(30);
  session.cancel();
  session.audio('r1', 100);
  jest.advanceTimersByTime(500);
  expect(heardMs()).toBe(30);
  expect(session.reports).toEqual([[30, 'r1 at 30']]);
  expect(playback.active).toBe(false);
});

it('plays the goodbye out when the server closes, and stops when this side does', async () => {
  const { session, playback, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 80);
  session.ended();
  session.close(false);
  const idle = playback.whenIdle();
  jest.advanceTimersByTime(200);
  await idle;
  expect(heardMs()).toBe(80);

  const other = playing();
  other.session.start('r1');
  other.session.audio('r1', 80);
  other.session.close(true);
  jest.advanceTimersByTime(200);
  expect(other.heardMs()).toBe(0);
});

it('does not wait for a goodbye that a suspended browser keeps to itself', async () => {
  const { session, speaker, playback } = playing();
  session.start('r1');
  session.audio('r1', 10_000);
  jest.advanceTimersByTime(1000);
  jest.spyOn(speaker, 'heardSamples').mockReturnValue(1000);
  session.ended();
  session.close(false);
  const idle = playback.whenIdle();
  jest.advanceTimersByTime(2500);
  await idle;
  expect(jest.getTimerCount()).toBe(0);
});

it('falls silent when the connection is gone and stays so', () => {
  const { session, playback, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 10_000);
  jest.advanceTimersByTime(500);
  session.close(false);
  jest.advanceTimersByTime(5000);
  expect(heardMs()).toBe(500);
  expect(playback.active).toBe(false);
});

it('bridges a short gap, and holds in a longer one until the call goes on from there', () => {
  const { session, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 5000);
  jest.advanceTimersByTime(500);
  session.reconnecting();
  jest.advanceTimersByTime(700);
  session.resumed('r1', 1200);
  session.audio('r1', 3800);
  jest.advanceTimersByTime(800);
  expect(heardMs()).toBe(2000);
  session.reconnecting();
  jest.advanceTimersByTime(10_000);
  expect(heardMs()).toBe(3000);
  session.resuming();
  expect(session.reports.at(-1)?.[1]).toBe('r1 at 3000');
  session.resumed('r1', 3000);
  session.audio('r1', 2000);
  session.done('r1');
  jest.advanceTimersByTime(4000);
  expect(heardMs()).toBe(5000);
  expect(session.reports.at(-1)?.[1]).toBe('r1 finished');
});

it('stays held when a gap ends while the caller may be interrupting', () => {
  const { session, heardMs } = playing();
  session.start('r1');
  session.audio('r1', 5000);
  jest.advanceTimersByTime(500);
  session.pause('r1');
  session.reconnecting();
  jest.advanceTimersByTime(3000);
  session.resumed('r1', 500);
  jest.advanceTimersByTime(1000);
  expect(heardMs()).toBe(500);
  session.resume('r1');
  jest.advanceTimersByTime(1000);
  expect(heardMs()).toBe(1500);
});

it('goes on telling a position at which playback stands still, so that the clock does not count it as heard', () => {
  const { session, speaker } = playing();
  session.start('r1');
  session.audio('r1', 5000);
  session.done('r1');
  jest.advanceTimersByTime(300);
  const suspended = jest.spyOn(speaker, 'heardSamples').mockReturnValue(300);
  session.reports.length = 0;
  jest.advanceTimersByTime(5000);
  expect(session.reports).toHaveLength(50);
  expect(new Set(session.reports.map(([, report]) => report))).toEqual(new Set(['r1 at 300']));
  suspended.mockRestore();
});

it('bounds what waits to be played', () => {
  const { session, events, heardMs } = playing({ maxQueuedMs: 100 });
  session.start('r1');
  session.audio('r1', 80);
  session.audio('r1', 30);
  jest.advanceTimersByTime(10);
  session.audio('r1', 30);
  session.done('r1');
  jest.advanceTimersByTime(500);
  expect(events).toEqual(['r1 started', 'r1 lost 30', 'r1 finished at 110']);
  expect(heardMs()).toBe(110);
});

it('leaves no timer behind when it is disposed of', () => {
  const { session, playback } = playing();
  session.start('r1');
  session.audio('r1', 80);
  playback.dispose();
  expect(jest.getTimerCount()).toBe(0);
  session.start('r2');
  session.audio('r2', 80);
  expect(jest.getTimerCount()).toBe(0);
});

it('leaves it to another player to say how far a response is that the client speaks by itself', () => {
  const { session } = playing();
  session.start('r1');
  session.resuming();
  expect(session.reports).toEqual([[0, 'r1 at 0']]);
  session.speak('r1');
  session.resuming();
  expect(session.reports).toHaveLength(1);
});
