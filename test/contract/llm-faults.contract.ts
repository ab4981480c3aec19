import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { LanguageModel, LlmPart } from '../../src/llm/llm.port.js';
import { ProviderError } from '../../src/provider/provider.port.js';
import type { ProviderErrorCode } from '../../src/provider/provider.port.js';
import type { StreamFault, StreamFaultKind } from '../simulators/event-stream.js';
import type { HttpSimulator } from '../simulators/http-simulator.js';
import type { Delay } from '../simulators/schedule.js';
import { until } from '../simulators/until.js';

// Every fault of a simulated language model, at every phase of an answer. Jest fails a test that leaves an unhandled
// rejection or an uncaught exception behind, so that every row also says that the process lives on. The names of these tests are read by
// scripts/fault-matrix.mjs, which makes docs/fault-matrix.md of them.

/** What a simulator of a language model can be told to do wrong. */
interface LlmFaultKnobs {
  readonly refusal?: { readonly status: number; readonly headers?: Record<string, string> };
  readonly hang?: boolean;
  readonly firstToken?: Delay;
  readonly betweenTokens?: Delay;
  readonly fault?: StreamFault;
}

interface Deadlines {
  readonly firstTokenTimeoutMs: number;
  readonly tokenTimeoutMs: number;
}

export interface LlmFaultHarness<Simulator extends HttpSimulator> {
  readonly adapter: string;
  /** Answers every request with five words. */
  simulate(knobs: LlmFaultKnobs): Promise<Simulator>;
  urlOf(simulator: Simulator): string;
  /** The same address form, for a server that is not a simulator. */
  urlOfPort(port: number): string;
  requestsOf(simulator: Simulator): number;
  connect(baseUrl: string, deadlines: Deadlines): LanguageModel;
  /** Events before the third word, and before whatever says that the answer is complete. */
  readonly chunks: { readonly midway: number; readonly end: number };
}

type Phase = 'connect' | 'first byte' | 'mid-stream';

