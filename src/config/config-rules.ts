import type { Env, EnvKey } from './env.schema.js';

// Rules between keys. Each returns one line that names the key to change and what to do; a value is never repeated.

type Rule = (env: Env) => string | undefined;

const CHAINS = ['STREAM_STT_PROVIDER', 'STREAM_LLM_PROVIDER', 'STREAM_TTS_PROVIDER'] as const;

const providerKey =
  (provider: string, key: EnvKey): Rule =>
  (env) => {
    const chain = CHAINS.find((name) => (env[name] as readonly string[]).includes(provider));
    return chain !== undefined && env[key] === undefined
      ? `${key}: is missing. ${chain} names ${provider}: set the key, or take ${provider} out of the chain.`
      : undefined;
  };

const searchKey =
  (provider: string, key: EnvKey): Rule =>
  (env) =>
    env.WEB_SEARCH_PROVIDER === provider && env[key] === undefined
      ? `${key}: is missing. WEB_SEARCH_PROVIDER is ${provider}: set the key, or leave WEB_SEARCH_PROVIDER empty.`
      : undefined;

const oneWayToCheckTokens: Rule = (env) =>
  env.JWT_SECRET !== undefined && env.JWT_JWKS_URL !== undefined
    ? 'JWT_SECRET: is set together with JWT_JWKS_URL. Keep the one that your tokens are signed with.'
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

/** Supabase's service keys are `sb_secret_...`, or in the older form a JWT whose role is `service_role`. */
function isServiceKey(key: string): boolean {
  if (key.startsWith('sb_secret_')) return true;
  const payload = Buffer.from(key.split('.')[1] ?? '', 'base64url').toString();
  return /"role"\s*:\s*"service_role"/.test(payload);
}

export const CONFIG_RULES: readonly Rule[] = [
  oneWayToCheckTokens,
  productionChecksTokens,
  productionFetchesKeysSafely,
  productionNamesItsOrigins,
  providerKey('deepgram', 'DEEPGRAM_API_KEY'),
  providerKey('openai', 'OPENAI_API_KEY'),
  searchKey('tavily', 'TAVILY_API_KEY'),
  searchKey('brave', 'BRAVE_API_KEY'),
  supabaseIsComplete,
];
