import { isIP } from 'node:net';
import type { Env, EnvKey } from './env.schema.js';
import { isOpenAi } from './openai-address.js';

// Rules between keys. Each returns one line that names the key to change and what to do; a value is never repeated.

type Rule = (env: Env) => string | undefined;

const CHAINS = [
  'STREAM_STT_PROVIDER',
  'STREAM_LLM_PROVIDER',
  'STREAM_TTS_PROVIDER',
  'STREAM_STT_ROLLOUT',
  'STREAM_LLM_ROLLOUT',
  'STREAM_TTS_ROLLOUT',
  'TRANSCRIBE_PROVIDER',
] as const;

/** The providers that a key names. */
const namesIn = (env: Env, key: (typeof CHAINS)[number]): readonly string[] =>
  (env[key] ?? []).flatMap((item): readonly string[] => (typeof item === 'string' ? [item] : item.providers));

const providerKey =
  (provider: string, key: EnvKey): Rule =>
  (env) => {
    const chain = CHAINS.find((name) => namesIn(env, name).includes(provider));
    return chain !== undefined && env[key] === undefined
      ? `${key}: is missing. ${chain} names ${provider}: set the key, or take ${provider} out of the chain.`
      : undefined;
  };

/** A server of one's own needs no key, OpenAI does. */
const openAiKey: Rule = (env) => {
  const { OPENAI_BASE_URL: address, OPENAI_TTS_BASE_URL: speech = address } = env;
  const chain = CHAINS.find(
    (name) => namesIn(env, name).includes('openai') && isOpenAi(name.startsWith('STREAM_TTS_') ? speech : address),
  );
  const hasKey =
    env.OPENAI_API_KEY !== undefined ||
    (chain?.startsWith('STREAM_TTS_') === true && env.OPENAI_TTS_API_KEY !== undefined);
  return chain !== undefined && !hasKey
    ? `OPENAI_API_KEY: is missing. ${chain} names openai: set the key, set OPENAI_BASE_URL to a server of your own, or take openai out of the chain.`
    : undefined;
};

const awsKeysTogether: Rule = (env) => {
  const [missing, present] =
    env.AWS_SECRET_ACCESS_KEY === undefined
      ? (['AWS_SECRET_ACCESS_KEY', 'AWS_ACCESS_KEY_ID'] as const)
      : (['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'] as const);
  return env[missing] === undefined && env[present] !== undefined
    ? `${missing}: is missing. ${present} is set: set both, or neither to use the role of the machine.`
    : undefined;
};

/** Text that a client speaks cannot go over to a voice of ours in the middle of a sentence. */
const browserSpeaksAlone: Rule = (env) =>
  env.STREAM_TTS_PROVIDER.length > 1 && env.STREAM_TTS_PROVIDER.includes('browser')
    ? 'STREAM_TTS_PROVIDER: names browser beside others. The client speaks by itself: name browser alone, or leave it out.'
    : undefined;

const searchKey =
  (provider: string, key: EnvKey): Rule =>
  (env) =>
    env.WEB_SEARCH_PROVIDER === provider && env[key] === undefined
      ? `${key}: is missing. WEB_SEARCH_PROVIDER is ${provider}: set it, or leave WEB_SEARCH_PROVIDER empty.`
      : undefined;

const embeddingsKey: Rule = (env) => {
  const { EMBEDDINGS_PROVIDER: provider, EMBEDDINGS_BASE_URL: address, EMBEDDINGS_API_KEY: key } = env;
  const isUsed = provider === 'openai' || (provider === undefined && address !== undefined);
  return isUsed && key === undefined && isOpenAi(address)
    ? 'EMBEDDINGS_API_KEY: is missing. Documents are embedded by OpenAI: set the key, set EMBEDDINGS_BASE_URL to a server of your own, or EMBEDDINGS_PROVIDER to local.'
    : undefined;
};

