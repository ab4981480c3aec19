import { createHash } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { DataError } from '../data.port.js';
import type { Access, DataErrorCode } from '../data.port.js';
import { storableJson } from '../storable-json.js';
import type { CallerRpc, SqlFunction, SqlValue } from './caller-rpc.port.js';
import { abortedError, codeOfSqlState } from './data-errors.js';

export interface SupabaseOptions {
  /** The project's address, for example https://abc.supabase.co. */
  readonly url: string;
  /** The anon (publishable) key. Never the service role key: it is above row-level security. */
  readonly anonKey: string;
  /** Most clients kept, one for each token in use. */
  readonly maxClients?: number;
}

/**
 * The functions on Supabase, called with the anon key and the caller's own JWT: PostgREST verifies the token and becomes
 * the caller, so that row-level security decides there as it does here.
 */
export class SupabaseRpc implements CallerRpc {
  /** By hash of the token, least recently used first: the tokens themselves are not kept as keys. */
  private readonly clients = new Map<string, Promise<SupabaseClient>>();

  constructor(private readonly options: SupabaseOptions) {}

  async call<Argument extends string>(
    { name }: SqlFunction<Argument>,
    args: Readonly<Record<NoInfer<Argument>, SqlValue>>,
    access: Access,
  ): Promise<unknown> {
    if (access.signal.aborted) throw abortedError(access.signal);
    const client = await this.clientOf(access.caller.accessToken);
    const { data, error, status }: { data: unknown; error: { code?: string } | null; status: number } = await client
      .rpc(name, JSON.parse(storableJson(args)))
      .abortSignal(access.signal);
    if (error === null) return data;
    if (access.signal.aborted) throw abortedError(access.signal);
    const code = codeOf(status, error.code ?? '');
    throw new DataError(code, `Supabase could not run ${name} (status ${status}, code ${error.code || 'none'}).`);
  }

  private clientOf(token: string): Promise<SupabaseClient> {
    const key = createHash('sha256').update(token).digest('base64');
    const client = this.clients.get(key) ?? this.connect(token);
    this.clients.delete(key);
    this.clients.set(key, client);
    const oldest = this.clients.keys().next();
    if (this.clients.size > (this.options.maxClients ?? 500) && oldest.done !== true) this.clients.delete(oldest.value);
    return client;
  }

  /** Opens no connection. The SDK takes 40 ms to load, so only a deployment that uses it does. */
  private async connect(token: string): Promise<SupabaseClient> {
    const { createClient } = await import('@supabase/supabase-js');
    return createClient(this.options.url, this.options.anonKey, { accessToken: () => Promise.resolve(token) });
  }
}

/** Meaning of PostgREST's answer (docs.postgrest.org, "Errors"); status 0 is a request that got no answer at all. */
function codeOf(status: number, code: string): DataErrorCode {
  const fromDatabase = code.startsWith('PGRST') ? undefined : codeOfSqlState(code);
  if (fromDatabase !== undefined) return fromDatabase;
  if (status === 401 || status === 403) return 'forbidden';
  if (status === 408 || status === 504) return 'timeout';
  if (status === 0 || status === 429 || status >= 500) return 'unavailable';
  return 'failed';
}
