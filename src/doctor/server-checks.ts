import { randomUUID } from 'node:crypto';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AgentFiles, AgentFilesError } from '../agents/agent-files.js';
import type { Agent } from '../agents/agent.schema.js';
import { missingChoices } from '../agents/missing-choices.js';
import type { ConfiguredKinds } from '../agents/missing-choices.js';
import type { Business } from '../business/business.js';
import { ConfigError } from '../config/config-error.js';
import type { Config } from '../config/config.token.js';
import type { McpServer } from '../config/mcp-servers.js';
import { textOf } from '../database/error-code.js';
import { untilAborted } from '../deadline/until-aborted.js';
import { EnrichmentError } from '../enrichment/enrichment-source.js';
import type { EnrichmentSource } from '../enrichment/enrichment-source.js';
import { plansIn } from '../rollout/plans/plan-file.js';
import { faultCode, McpConnection } from '../tools/mcp/mcp-connection.js';
import { WebSearchError } from '../tools/web-search/web-search.port.js';
import type { WebSearch } from '../tools/web-search/web-search.port.js';
import { pricesIn } from '../usage/price-list.js';
import { Fault, Warning } from './check.js';
import type { Check } from './check.js';

/** Less free space than this is soon none: recordings of calls, charts and the database all grow. */
const MIN_FREE_BYTES = 200 * 1024 * 1024;

export function dataFolderCheck({ PARLEY_DATA_DIR: folder }: Config): Check {
  return {
    name: 'data folder',
    run: async () => {
      const probe = join(folder, `.doctor-${randomUUID()}`);
      try {
        await mkdir(folder, { recursive: true });
        await writeFile(probe, 'doctor', { flag: 'wx' });
        await rm(probe);
      } catch (error) {
        const code = textOf(error, 'code') ?? 'unknown reason';
        throw new Fault(`${folder} cannot be written (${code}). Give it to the server's user, or set PARLEY_DATA_DIR.`);
      }
      const { bavail, bsize } = await statfs(folder);
      const free = bavail * bsize;
      if (free >= MIN_FREE_BYTES) return undefined;
      throw new Fault(
        `${folder} has only ${Math.floor(free / 1024 / 1024)} MB left. Make room, or set PARLEY_DATA_DIR.`,
      );
    },
  };
}

export function agentsCheck({ AGENTS_DIR, DEFAULT_AGENT }: Config, business: Business): Check {
  return {
    name: 'agents',
    run: () =>
      Promise.resolve(
        readAgents(AGENTS_DIR, DEFAULT_AGENT ?? business.agent, business.tools)
          .names()
          .join(', '),
      ),
  };
}

/** What `PRICES_FILE` and `ROLLOUT_PLANS_FILE` lead to, without which the server does not start. */
export function filesChecks({ PRICES_FILE, ROLLOUT_PLANS_FILE }: Config): Check[] {
  return [
    { name: 'prices', run: () => configured(() => pricesIn(PRICES_FILE).currency) },
    { name: 'rollout plans', run: () => configured(() => [...plansIn(ROLLOUT_PLANS_FILE).keys()].join(', ')) },
  ];
}

/** Rejects with a Fault for what is no configuration. */
async function configured(read: () => string): Promise<string> {
  try {
    return read();
  } catch (error) {
    throw error instanceof ConfigError ? new Fault(error.problems.join('; ')) : error;
  }
}

/** What agents' files let calls choose, and no call is offered. */
export function choicesCheck(agents: readonly Agent[], kinds: ConfiguredKinds): Check {
  return {
    name: 'choices',
    run: async () => {
      const missing = agents
        .map((agent) => ({ name: agent.name, names: missingChoices(agent, kinds) }))
        .filter(({ names }) => names.length > 0);
      if (missing.length === 0) return undefined;
      const lines = missing.map(({ name, names }) => `${name}: ${names.join(', ')}`);
      return new Warning(
        `no call is offered what has no key (${lines.join('; ')}). Set it, or take it out of \`choices\` in the agent's file.`,
      );
    },
  };
}