const webhooksAreSigned: Rule = ({ WEBHOOK_URLS: urls, WEBHOOK_SECRETS: secrets }) =>
  urls.length > 0 && secrets.length === 0
    ? 'WEBHOOK_SECRETS: is missing. WEBHOOK_URLS names somebody: set a secret that he knows too (`openssl rand -base64 32`), or leave WEBHOOK_URLS empty.'
    : undefined;

const modelsOfTheChain: Rule = (env) => {
  const chain: readonly string[] = env.TRANSCRIBE_PROVIDER;
  const stranger = env.TRANSCRIBE_MODELS.map((name) => name.split(':')[0] ?? '').find((name) => !chain.includes(name));
  return stranger === undefined
    ? undefined
    : `TRANSCRIBE_MODELS: names a provider that is not in TRANSCRIBE_PROVIDER. Add it there, or take its models out.`;
};

const webSpeechStandsAlone: Rule = (env) =>
  env.STREAM_STT_PROVIDER.includes('webspeech') && env.STREAM_STT_PROVIDER.length > 1
    ? 'STREAM_STT_PROVIDER: names webspeech and others. Either the client recognises speech or it sends audio: name webspeech alone, or take it out.'
    : undefined;

const productionChecksTokens: Rule = (env) =>
  env.NODE_ENV === 'production' && env.JWT_SECRET === undefined && env.JWT_JWKS_URL === undefined
    ? 'JWT_SECRET: is missing. In production set it (32 characters or more, for example from `openssl rand -hex 32`), or set JWT_JWKS_URL.'
    : undefined;

const productionFetchesKeysSafely: Rule = (env) =>
  env.NODE_ENV === 'production' && env.JWT_JWKS_URL?.startsWith('http:')
    ? 'JWT_JWKS_URL: must be an https address in production, or anyone on the way can make tokens.'
    : undefined;

const productionNamesItsOrigins: Rule = (env) =>
  env.NODE_ENV === 'production' && env.STREAM_CORS_ORIGIN.includes('*')
    ? 'STREAM_CORS_ORIGIN: must not be * in production. List the origins of your pages, for example https://app.example.com.'
    : undefined;

const supabaseIsComplete: Rule = (env) => {
  if (env.SUPABASE_URL !== undefined && env.SUPABASE_ANON_KEY === undefined) {
    return 'SUPABASE_ANON_KEY: is missing. SUPABASE_URL is set: set the anon (publishable) key of that project too.';
  }
  return env.SUPABASE_ANON_KEY !== undefined && isServiceKey(env.SUPABASE_ANON_KEY)
    ? 'SUPABASE_ANON_KEY: is a service role key, which goes around row-level security. Use the anon (publishable) key.'
    : undefined;
};

/** A function that has not been told who may call it takes no mail. */
const functionHasSecret: Rule = (env) => {
  if (env.MAIL_FUNCTION_URL !== undefined && env.MAIL_FUNCTION_SECRET === undefined) {
    return 'MAIL_FUNCTION_SECRET: is missing. MAIL_FUNCTION_URL is set: set the secret that the function was given too.';
  }
  return env.NODE_ENV === 'production' && env.MAIL_FUNCTION_URL?.startsWith('http:')
    ? 'MAIL_FUNCTION_URL: must be an https address in production: reports and the secret go over it.'
    : undefined;
};

/** Supabase's service keys are `sb_secret_...`, or in the older form a JWT whose role is `service_role`. */
function isServiceKey(key: string): boolean {
  if (key.startsWith('sb_secret_')) return true;
  const payload = Buffer.from(key.split('.')[1] ?? '', 'base64url').toString();
  return /"role"\s*:\s*"service_role"/.test(payload);
}

/** Twilio signs the address that it was given, and has to be told one for the stream. */
const telephoneIsReached: Rule = (env) => {
  if (env.TWILIO_AUTH_TOKEN !== undefined && env.PUBLIC_ORIGIN === undefined) {
    return 'PUBLIC_ORIGIN: is missing. TWILIO_AUTH_TOKEN is set: set the address by which Twilio reaches this server too.';
  }
  return env.NODE_ENV === 'production' && env.TWILIO_AUTH_TOKEN !== undefined && env.PUBLIC_ORIGIN?.startsWith('http:')
    ? 'PUBLIC_ORIGIN: must be an https address in production: Twilio streams calls over wss alone.'
    : undefined;
};

