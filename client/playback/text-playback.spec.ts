import { jest } from '@jest/globals';
import type { ServerMessageOf } from '../../src/protocol/index.js';
import type { ClientEvents } from '../client-events.js';
import { Emitter } from '../emitter.js';
import { TextPlayback } from './text-playback.js';
import type { TextVoice, TextVoiceListener } from './text-playback.js';

class Session extends Emitter<ClientEvents> {
  readonly reports: unknown[][] = [];

  reportSpoken(...report: [string, number, number, boolean]): void {
    this.reports.push(report);
  }

  /** As the client does when the server says so. */
  tell<Name extends keyof ClientEvents>(name: Name, event: ClientEvents[Name]): void {
    this.emit(name, event);
  }

  speak(segment: number, text: string): void {
    const message: ServerMessageOf<'response.speak'> = {
      type: 'response.speak',
      responseId: 'r1',
      segment,
      text,
      language: 'en-US',
    };
    this.emit('response.speak', message);
  }
}

class Voice implements TextVoice {
  readonly log: string[] = [];
  listener: TextVoiceListener | undefined;

  speak(text: string, _options: unknown, listener: TextVoiceListener): void {
    this.log.push(text);
    this.listener = listener;
  }
  pause(): void {
    this.log.push('pause');
  }
  resume(): void {
    this.log.push('resume');
  }
  stop(): void {
    this.log.push('stop');
  }
}

describe('the playback of text', () => {
  const setUp = () => {
    const session = new Session();
    const voice = new Voice();
    return { session, voice, playback: new TextPlayback(session, voice) };
  };

  it('speaks pieces one after another and reports what was heard', () => {
    const { session, voice, playback } = setUp();
    session.speak(0, 'One two.');
    session.speak(1, 'Three.');
    expect(voice.log).toEqual(['One two.']);
    voice.listener?.heard(4);
    voice.listener?.done();
    expect(voice.log).toEqual(['One two.', 'Three.']);
    voice.listener?.heard(99);
    voice.listener?.done();
    expect(session.reports).toEqual([
      ['r1', 0, 4, false],
      ['r1', 0, 8, true],
      ['r1', 1, 6, false],
      ['r1', 1, 6, true],
    ]);
    expect(playback.active).toBe(false);
  });

  it.each(['response.interrupted', 'response.cancelling'] as const)(
    'falls silent at %s, and reports no more',
    (event) => {
      const { session, voice, playback } = setUp();
      session.speak(0, 'One two.');
      session.speak(1, 'Three.');
      const { listener } = voice;
      if (event === 'response.cancelling') session.tell(event, { responseId: 'r1' });
      else session.tell(event, { type: event, responseId: 'r1', heardText: '' });
      listener?.heard(4);
      listener?.done();
      expect([voice.log, session.reports, playback.active]).toEqual([['One two.', 'stop'], [], false]);
      session.speak(0, 'The next reply.');
      expect(voice.log.at(-1)).toBe('The next reply.');
    },
  );

  it('holds the voice while the caller may be interrupting', () => {
    const { session, voice } = setUp();
    session.tell('response.paused', { type: 'response.paused', responseId: 'r1' });
    session.tell('response.resumed', { type: 'response.resumed', responseId: 'r1' });
    expect(voice.log).toEqual(['pause', 'resume']);
  });

  it('reports nothing more of a reply that cannot be spoken', () => {
    const { session, voice, playback } = setUp();
    session.speak(0, 'One two.');
    session.speak(1, 'Three.');
    voice.listener?.heard(4);
    voice.listener?.failed();
    expect([session.reports, playback.active]).toEqual([[['r1', 0, 4, false]], false]);
  });

  it('listens to nobody when it was disposed of', () => {
    const { session, voice, playback } = setUp();
    playback.dispose();
    session.speak(0, 'One two.');
    expect(voice.log).toEqual(['stop']);
  });
});

describe('a goodbye', () => {
  const CLOSED = { code: 1000, reason: '', meaning: '', retry: false, local: false };
  const saying = (...texts: string[]) => {
    const session = new Session();
    const voice = new Voice();
    const playback = new TextPlayback(session, voice);
    texts.forEach((text, segment) => session.speak(segment, text));
    session.tell('session.ended', { type: 'session.ended', reason: 'agent', durationMs: 1 });
    session.tell('closed', CLOSED);
    let isIdle = false;
    void playback.whenIdle().then(() => (isIdle = true));
    return { voice, playback, isIdle: () => isIdle };
  };
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is spoken to its end', async () => {
    const { voice, playback, isIdle } = saying('Thank you.', 'Goodbye.');
    voice.listener?.done();
    await jest.advanceTimersByTimeAsync(3000);
    expect([isIdle(), playback.active]).toEqual([false, true]);
    voice.listener?.done();
    await jest.advanceTimersByTimeAsync(0);
    expect([isIdle(), voice.log, jest.getTimerCount()]).toEqual([true, ['Thank you.', 'resume', 'Goodbye.'], 0]);
  });

  it('is given up when the voice says nothing more of it, or cannot speak', async () => {
    const stuck = saying('0123456789'.repeat(10));
    stuck.voice.listener?.heard(80);
    await jest.advanceTimersByTimeAsync(4900);
    expect(stuck.isIdle()).toBe(false);
    await jest.advanceTimersByTimeAsync(200);
    expect([stuck.isIdle(), stuck.voice.log.at(-1)]).toEqual([true, 'stop']);
    const silent = saying('Goodbye.');
    silent.voice.listener?.failed();
    await jest.advanceTimersByTimeAsync(0);
    expect(silent.isIdle()).toBe(true);
    await expect(silent.playback.whenIdle()).resolves.toBeUndefined();
  });
});

it('waits while the session is resumed, and then speaks what the server gives again', () => {
  const session = new Session();
  const voice = new Voice();
  const playback = new TextPlayback(session, voice);
  session.speak(0, 'One two three.');
  session.speak(1, 'Four.');
  voice.listener?.heard(4);
  session.tell('session.resuming', { lastSeq: 1 });
  expect(voice.log).toEqual(['One two three.', 'pause']);
  session.tell('session.resumed', { response: { responseId: 'r1', fromMs: 0 } } as ClientEvents['session.resumed']);
  session.speak(2, 'two three.');
  session.speak(3, 'Four.');
  voice.listener?.done();
  voice.listener?.done();
  expect(voice.log.filter((entry) => !['pause', 'stop', 'resume'].includes(entry))).toEqual([
    'One two three.',
    'two three.',
    'Four.',
  ]);
  expect(playback.active).toBe(false);
});

it('holds the voice in a gap of more than a second, and is silent when the call does not go on', () => {
  jest.useFakeTimers();
  try {
    const session = new Session();
    const voice = new Voice();
    const playback = new TextPlayback(session, voice);
    session.speak(0, 'One two three.');
    session.tell('reconnecting', { reason: '', giveUpMs: 30_000 });
    jest.advanceTimersByTime(900);
    expect(voice.log).toEqual(['One two three.']);
    jest.advanceTimersByTime(200);
    expect(voice.log).toEqual(['One two three.', 'pause']);
    session.tell('closed', { code: 1006, reason: '', meaning: '', retry: true, local: false });
    expect(voice.log.at(-1)).toBe('stop');
    expect(playback.active).toBe(false);
  } finally {
    jest.useRealTimers();
  }
});