interface Expected {
  readonly code: ProviderErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

const UNAVAILABLE: Expected = { code: 'unavailable', retryable: true };
const TIMEOUT: Expected = { code: 'timeout', retryable: true };
const PROTOCOL: Expected = { code: 'protocol', retryable: true };
const CLOSED_EARLY: Expected = { code: 'closed_early', retryable: true };

/** Deadlines are short only where they are meant to pass: the machine may be busy. */
const PATIENT: Deadlines = { firstTokenTimeoutMs: 15_000, tokenTimeoutMs: 15_000 };
const HASTY: Deadlines = { firstTokenTimeoutMs: 300, tokenTimeoutMs: 500 };

const REFUSALS: readonly [string, number, Record<string, string>, Expected][] = [
  ['401, a wrong key', 401, {}, { code: 'unauthorized', retryable: false }],
  ['403, not allowed', 403, {}, { code: 'unauthorized', retryable: false }],
  ['404, no such model', 404, {}, { code: 'bad_request', retryable: false }],
  [
    '429, too many requests',
    429,
    { 'retry-after': '2' },
    { code: 'rate_limited', retryable: true, retryAfterMs: 2000 },
  ],
  ['500, broken', 500, {}, UNAVAILABLE],
  ['503, busy', 503, { 'retry-after': '1' }, { ...UNAVAILABLE, retryAfterMs: 1000 }],
  ['529, overloaded', 529, {}, UNAVAILABLE],
];

const STREAM_FAULTS: readonly [string, StreamFaultKind, Expected][] = [
  ['end of the body without an end of the answer', 'end', CLOSED_EARLY],
  ['connection reset', 'destroy', UNAVAILABLE],
  ['stall', 'stall', TIMEOUT],
  ['an event that is not JSON', 'garbage', PROTOCOL],
  ['an event of another shape', 'malformed', PROTOCOL],
  ['bytes that are no text', 'binary', CLOSED_EARLY],
  ['an error in the stream', 'error', UNAVAILABLE],
];

const outcomeOf = ({ code, retryable, retryAfterMs }: Expected): string => {
  if (!retryable) return `${code}, not retryable`;
  return `${code}, retryable${retryAfterMs === undefined ? '' : ` after ${retryAfterMs} ms`}`;
};

export function llmFaultMatrix<Simulator extends HttpSimulator>(harness: LlmFaultHarness<Simulator>): void {
  describe('fault matrix', () => {
    describe(harness.adapter, () => {
      const cleanUps: (() => Promise<void> | void)[] = [];

      afterEach(async () => {
        for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
      });

      const connect = (url: string, deadlines: Deadlines): LanguageModel => {
        const llm = harness.connect(url, deadlines);
        cleanUps.push(() => llm.close?.());
        return llm;
      };

      /** A model that answers wrongly, and a check that it was asked once and left no request and no connection. */
      const simulate = async (knobs: LlmFaultKnobs, deadlines = PATIENT) => {
        const simulator = await harness.simulate(knobs);
        cleanUps.push(() => simulator.close());
        const llm = connect(harness.urlOf(simulator), deadlines);
        const settled = async (): Promise<void> => {
          expect(harness.requestsOf(simulator)).toBe(1);
          await until('the request is gone', () => simulator.active === 0);
          await llm.close?.();
          await until('the connection is gone', () => simulator.open === 0);
        };
        return { llm, settled, simulator };
      };

      const read = async (
        llm: LanguageModel,
        parts: LlmPart[] = [],
        signal = new AbortController().signal,
      ): Promise<LlmPart[]> => {
        const request = { messages: [{ role: 'user', text: 'Say five words.' }], tools: [] } as const;
        for await (const part of llm.stream(request, signal)) parts.push(part);
        return parts;
      };

      const failureOf = async (llm: LanguageModel, parts: LlmPart[] = []): Promise<ProviderError> => {
        const error: unknown = await read(llm, parts).catch((thrown: unknown) => thrown);
        if (error instanceof ProviderError) return error;
        throw new Error('it did not fail as a provider does', { cause: error });
      };

      const row = (fault: string, phase: Phase, expected: Expected, test: () => Promise<void>): void => {
        it(`${fault} › ${phase}: ${outcomeOf(expected)}`, test);
      };

      row('connection refused', 'connect', UNAVAILABLE, async () => {
        const port = await portOf(createServer(), cleanUps);
        await cleanUps.pop()?.();
        expect(await failureOf(connect(harness.urlOfPort(port), PATIENT))).toMatchObject(UNAVAILABLE);
      });

      row('connection reset', 'connect', UNAVAILABLE, async () => {
        const port = await portOf(
          createServer((socket) => socket.resetAndDestroy()),
          cleanUps,
        );
        expect(await failureOf(connect(harness.urlOfPort(port), PATIENT))).toMatchObject(UNAVAILABLE);
      });

      row('a server that speaks another protocol', 'connect', UNAVAILABLE, async () => {
        const port = await portOf(
          createServer((socket) => socket.end('220 mail.example ESMTP\r\n')),
          cleanUps,
        );
        expect(await failureOf(connect(harness.urlOfPort(port), PATIENT))).toMatchObject(UNAVAILABLE);
      });

      for (const [fault, status, headers, expected] of REFUSALS) {
        row(fault, 'connect', expected, async () => {
          const { llm, settled } = await simulate({ refusal: { status, headers } });
          expect(await failureOf(llm)).toMatchObject({ status, ...expected });
          await settled();
        });
      }

      row('no answer', 'connect', TIMEOUT, async () => {
        const { llm, settled } = await simulate({ hang: true }, HASTY);
        expect(await failureOf(llm)).toMatchObject(TIMEOUT);
        await settled();
      });

      for (const [fault, kind, expected] of STREAM_FAULTS) {
        const deadlines = kind === 'stall' ? HASTY : PATIENT;
        row(fault, 'first byte', expected, async () => {
          const { llm, settled } = await simulate({ fault: { kind, afterChunks: 0 } }, deadlines);
          const parts: LlmPart[] = [];
          expect(await failureOf(llm, parts)).toMatchObject(expected);
          expect(parts).toEqual([]);
          await settled();
        });
        row(fault, 'mid-stream', expected, async () => {
          const fault = { kind, afterChunks: harness.chunks.midway };
          // Apart in time, so that a reset does not overtake the words before it.
          const first = { ...deadlines, firstTokenTimeoutMs: PATIENT.firstTokenTimeoutMs };
          const { llm, settled } = await simulate({ fault, betweenTokens: { ms: 5 } }, first);
          const parts: LlmPart[] = [];
          expect(await failureOf(llm, parts)).toMatchObject(expected);
          expect(parts.map(({ type }) => type)).toEqual(['text', 'text']);
          await settled();
        });
      }

      row('all words, and no end of the answer', 'mid-stream', CLOSED_EARLY, async () => {
        const { llm, settled } = await simulate({ fault: { kind: 'end', afterChunks: harness.chunks.end } });
        const parts: LlmPart[] = [];
        expect(await failureOf(llm, parts)).toMatchObject(CLOSED_EARLY);
        expect(parts.map(({ type }) => type)).toEqual(['text', 'text', 'text', 'text', 'text']);
        await settled();
      });

      it('latency and jitter › mid-stream: the whole answer, in order', async () => {
        const { llm, settled } = await simulate({
          firstToken: { ms: 5, jitterMs: 20 },
          betweenTokens: { ms: 0, jitterMs: 5 },
        });
        expect((await read(llm)).map(({ type }) => type)).toEqual(['text', 'text', 'text', 'text', 'text', 'finished']);
        await settled();
      });

      const aborts: [Phase, LlmFaultKnobs, number][] = [
        ['connect', { hang: true }, 0],
        ['first byte', { fault: { kind: 'stall', afterChunks: 0 } }, 0],
        ['mid-stream', { fault: { kind: 'stall', afterChunks: harness.chunks.midway } }, 2],
      ];
      it.each(aborts)('an abort of ours › %s: the request is cancelled', async (_phase, knobs, words) => {
        const { llm, settled, simulator } = await simulate(knobs);
        const controller = new AbortController();
        const reason = new Error('barge-in');
        const parts: LlmPart[] = [];
        const reading = read(llm, parts, controller.signal);
        reading.catch(() => undefined);
        await until('the answer hangs', () => harness.requestsOf(simulator) === 1 && parts.length === words);
        controller.abort(reason);
        await expect(reading).rejects.toBe(reason);
        await settled();
      });
    });
  });
}

async function portOf(server: Server, cleanUps: (() => Promise<void> | void)[]): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanUps.push(
    () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  );
  return (server.address() as AddressInfo).port;
}