/** Throws a Fault that names what is wrong with the files. */
function readAgents(folder: string, defaultAgent: string, tools: readonly string[]): AgentFiles {
  try {
    const agents = new AgentFiles(folder, tools);
    if (agents.get(defaultAgent) !== undefined) return agents;
  } catch (error) {
    throw error instanceof AgentFilesError ? new Fault(error.faults.join('; ')) : error;
  }
  throw new Fault(`there is no agent "${defaultAgent}" in ${folder}. Set DEFAULT_AGENT, or add its file.`);
}

const keySetSchema = z.object({ keys: z.array(z.object({ kty: z.string(), alg: z.string().optional() })) });

/** The keys that RS256 and ES256 are checked with: RFC 7518 section 6.1. */
const isUsable = ({ kty }: { readonly kty: string }): boolean => kty === 'RSA' || kty === 'EC';

export function tokensCheck({ auth, NODE_ENV }: Config): Check {
  return {
    name: 'tokens',
    run: async (signal) => {
      const { jwksUrl } = auth;
      if (jwksUrl === undefined) return NODE_ENV === 'production' ? 'HS256' : 'HS256; mint one with `npm run token`';
      let response: Response;
      try {
        response = await fetch(jwksUrl, { signal });
      } catch (error) {
        const code = textOf((error as Error).cause, 'code') ?? 'no connection';
        throw new Fault(`the keys cannot be fetched (${code}). Check JWT_JWKS_URL.`);
      }
      if (!response.ok) throw new Fault(`the keys cannot be fetched (${response.status}). Check JWT_JWKS_URL.`);
      const keys = keySetSchema.safeParse(await response.json().catch(() => undefined)).data?.keys;
      if (keys === undefined) throw new Fault('JWT_JWKS_URL does not lead to a key set (JSON with "keys").');
      if (keys.some(isUsable)) return `${keys.filter(isUsable).length} keys`;
      throw new Fault('the key set has no RSA or EC key: let the issuer sign with RS256 or ES256, or set JWT_SECRET.');
    },
  };
}

export function webhooksCheck({
  ELEVENLABS_WEBHOOK_SECRET: secret,
  MAIL_WEBHOOK_SECRET: mailSecret,
  WEBHOOK_URLS: urls,
}: Config): Check {
  const line =
    secret === undefined
      ? 'ElevenLabs is not listened to: ELEVENLABS_WEBHOOK_SECRET is empty'
      : 'ElevenLabs tells of its calls at POST /webhooks/elevenlabs';
  const out = urls.length === 0 ? 'nobody is told of calls' : `${urls.length} are told of calls`;
  const mail = mailSecret === undefined ? '' : '; mail that came back is told at POST /webhooks/mail';
  return { name: 'webhooks', run: () => Promise.resolve(`${line}${mail}; ${out}`) };
}

/** One wait of SMTP, ms. */
const SMTP_TIMEOUT_MS = 5000;

export function mailCheck(url: string): Check {
  return {
    name: 'mail',
    run: async (signal) => {
      const { createTransport } = await import('nodemailer');
      const timeouts = {
        connectionTimeout: SMTP_TIMEOUT_MS,
        greetingTimeout: SMTP_TIMEOUT_MS,
        dnsTimeout: SMTP_TIMEOUT_MS,
        socketTimeout: SMTP_TIMEOUT_MS,
      };
      const transport = createTransport({ url, ...timeouts });
      try {
        await untilAborted(transport.verify(), signal);
        return undefined;
      } catch (error) {
        const code = textOf(error, 'code') ?? 'unknown reason';
        throw new Fault(
          code === 'EAUTH'
            ? 'the login was refused. Check the user and the password in SMTP_URL.'
            : `the mail server does not answer as one (${code}). Check SMTP_URL.`,
        );
      } finally {
        transport.close();
      }
    },
  };
}

/** For TCP, TLS and the greeting of Redis, ms. */
const REDIS_TIMEOUT_MS = 5000;
/** For the end of the connection: nobody waits for it, but the process does, ms. */
const REDIS_GOODBYE_MS = 100;