const claimsHaveUser: Rule = (env) =>
  env.TWILIO_USER === undefined && env.TWILIO_CLAIMS !== undefined
    ? 'TWILIO_USER: is missing. TWILIO_CLAIMS is set: name the user that the claims belong to, or take them out.'
    : undefined;

/** A telephone that anybody may ring is rung by machines before the day is over. */
const sipKnowsItsCallers: Rule = (env) =>
  env.SIP_PORT !== 0 && env.SIP_PEERS.length === 0 && env.SIP_USERS.length === 0
    ? 'SIP_PEERS: is missing. SIP_PORT is set: name the addresses whose calls are taken, or set SIP_USERS.'
    : undefined;

const sipClaimsHaveUser: Rule = (env) =>
  env.SIP_USER === undefined && env.SIP_CLAIMS !== undefined
    ? 'SIP_USER: is missing. SIP_CLAIMS is set: name the user that the claims belong to, or take them out.'
    : undefined;

const asteriskClaimsHaveUser: Rule = (env) =>
  env.ASTERISK_USER === undefined && env.ASTERISK_CLAIMS !== undefined
    ? 'ASTERISK_USER: is missing. ASTERISK_CLAIMS is set: name the user that the claims belong to, or take them out.'
    : undefined;

const sipAddressIsOne: Rule = (env) =>
  env.SIP_ADDRESS !== undefined && isIP(env.SIP_ADDRESS) === 0
    ? 'SIP_ADDRESS: must be an IP address, as it stands in the packets.'
    : undefined;

const OUTBOUND_NEEDS = {
  twilio: ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'OUTBOUND_FROM'],
  elevenlabs: ['ELEVENLABS_API_KEY', 'ELEVENLABS_AGENT_ID', 'ELEVENLABS_PHONE_NUMBER_ID'],
  elevenlabs_sip: ['ELEVENLABS_API_KEY', 'ELEVENLABS_AGENT_ID', 'ELEVENLABS_PHONE_NUMBER_ID'],
} as const satisfies Record<string, readonly EnvKey[]>;

const outboundIsComplete: Rule = (env) => {
  const { OUTBOUND_PROVIDER: provider } = env;
  const missing = provider && OUTBOUND_NEEDS[provider].find((key) => env[key] === undefined);
  return missing
    ? `${missing}: is missing. OUTBOUND_PROVIDER is ${provider}: set it, or leave OUTBOUND_PROVIDER empty.`
    : undefined;
};

export const CONFIG_RULES: readonly Rule[] = [
  productionChecksTokens,
  productionFetchesKeysSafely,
  productionNamesItsOrigins,
  sipKnowsItsCallers,
  sipClaimsHaveUser,
  asteriskClaimsHaveUser,
  sipAddressIsOne,
  providerKey('deepgram', 'DEEPGRAM_API_KEY'),
  openAiKey,
  providerKey('speechmatics', 'SPEECHMATICS_API_KEY'),
  providerKey('whisper', 'WHISPER_SERVICE_URL'),
  providerKey('whisper_vad', 'WHISPER_SERVICE_URL'),
  providerKey('anthropic', 'ANTHROPIC_API_KEY'),
  providerKey('cartesia', 'CARTESIA_API_KEY'),
  providerKey('elevenlabs', 'ELEVENLABS_API_KEY'),
  providerKey('polly', 'AWS_REGION'),
  awsKeysTogether,
  browserSpeaksAlone,
  searchKey('tavily', 'TAVILY_API_KEY'),
  searchKey('brave', 'BRAVE_API_KEY'),
  searchKey('searxng', 'SEARXNG_URL'),
  supabaseIsComplete,
  functionHasSecret,
  modelsOfTheChain,
  webhooksAreSigned,
  embeddingsKey,
  webSpeechStandsAlone,
  telephoneIsReached,
  outboundIsComplete,
  claimsHaveUser,
];
