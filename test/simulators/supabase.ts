import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { Database } from '../../src/database/database.js';

// The part of Supabase that Parley uses: POST /rest/v1/rpc/<function> behind the API gateway, over our own database and
// so over the same migrations. Statuses and codes are PostgREST's (docs.postgrest.org, "Errors").

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
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the simulated project signs with (HS256). */
export const SUPABASE_JWT_SECRET = 'the secret that the simulated project signs with';

const ANON_KEY = 'anon-key-of-the-simulator';
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

const driverErrorSchema = z.object({
  meta: z.object({
    driverAdapterError: z.object({ cause: z.object({ originalCode: z.string(), originalMessage: z.string() }) }),
  }),
});

export class SupabaseSimulator {
  readonly knobs: SupabaseKnobs = { latencyMs: 0, fault: 'none' };
  readonly requests: SupabaseRequest[] = [];
  readonly anonKey = ANON_KEY;
  private readonly server: Server;

  private constructor(private readonly database: Database) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        json(response, 500, { code: 'SIM', message: String(error) });
      });
    });
  }

  static async start(database: Database): Promise<SupabaseSimulator> {
    const simulator = new SupabaseSimulator(database);
    await new Promise<void>((resolve) => simulator.server.listen(0, '127.0.0.1', resolve));
    return simulator;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** A token of this project, valid for `seconds` from now (negative: expired). */
  token(userId: string, seconds = 600): Promise<string> {
    return new SignJWT({ role: 'authenticated' })
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
    const body = z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
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
    return this.rpc(request, response, body);
  }

  private async rpc(
    request: IncomingMessage,
    response: ServerResponse,
    body: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const { url = '', method, headers } = request;
    const apikey = headers['apikey']?.toString();
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
    if (apikey !== ANON_KEY) return json(response, 401, { message: 'Invalid API key' });

    let claims: Record<string, unknown> = { role: 'anon' };
    if (token !== undefined && token !== ANON_KEY) {
      try {
        claims = (await jwtVerify(token, SECRET, { algorithms: ['HS256'] })).payload;
      } catch (error) {
        const expired = error instanceof errors.JWTExpired;
        const code = expired ? 'PGRST303' : 'PGRST301';
        return json(response, 401, { code, message: expired ? 'JWT expired' : 'JWT invalid' });
      }
    }
    const subject = typeof claims['sub'] === 'string' ? claims['sub'] : undefined;
    this.requests.push({ path: url, apikey, subject, body });

    const name = /^\/rest\/v1\/rpc\/([a-z_]+)$/.exec(url)?.[1];
    const names = Object.keys(body);
    if (name === undefined || method !== 'POST' || !names.every((key) => /^[a-z0-9_]+$/.test(key))) {
      return json(response, 404, { code: 'PGRST125', message: 'Invalid path specified in request URL' });
    }
    const { prisma } = this.database;
    const known = await prisma.$queryRaw<unknown[]>`
      select 1 from pg_proc where proname = ${name} and pronamespace = 'public'::regnamespace`;
    if (known.length === 0) {
      return json(response, 404, { code: 'PGRST202', message: `Could not find the function public.${name}` });
    }

    const role = claims['role'] === 'authenticated' ? 'authenticated' : 'anon';
    const call = names.map((key, index) => `${key} => $${index + 1}`).join(', ');
    try {
      const [, rows] = await prisma.$transaction([
        prisma.$queryRaw`select set_config('role', ${role}, true),
          set_config('request.jwt.claims', ${JSON.stringify(claims)}, true)`,
        prisma.$queryRawUnsafe<{ result: unknown }[]>(
          `select public.${name}(${call}) as result`,
          // An object is for an argument of type jsonb.
          ...names.map((key) =>
            typeof body[key] === 'object' && body[key] !== null ? JSON.stringify(body[key]) : body[key],
          ),
        ),
      ]);
      return json(response, 200, rows[0]?.result ?? null);
    } catch (error) {
      const { originalCode: code, originalMessage: message } =
        driverErrorSchema.parse(error).meta.driverAdapterError.cause;
      return json(response, statusOf(code, role), { code, message, details: null, hint: null });
    }
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body));
}