export function redisCheck(url: string): Check {
  return {
    name: 'redis',
    run: async (signal) => {
      const { Redis } = await import('ioredis');
      const redis = new Redis(url, {
        lazyConnect: true,
        connectTimeout: REDIS_TIMEOUT_MS,
        disconnectTimeout: REDIS_GOODBYE_MS,
        enableReadyCheck: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => null,
      });
      // The last error of the connection says why it ended; what `connect` rejects with says that it did.
      let reason: Error | undefined;
      redis.on('error', (error: Error) => {
        reason = error;
      });
      try {
        await untilAborted(
          redis.connect().then(() => redis.ping()),
          signal,
        );
        return undefined;
      } catch (error) {
        throw redisFault(reason ?? (error as Error));
      } finally {
        redis.disconnect();
      }
    },
  };
}

function redisFault(error: Error): Fault {
  if (/NOAUTH|WRONGPASS|NOPERM|invalid password/i.test(error.message)) {
    return new Fault('the login was refused. Check the user and the password in REDIS_URL.');
  }
  const code = textOf(error, 'code') ?? (/timed? ?out/i.test(error.message) ? 'ETIMEDOUT' : 'no answer');
  return new Fault(`cannot be reached (${code}). Check REDIS_URL, or leave it empty for one process on its own.`);
}

/** What a caller's question might be; the service sees it. */
const SEARCHED = 'weather';

const SEARCH_KEYS: Readonly<Record<string, string>> = {
  tavily: ' Check TAVILY_API_KEY.',
  brave: ' Check BRAVE_API_KEY.',
  searxng: '',
};
const SEARCH_ADDRESSES: Readonly<Record<string, string>> = { searxng: ' Check SEARXNG_URL.' };

export function webSearchCheck(search: WebSearch): Check {
  return {
    name: `web search ${search.name}`,
    run: async (signal) => {
      try {
        await search.search(SEARCHED, 1, signal);
        return search.name === 'wikipedia'
          ? 'what the documents do not answer goes to Wikipedia, word for word'
          : undefined;
      } catch (error) {
        if (!(error instanceof WebSearchError)) throw error;
        const key = error.code === 'unauthorized' ? SEARCH_KEYS[search.name] : SEARCH_ADDRESSES[search.name];
        throw new Fault(`${error.message}${key ?? ' Or set WEB_SEARCH_PROVIDER to none.'}`);
      }
    },
  };
}

/** Shows the first thing that calls would be told. */
export function enrichmentCheck(source: EnrichmentSource): Check {
  return {
    name: `enrichment ${source.name}`,
    run: async (signal) => {
      try {
        const facts = await source.fetch(signal);
        return facts[0]?.text ?? 'has nothing to tell now';
      } catch (error) {
        if (!(error instanceof EnrichmentError)) throw error;
        throw new Fault(`${error.message} Calls go on without it.`);
      }
    },
  };
}

/** Connects, is introduced, and asks for the tools. */
export function mcpCheck(name: string, server: McpServer): Check {
  return {
    name: `mcp ${name}`,
    run: async (signal) => {
      const connection = new McpConnection(name, server);
      try {
        const tools = await connection.tools(signal);
        return `${tools.length} tools`;
      } catch (error) {
        throw new Fault(
          `its tools cannot be had (${faultCode(error)}). Check it in MCP_SERVERS_FILE; calls begin without them until it is there.`,
        );
      } finally {
        await connection.close();
      }
    },
  };
}

/** Keys that are set and not read. */
export function settingsCheck(warnings: readonly string[]): Check {
  return { name: 'settings', run: () => Promise.reject(new Fault(warnings.join(' '))) };
}

/** Asks the edge function with the secret and no mail: it says 400 to that, and 401 to another secret. */
export function mailFunctionCheck(url: string, secret: string): Check {
  return {
    name: 'mail',
    run: async (signal) => {
      const headers = { authorization: `Bearer ${secret}` };
      const response = await fetch(url, { method: 'POST', headers, body: '{}', redirect: 'error', signal }).catch(
        (error: unknown) => {
          const code = textOf((error as Error).cause, 'code') ?? 'no connection';
          throw new Fault(`the mail function does not answer (${code}). Check MAIL_FUNCTION_URL.`);
        },
      );
      await response.body?.cancel();
      if (response.status === 400) return 'through the edge function';
      throw new Fault(
        response.status === 401
          ? 'the mail function does not know us. Give it and MAIL_FUNCTION_SECRET the same secret.'
          : `the mail function answers ${response.status}. Check MAIL_FUNCTION_URL, and that the function is deployed.`,
      );
    },
  };
}
