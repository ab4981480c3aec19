import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ConfigModule } from '../config/config.module.js';
import { TTS_PROVIDERS } from '../config/env.schema.js';
import { loadConfig } from '../config/load-config.js';
import { ProviderModule } from '../provider/provider.module.js';
import { TtsModule, TtsRegistry } from './tts.module.js';

const KEYS = {
  OPENAI_API_KEY: 'k',
  CARTESIA_API_KEY: 'k',
  ELEVENLABS_API_KEY: 'k',
  DEEPGRAM_API_KEY: 'k',
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'k',
  AWS_SECRET_ACCESS_KEY: 'k',
  AWS_SESSION_TOKEN: 'k',
};

@Module({})
class Voices {}

describe('the voices of a server', () => {
  let cwd: string;
  const contexts: INestApplicationContext[] = [];
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'parley-voices-'));
  });
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close();
    rmSync(cwd, { recursive: true, force: true });
  });

  async function registry(env: Record<string, string>): Promise<TtsRegistry> {
    const config = loadConfig({ cwd, env: { NODE_ENV: 'test', ...env } });
    const imports = [ConfigModule.forRoot(config), ProviderModule, TtsModule];
    const context = await NestFactory.createApplicationContext({ module: Voices, imports }, { logger: false });
    contexts.push(context);
    return context.get(TtsRegistry);
  }

  it('are all to be had by their names, and chained', async () => {
    const voices = await registry(KEYS);
    for (const name of TTS_PROVIDERS) expect(voices.get([name]).name).toBe(name);
    expect(voices.get(['cartesia', 'polly', 'flite']).name).toBe('cartesia>polly>flite');
  });

  it('are the client’s own only when it speaks alone', async () => {
    const voices = await registry({});
    expect(voices.get(['browser']).remote).toBe(true);
    expect(voices.get(['flite']).remote).toBe(false);
  });

  it.each([
    ['cartesia', 'CARTESIA_API_KEY'],
    ['elevenlabs', 'ELEVENLABS_API_KEY'],
    ['deepgram', 'DEEPGRAM_API_KEY'],
    ['polly', 'AWS_REGION'],
    ['openai', 'OPENAI_API_KEY'],
  ])('say what %s is missing when an agent names it', async (name, key) => {
    const voices = await registry({});
    expect(() => voices.get([name])).toThrow(`${key}: is missing`);
    expect(() => voices.get(['espeak'])).toThrow('there is no voice "espeak"');
  });
});
