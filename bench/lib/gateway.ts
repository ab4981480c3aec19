// The server that is measured: the product as it runs in production, with its chains of providers, echo detector, records,
// apologies and metrics. Only limits are out of the way.
import 'reflect-metadata';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { mintToken } from '../../src/identity/mint-token.js';
import { loadConfig } from '../../src/config/load-config.js';
import { configureHttp } from '../../src/gateway/http/configure-http.js';
import type { LanguageModel } from '../../src/llm/llm.port.js';
import { LlmModule, LlmRegistry } from '../../src/llm/llm.module.js';
import type { SpeechToText } from '../../src/stt/stt.port.js';
import { SttModule, SttRegistry } from '../../src/stt/stt.module.js';
import type { TextToSpeech } from '../../src/tts/tts.port.js';
import { TtsModule, TtsRegistry } from '../../src/tts/tts.module.js';

export interface ServerSettings {
  /** Names and addresses of the providers. */
  readonly env: Readonly<Record<string, string>>;
  /** In place of the providers that `env` names; the chains around them stay. */
  readonly providers?: { readonly stt?: SpeechToText; readonly llm?: LanguageModel; readonly tts?: TextToSpeech };
  /** Prepare answers before the turn is surely over: that hides providers' waits, and mostly our own share is asked for. */
  readonly speculate?: boolean;
}

const UNLIMITED = '1000000';

/** Starts it on a free port; resolves to the address of its stream, with a token. Its files go with the process. */
export async function serveCalls({ env, providers = {}, speculate = false }: ServerSettings): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'agents'));
  const agent = { name: 'Bench', instructions: 'Answer.', tools: [], turn: { idlePromptMs: 0, speculate } };
  writeFileSync(join(folder, 'agents', 'bench.yaml'), JSON.stringify(agent));
  const config = loadConfig({
    cwd: folder,
    env: {
      NODE_ENV: 'production',
      JWT_SECRET: 'a secret for the benchmark, long enough',
      STREAM_CORS_ORIGIN: 'https://bench.example.com',
      DATABASE_URL: 'memory://',
      PARLEY_DATA_DIR: join(folder, 'data'),
      AGENTS_DIR: join(folder, 'agents'),
      DEFAULT_AGENT: 'bench',
      STREAM_RATE_LIMIT_MAX: UNLIMITED,
      STREAM_MAX_SESSIONS: UNLIMITED,
      STREAM_MAX_CONCURRENT_SESSIONS: UNLIMITED,
      STREAM_MAX_LOOP_PERCENT: '0',
      STREAM_MAX_LOOP_DELAY_MS: '0',
      STREAM_MAX_MEMORY_PERCENT: '0',
      ...env,
    },
  });
  replaceProviders(SttModule, SttRegistry, providers.stt);
  replaceProviders(LlmModule, LlmRegistry, providers.llm);
  replaceProviders(TtsModule, TtsRegistry, providers.tts);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), { logger: ['error'] });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  if (config.auth.secret === undefined) throw new Error('the benchmark signs its tokens itself');
  const token = mintToken(config.auth.secret, { userId: 'bench', ttlSeconds: 3600 });
  return `ws://127.0.0.1:${port}/v1/stream?token=${token}`;
}

interface FactoryProvider {
  readonly provide: unknown;
  readonly useFactory: (...parts: unknown[]) => object;
}

/**
 * Whatever provider is asked for by name is this one; the module's own chain goes around it. Nest overrides nothing outside
 * of its testing package, so the module's list is changed before the app is made.
 */
function replaceProviders(module: object, registry: unknown, provider: object | undefined): void {
  if (provider === undefined) return;
  const listed = Reflect.getMetadata('providers', module) as readonly FactoryProvider[];
  const changed = listed.map((entry) =>
    entry.provide === registry
      ? {
          ...entry,
          useFactory: (...parts: unknown[]) => Object.assign(entry.useFactory(...parts), { one: () => provider }),
        }
      : entry,
  );
  Reflect.defineMetadata('providers', changed, module);
}
