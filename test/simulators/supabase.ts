import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors, jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Database } from '../../src/database/database.js';
import { answerRest } from './supabase-rest.js';
import { SqlRefusal, sqlOfDatabase } from './supabase-sql.js';
import type { SupabaseSql, SupabaseUser } from './supabase-sql.js';

// Supabase's API gateway with PostgREST behind it: functions (POST /rest/v1/rpc/<function>), which Parley uses, and tables,
// which anybody with a token can ask, too. Over the same migrations; statuses and codes are PostgREST's (docs.postgrest.org,
// "Errors").

export interface SupabaseKnobs {
  /** Time before an answer, ms. */
  latencyMs: number;
  /** What goes wrong with every request from now on. */
  fault: 'none' | 'hang' | 'drop' | 'unavailable' | 'garbage' | 'rate_limited' | 'overlong';
}

export interface SupabaseRequest {
  readonly path: string;
  readonly apikey: string | undefined;
  readonly subject: string | undefined;
  readonly body: unknown;
}

/** What the simulated project signs with (HS256). */
export const SUPABASE_JWT_SECRET = 'the secret that the simulated project signs with';

const ANON_KEY = 'anon-key-of-the-simulator';
const SERVICE_KEY = 'service-role-key-of-the-simulator';
/** Who a request without a token is, by its key. */
const ROLES: Readonly<Record<string, string>> = { [ANON_KEY]: 'anon', [SERVICE_KEY]: 'service_role' };
const SECRET = new TextEncoder().encode(SUPABASE_JWT_SECRET);

/** The status that PostgREST answers for a SQLSTATE. */
function statusOf(state: string, role: string): number {
  if (state === '42501') return role === 'anon' ? 401 : 403;
  if (state === '23505' || state === '23503') return 409;
  if (state.startsWith('28')) return 403;
  if (state.startsWith('08') || state.startsWith('53') || state === '57P01') return 503;
  if (state.startsWith('57') || state.startsWith('XX')) return 500;
  return state === '42883' ? 404 : 400;
}

export class SupabaseSimulator {
  readonly knobs: SupabaseKnobs = { latencyMs: 0, fault: 'none' };
  readonly requests: SupabaseRequest[] = [];
  readonly anonKey = ANON_KEY;
  readonly serviceKey = SERVICE_KEY;
  private readonly server: Server;

  private constructor(private readonly sql: SupabaseSql) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        json(response, 500, { code: 'SIM', message: String(error) });
      });
    });
  }

  /** Over a database of ours, or over Supabase's roles as they are (test/support/supabase-project.ts). */
  static async start(database: Database | SupabaseSql): Promise<SupabaseSimulator> {
    const simulator = new SupabaseSimulator(typeof database === 'function' ? database : sqlOfDatabase(database));
    await new Promise<void>((resolve) => simulator.server.listen(0, '127.0.0.1', resolve));
    return simulator;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A token of this project, valid for `seconds` from now (negative: expired). */
  token(userId: string, seconds = 600, claims: JWTPayload = { role: 'authenticated' }): Promise<string> {
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(userId)
      .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
      .sign(SECRET);
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of request) chunks.push(chunk as Uint8Array);
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString() || '{}');
    const { fault, latencyMs } = this.knobs;
    if (latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, latencyMs));
    if (fault === 'hang') return;
    if (fault === 'drop') {
      request.socket.destroy();
      return;
    }
    if (fault === 'unavailable') return json(response, 503, { code: 'PGRST001', message: 'no connection' });
    if (fault === 'rate_limited') return json(response, 429, { message: 'too many requests' });
    if (fault === 'overlong') return json(response, 504, { message: 'upstream timed out' });
    if (fault === 'garbage') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>a proxy says hello</html>');
      return;
    }
    return this.rest(request, response, body);
  }

  private async rest(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<void> {
    const { url = '', method = '', headers } = request;
    const apikey = headers['apikey']?.toString();
    const role = apikey === undefined ? undefined : ROLES[apikey];
    if (role === undefined) return json(response, 401, { message: 'Invalid API key' });

    let user: SupabaseUser = { role, claims: { role } };
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (token !== undefined && token !== apikey) {
      try {
        const { payload } = await jwtVerify(token, SECRET, { algorithms: ['HS256'] });
        // A token without a role is anon's (db-anon-role).
        user = { role: typeof payload['role'] === 'string' ? payload['role'] : 'anon', claims: payload };
      } catch (error) {
        const expired = error instanceof errors.JWTExpired;
        const code = expired ? 'PGRST303' : 'PGRST301';
        return json(response, 401, { code, message: expired ? 'JWT expired' : 'JWT invalid' });
      }
    }
    const { sub } = user.claims;
    this.requests.push({ path: url, apikey, subject: typeof sub === 'string' ? sub : undefined, body });
    try {
      const answer = await answerRest(this.sql, user, { method, url: new URL(url, this.url), body });
      return json(response, answer.status, answer.body);
    } catch (error) {
      if (!(error instanceof SqlRefusal)) throw error;
      const { state: code, message } = error;
      return json(response, statusOf(code, user.role), { code, message, details: null, hint: null });
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
