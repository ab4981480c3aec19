import { ProviderHealth } from '../../provider/health.js';
import type { ProviderOutcome } from '../../provider/failover.js';
import { ProviderError } from '../../provider/provider.port.js';
import type { ProviderErrorDetails } from '../../provider/provider.port.js';
import { RetryPolicy } from '../../provider/retry.js';
import type { Transcriber, TranscriberRequest, Transcription } from '../../stt/transcriber.port.js';
import { answering } from './answering-transcriber.js';
import { TranscriberChain } from './transcriber-chain.js';

const NEVER = new AbortController().signal;
const request: TranscriberRequest = { pcm: new Uint8Array(2), sampleRate: 16_000, language: undefined, keyTerms: [] };

/** Answers with its own name, or fails as often as it is told to. */
class Scripted implements Transcriber {
  asked = 0;

  constructor(
    readonly name: string,
    private readonly failures: readonly Partial<ProviderErrorDetails>[] = [],
  ) {}

  async transcribe(): Promise<Transcription> {
    const failure = this.failures[this.asked];
    this.asked += 1;
    if (failure !== undefined) {
      throw new ProviderError('no', { provider: this.name, code: 'unavailable', retryable: true, ...failure });
    }
    return { text: this.name, language: 'en', words: [], confidence: 1 };
  }
}

function chainOf(transcribers: readonly Transcriber[], health = new ProviderHealth()) {
  const outcomes: ProviderOutcome[] = [];
  const chain = new TranscriberChain(transcribers.map(answering), {
    health,
    retry: new RetryPolicy({ baseMs: 0, maxMs: 0 }),
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { chain, outcomes };
}

const always = (details: Partial<ProviderErrorDetails> = {}) => Array.from({ length: 20 }, () => details);

describe('TranscriberChain', () => {
  it('asks the first, and says who has answered', async () => {
    const [first, second] = [new Scripted('a'), new Scripted('b')];
    const { chain } = chainOf([first, second]);
    expect(chain.name).toBe('a>b');
    expect(await chain.transcribe(request, NEVER)).toMatchObject({ text: 'a', provider: 'a' });
    expect(second.asked).toBe(0);
  });

  it('asks the same one again when that can help, then the next', async () => {
    const first = new Scripted('a', [{}]);
    expect(await chainOf([first, new Scripted('b')]).chain.transcribe(request, NEVER)).toMatchObject({ provider: 'a' });
    const down = new Scripted('a', always());
    const { chain, outcomes } = chainOf([down, new Scripted('b')]);
    expect(await chain.transcribe(request, NEVER)).toMatchObject({ provider: 'b' });
    expect(down.asked).toBe(2);
    expect(outcomes.map(({ provider, next }) => [provider, next])).toEqual([
      ['a', 'a'],
      ['a', 'b'],
    ]);
  });

  it('goes to the next at once when a retry cannot help', async () => {
    const refusing = new Scripted('a', always({ code: 'bad_request', retryable: false }));
    expect(await chainOf([refusing, new Scripted('b')]).chain.transcribe(request, NEVER)).toMatchObject({ text: 'b' });
    expect(refusing.asked).toBe(1);
  });

  it('passes over one that is known to be dead, and asks it last of all', async () => {
    const health = new ProviderHealth({ failures: 1 });
    const breaker = health.breaker('stt', 'a');
    breaker.begin().failed(new ProviderError('no', { provider: 'a', code: 'unavailable', retryable: true }));
    await new Promise((resolve) => setImmediate(resolve));
    const dead = new Scripted('a');
    expect(await chainOf([dead, new Scripted('b')], health).chain.transcribe(request, NEVER)).toMatchObject({
      text: 'b',
    });
    expect(dead.asked).toBe(0);
    const { chain } = chainOf([dead, new Scripted('b', always())], health);
    expect(await chain.transcribe(request, NEVER)).toMatchObject({ text: 'a' });
  });

  it('fails with the failure that a retry can mend, when all have failed', async () => {
    const { chain, outcomes } = chainOf([
      new Scripted('a', always({ code: 'unauthorized', retryable: false })),
      new Scripted('b', always({ code: 'timeout' })),
    ]);
    await expect(chain.transcribe(request, NEVER)).rejects.toMatchObject({ provider: 'b', code: 'timeout' });
    expect(outcomes.at(-1)).toMatchObject({ gaveUp: true, next: undefined });
  });

  it('counts an abort as nobody’s failure', async () => {
    const health = new ProviderHealth({ failures: 1 });
    const controller = new AbortController();
    const waiting: Transcriber = {
      name: 'a',
      transcribe: async (_request, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    };
    const { chain, outcomes } = chainOf([waiting, new Scripted('b')], health);
    const result = chain.transcribe(request, controller.signal);
    controller.abort(new Error('gone'));
    await expect(result).rejects.toThrow('gone');
    expect(outcomes).toEqual([]);
    expect(health.breaker('stt', 'a').available).toBe(true);
  });
});
