// The servers of the transcription benchmark: the whole app with a simulated Deepgram behind POST /api/transcribe, and a
// bare one that reads the same forms and answers at once, which no server in Node can be faster than.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../src/app.module.js';
import { loadConfig } from '../../src/config/load-config.js';
import { packageRoot } from '../../src/database/package-root.js';
import { configureHttp } from '../../src/gateway/http/configure-http.js';
import { answerUsage } from '../lib/children.js';
import type { TranscribeServer } from './load.js';

const API_KEY = 'a-key-for-the-benchmark-0123456789';

async function serveBare(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end('{"cached":true,"latencyMs":0}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function serveParley(vendorUrl: string, vendorKey: string): Promise<number> {
  const cwd = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  process.on('exit', () => rmSync(cwd, { recursive: true, force: true }));
  const config = loadConfig({
    cwd,
    env: {
      NODE_ENV: 'test',
      DATABASE_URL: 'memory://',
      AGENTS_DIR: join(packageRoot(), 'agents'),
      JWT_SECRET: 'a secret for the benchmark, long enough',
      // What is measured is transcription: the local engines of calls would only load the machine.
      STREAM_STT_PROVIDER: 'deepgram',
      TRANSCRIBE_PROVIDER: 'deepgram',
      TRANSCRIBE_API_KEYS: API_KEY,
      TRANSCRIBE_RATE_LIMIT_MAX: '1000000',
      DEEPGRAM_API_KEY: vendorKey,
      DEEPGRAM_BASE_URL: vendorUrl,
    },
  });
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), { logger: false });
  configureHttp(app);
  await app.listen(0, '127.0.0.1');
  return (app.getHttpServer().address() as AddressInfo).port;
}

const [kind, vendorUrl = '', vendorKey = ''] = process.argv.slice(2);
const port = kind === 'bare' ? await serveBare() : await serveParley(vendorUrl, vendorKey);
answerUsage();
process.send?.({ url: `http://127.0.0.1:${port}/api/transcribe`, apiKey: API_KEY } satisfies TranscribeServer);
