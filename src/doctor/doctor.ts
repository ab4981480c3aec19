import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AgentFiles } from '../agents/agent-files.js';
import type { Agent } from '../agents/agent.schema.js';
import type { Business } from '../business/business.js';
import { BusinessModule } from '../business/business.module.js';
import { businessOf } from '../business/load-business.js';
import { ConfigError } from '../config/config-error.js';
import { ConfigModule } from '../config/config.module.js';
import type { Config } from '../config/config.token.js';
import { loadConfig } from '../config/load-config.js';
import type { ConfigSource } from '../config/load-config.js';
import { enrichmentSources } from '../enrichment/enrichment-of.js';
import { LlmModule, LlmRegistry } from '../llm/llm.module.js';
import { ProviderModule } from '../provider/provider.module.js';
import { SttModule, SttRegistry } from '../stt/stt.module.js';
import { webSearchOf } from '../tools/web-search/web-search-of.js';
import { TtsModule, TtsRegistry } from '../tts/tts.module.js';
import { runChecks } from './check.js';
import type { Check, DoctorOptions } from './check.js';
import { asking, dataCheck, databaseCheck, rightsCheck, supabaseCheck } from './database-checks.js';
import { documentsCheck, embeddingsChecks } from './document-checks.js';
import { productionChecks } from './production-checks.js';
import { providerChecks } from './provider-checks.js';
import type { ProviderNames, Providers } from './provider-checks.js';
import {
  agentsCheck,
  choicesCheck,
  dataFolderCheck,
  enrichmentCheck,
  filesChecks,
  mailCheck,
  mcpCheck,
  mailFunctionCheck,
  redisCheck,
  settingsCheck,
  tokensCheck,
  webhooksCheck,
  webSearchCheck,
} from './server-checks.js';
import { sipCheck } from './sip-check.js';
import { telephoneCheck } from './telephone-check.js';

/** The providers as the server wires them, without the rest of it. */
@Module({})
class ProvidersOnly {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ProvidersOnly,
      imports: [ConfigModule.forRoot(config), BusinessModule, ProviderModule, SttModule, LlmModule, TtsModule],
    };
  }
}

interface Options extends DoctorOptions {
  readonly source: ConfigSource;
  /** What production must have is asked too, and the configuration read as it is read there. */
  readonly production?: boolean;
}

/** Checks everything that is configured and prints a line for each. Resolves with the exit code: 1 when something is bad. */
export async function doctor(options: Options): Promise<0 | 1> {
  const { source, production = false } = options;
  let config: Config;
  let business: Business;
  try {
    config = loadConfig(production ? { ...source, env: { ...source.env, NODE_ENV: 'production' } } : source);
    business = await businessOf(config);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const problem of error.problems) options.print(`BAD ${problem}`);
    return 1;
  }
  const app = await NestFactory.createApplicationContext(ProvidersOnly.forRoot(config), {
    logger: false,
    abortOnError: false,
  });
  try {
    const checks = [
      ...(production ? productionChecks(config, source) : []),
      ...serverChecks(config, business),
      ...checksOfProviders(app, config, business),
    ];
    return (await runChecks(checks, options)) ? 0 : 1;
  } finally {
    await app.close();
  }
}

