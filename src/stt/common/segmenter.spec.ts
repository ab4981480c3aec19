import type { VadEvent, VoiceActivityDetector } from '../../vad/vad.port.js';
import { Segmenter, defaultEndpointing } from './segmenter.js';

const RATE = 16_000;
const CHUNK_MS = 20;

/** Hears speech in chunks whose first byte is not zero, at once. */
class FirstByteVad implements VoiceActivityDetector {
  readonly name = 'first byte';
  opened = 0;
  open(_options: unknown, listener: (event: VadEvent) => void) {
    this.opened += 1;
    let speaking = false;
    let audioMs = 0;
    let closed = false;
    return {
      push(chunk: Uint8Array): void {
        if (closed) return;
        const loud = chunk[0] !== 0;
        if (loud !== speaking) {
          speaking = loud;
          listener({ type: loud ? 'speech.started' : 'speech.stopped', audioMs });
        }
        audioMs += CHUNK_MS;
      },
      close(): void {
        closed = true;
      },
    };
  }
}

function setUp(options: Partial<typeof defaultEndpointing> = {}) {
  const log: string[] = [];
  const chunks: number[] = [];
  let silenceMs = 0;
  const segmenter = new Segmenter(
    new FirstByteVad(),
    RATE,
    { ...defaultEndpointing, ...options },
    {
      speechStarted: (ms) => log.push(`started ${ms}`),
      speechStopped: (ms) => log.push(`stopped ${ms}`),
      utteranceStarted: (ms) => log.push(`utterance ${ms}`),
      audio: (pcm) => chunks.push(pcm[0] ?? -1),
      utteranceEnded: () => log.push(`ended after ${chunks.splice(0).length * CHUNK_MS}`),
      silence: (ms) => {
        silenceMs = ms;
      },
    },
  );
  const push = (ms: number, mark: number): void => {
    for (let at = 0; at < ms; at += CHUNK_MS) segmenter.push(new Uint8Array((RATE * 2 * CHUNK_MS) / 1000).fill(mark));
  };
  return { segmenter, push, log, chunks, silence: () => silenceMs };
}

describe('Segmenter', () => {
  it('begins with the audio before the onset, and ends after enough silence', () => {
    const { push, log, silence } = setUp();
    push(1000, 0);
    push(600, 1);
    expect(log).toEqual(['started 1000', 'utterance 720']);
    push(440, 0);
    expect(log.slice(2)).toEqual(['stopped 1600']);
    push(20, 0);
    expect(log.slice(3)).toEqual(['ended after 1340']);
    push(140, 0);
    expect(silence()).toBe(600);
  });

  it('loses nothing when the detector is behind: it begins before the onset, not before the news of it', () => {
    const log: string[] = [];
    const marks: number[] = [];
    let tell: (event: VadEvent) => void = () => undefined;
    const segmenter = new Segmenter(
      {
        name: 'late',
        open: (_options, listener) => {
          tell = listener;
          return { push: () => undefined, close: () => undefined };
        },
      },
      RATE,
      { ...defaultEndpointing, detectorLagMs: 1000 },
      {
        speechStarted: (ms) => log.push(`started ${ms}`),
        speechStopped: (ms) => log.push(`stopped ${ms}`),
        utteranceStarted: (ms) => log.push(`utterance ${ms}`),
        audio: (pcm) => marks.push(pcm[0] ?? -1),
        utteranceEnded: () => log.push('ended'),
        silence: () => undefined,
      },
    );
    const push = (ms: number, mark: number): void => {
      for (let at = 0; at < ms; at += CHUNK_MS) segmenter.push(new Uint8Array((RATE * 2 * CHUNK_MS) / 1000).fill(mark));
    };
    push(2000, 0);
    push(800, 1); // speech, and the detector says nothing
    tell({ type: 'speech.started', audioMs: 2000 });
    expect(log).toEqual(['started 2000', 'utterance 1700']);
    push(200, 2);
    tell({ type: 'speech.stopped', audioMs: 3000 });
    push(480, 0);
    expect(log.slice(2)).toEqual(['stopped 3000', 'ended']);
    expect(marks.filter((mark) => mark === 0)).toHaveLength((300 + 460) / CHUNK_MS);
    expect(marks.filter((mark) => mark === 1)).toHaveLength(800 / CHUNK_MS);
    expect(marks.filter((mark) => mark === 2)).toHaveLength(200 / CHUNK_MS);
  });

  it('keeps an utterance together over a short pause', () => {
    const { push, log } = setUp();
    push(400, 1);
    push(300, 0);
    push(400, 1);
    push(600, 0);
    expect(log).toEqual(['started 0', 'utterance 0', 'stopped 400', 'started 700', 'stopped 1100', 'ended after 1560']);
  });

  it('cuts an utterance that is too long, and loses none of it', () => {
    const { push, log, chunks } = setUp({ maxUtteranceMs: 1000 });
    push(2400, 1);
    expect(log).toEqual([
      'started 0',
      'utterance 0',
      'ended after 1000',
      'utterance 1000',
      'ended after 1000',
      'utterance 2000',
    ]);
    expect(chunks).toHaveLength(20);
  });

  it('cut on demand ends the speech too; what follows is an onset of its own, with nothing of the words before', () => {
    const { segmenter, push, log, chunks } = setUp();
    push(500, 1);
    segmenter.cut();
    expect(log).toEqual(['started 0', 'utterance 0', 'stopped 500', 'ended after 500']);
    push(200, 2);
    expect(log.slice(4)).toEqual(['started 500', 'utterance 500']);
    expect(new Set(chunks)).toEqual(new Set([2]));
    segmenter.cut();
    segmenter.cut();
    expect(log.slice(6)).toEqual(['stopped 700', 'ended after 200']);
  });
});
