// What is run for the first time is slow: a worker that has just booted takes ten times as long to go on with another's call
// as one that has done it before. So it does it a few times before it listens: with the whole gateway on a port of its own,
// calls of its own and providers that nobody hears; no record, no Redis, no vendor and no metric knows of it.
import { createSecretKey, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type DynamicModule, type Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type AgentSource, ConversationFactory } from '../calls/call-factory.js';
import { CALLS, type Calls } from '../calls/call.port.js';
import { ConfigModule } from '../config/config.module.js';
import type { Config } from '../config/config.token.js';
import { systemClock } from '../conversation/system-clock.js';
import { GATEWAY_OBSERVER, type GatewayObserver } from '../gateway/gateway-observer.port.js';
import { GatewayModule } from '../gateway/gateway.module.js';
import { ARTIFACT_READER, type ArtifactReader } from '../gateway/http/artifact-store.port.js';
import { configureHttp } from '../gateway/http/configure-http.js';
import { NATIVE_WIRE } from '../gateway/native/native.wire.js';
import { SESSION_LOG } from '../gateway/session/sessions.js';
import { mintToken } from '../identity/mint-token.js';
import type { ToolRunner } from '../tools/tool.port.js';
import { callOnce } from './rehearsed-caller.js';
import { DEAF, HUMMING, TALKATIVE } from './silent-providers.js';
import { TwoProcesses } from './two-processes.js';

export interface RehearsalOptions {
  readonly config: Config;
  readonly agents: AgentSource;
  /** Of the business, when DEFAULT_AGENT names none. */
  readonly agent: string;
  readonly tools: ToolRunner;
  /** How many there are. */
  readonly calls?: number;
  /** After that it is over, however far it has come, ms. */
  readonly withinMs?: number;
}

const HOST = '127.0.0.1';
/** Measured: a resume takes 290 ms of CPU the first time, 60 the fifth and 26 the eighth. */
const CALLS_REHEARSED = 8;
/** Longest rehearsal: whoever waits for the server waits for this too, ms. */
const REHEARSAL_MS = 3000;
const TOKEN_TTL_S = 60;
/** Limits are for strangers, and the token of a rehearsal is nobody's. */
const FOR_THE_REHEARSAL = {
  JWT_ISSUER: undefined,
  JWT_AUDIENCE: undefined,
  STREAM_RATE_LIMIT_MAX: 1000,
  STREAM_MAX_SESSIONS: 1000,
  STREAM_MAX_CONCURRENT_SESSIONS: 1000,
} satisfies Partial<Config>;

/** Resolves when it is over, or when it has taken long enough. Rejects with what went wrong: the server can serve all the same. */
export async function rehearse({
  config,
  agents,
  agent,
  tools,
  calls: count = CALLS_REHEARSED,
  withinMs = REHEARSAL_MS,
}: RehearsalOptions): Promise<void> {
  const secret = createSecretKey(randomBytes(32));
  const token = mintToken(secret, { userId: 'rehearsal', ttlSeconds: TOKEN_TTL_S });
  const calls = new TwoProcesses(
    new ConversationFactory(agents, { stt: () => DEAF, llm: () => TALKATIVE, tts: () => HUMMING }, tools, systemClock, {
      defaultAgent: config.DEFAULT_AGENT ?? agent,
      voice: config.VOICE_ID,
    }),
  );
  const stage = RehearsalModule.with({ ...config, ...FOR_THE_REHEARSAL, auth: { secret, jwksUrl: undefined } }, calls);
  const app = await NestFactory.create<NestExpressApplication>(stage, {
    abortOnError: false,
    forceCloseConnections: true,
  });
  const late = AbortSignal.timeout(withinMs);
  try {
    configureHttp(app);
    await app.listen(0, HOST);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const stream = `ws://${HOST}:${port}${NATIVE_WIRE.path}`;
    for (let call = 0; call < count; call += 1) await callOnce(stream, token, late);
  } catch (error) {
    if (!late.aborted) throw error;
  } finally {
    await app.close();
    await calls.close();
  }
}

const unwatched: GatewayObserver = {
  traffic: { framesIn: 0, framesOut: 0, bytesIn: 0, bytesOut: 0 },
  handshake: () => undefined,
  sessionOpened: () => undefined,
  sessionStarted: () => undefined,
  sessionResumed: () => undefined,
  sessionClosed: () => undefined,
  errorSent: () => undefined,
};

const unlogged: Pick<Logger, 'log' | 'warn' | 'error'> = {
  log: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const noArtifacts: ArtifactReader = {
  read: () => Promise.resolve(undefined),
  readLinked: () => Promise.resolve(undefined),
};

@Module({})
class RehearsalModule {
  static with(config: Config, calls: Calls): DynamicModule {
    return {
      module: RehearsalModule,
      global: true,
      imports: [ConfigModule.forRoot(config), GatewayModule.speaking([NATIVE_WIRE])],
      providers: [
        { provide: CALLS, useValue: calls },
        { provide: GATEWAY_OBSERVER, useValue: unwatched },
        { provide: ARTIFACT_READER, useValue: noArtifacts },
        { provide: SESSION_LOG, useValue: unlogged },
      ],
      exports: [CALLS, GATEWAY_OBSERVER, ARTIFACT_READER, SESSION_LOG],
    };
  }
}