function serverChecks(config: Config, business: Business): Check[] {
  const { SUPABASE_URL: supabase, SUPABASE_ANON_KEY: anonKey, SMTP_URL: smtp, REDIS_URL: redis } = config;
  const { MAIL_FUNCTION_URL: mailFunction, MAIL_FUNCTION_SECRET: secret } = config;
  const { PUBLIC_ORIGIN: origin, TWILIO_AUTH_TOKEN: authToken } = config;
  const viaFunction = smtp === undefined && mailFunction !== undefined && secret !== undefined;
  const search = webSearchOf(config);
  const ask = asking(config);
  return [
    ...(config.warnings.length === 0 ? [] : [settingsCheck(config.warnings)]),
    dataFolderCheck(config),
    tokensCheck(config),
    agentsCheck(config, business),
    ...filesChecks(config),
    dataCheck(config),
    databaseCheck(ask),
    ...(config.data.calls === 'postgres' || supabase !== undefined ? [rightsCheck(config)] : []),
    documentsCheck(config, ask),
    ...embeddingsChecks(config),
    ...(supabase === undefined || anonKey === undefined ? [] : [supabaseCheck(supabase, anonKey)]),
    ...(redis === undefined ? [] : [redisCheck(redis)]),
    ...(smtp === undefined ? [] : [mailCheck(smtp)]),
    ...(viaFunction ? [mailFunctionCheck(mailFunction, secret)] : []),
    webhooksCheck(config),
    ...(origin === undefined || authToken === undefined ? [] : [telephoneCheck(origin, authToken)]),
    ...(config.SIP_PORT === 0 ? [] : [sipCheck(config)]),
    ...(search === undefined ? [] : [webSearchCheck(search)]),
    ...enrichmentSources(config).map(enrichmentCheck),
    ...Object.entries(config.mcpServers).map(([name, server]) => mcpCheck(name, server)),
  ];
}

function checksOfProviders(app: INestApplicationContext, config: Config, business: Business): Check[] {
  const providers: Providers = { stt: app.get(SttRegistry), llm: app.get(LlmRegistry), tts: app.get(TtsRegistry) };
  const agents = readAgents(config, business);
  const choosing = agents.filter(({ choices }) => choices !== undefined);
  return [
    ...providerChecks(providers, namesOf(config, agents), voicesOf(config, agents)),
    ...(choosing.length === 0 ? [] : [choicesCheck(choosing, providers)]),
  ];
}

/** The server's own chains, those that callers are shared out between, and those of its agents. */
function namesOf(config: Config, agents: readonly Agent[]): ProviderNames {
  const names = (kind: keyof Providers, own: readonly string[], rollout: Rollout) => [
    ...new Set([
      ...own,
      ...(rollout ?? []).flatMap(({ providers }) => providers),
      ...agents.flatMap(({ providers }) => providers[kind] ?? []),
    ]),
  ];
  return {
    stt: names('stt', config.STREAM_STT_PROVIDER, config.STREAM_STT_ROLLOUT),
    llm: names('llm', config.STREAM_LLM_PROVIDER, config.STREAM_LLM_ROLLOUT),
    tts: names('tts', config.STREAM_TTS_PROVIDER, config.STREAM_TTS_ROLLOUT),
  };
}

type Rollout = readonly { readonly providers: readonly string[] }[] | undefined;

/** By provider, as calls have them: a single name is the first provider's, and VOICE_ID wins over the agents'. */
function voicesOf({ VOICE_ID, STREAM_TTS_PROVIDER }: Config, agents: readonly Agent[]): Record<string, string> {
  const voices: Record<string, string> = {};
  for (const { voice, providers } of agents) {
    if (typeof voice === 'object') Object.assign(voices, voice);
    const first = (providers.tts ?? STREAM_TTS_PROVIDER)[0];
    if (typeof voice === 'string' && first !== undefined) voices[first] = voice;
  }
  const [first] = STREAM_TTS_PROVIDER;
  if (VOICE_ID !== undefined && first !== undefined) voices[first] = VOICE_ID;
  return voices;
}

/** The default agent last, so that its voice is the one that counts. None when the files are at fault: their check says so. */
function readAgents({ AGENTS_DIR, DEFAULT_AGENT }: Config, business: Business): Agent[] {
  try {
    const agents = new AgentFiles(AGENTS_DIR, business.tools);
    const last = DEFAULT_AGENT ?? business.agent;
    const names = [...agents.names().filter((name) => name !== last), last];
    return names.flatMap((name) => agents.get(name) ?? []);
  } catch {
    return [];
  }
}
