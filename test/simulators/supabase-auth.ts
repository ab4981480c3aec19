// Supabase Auth (GoTrue) as pages see it: POST /auth/v1/token by password and by refresh token, over CORS; its errors are those
// of supabase.com/docs/guides/auth/debugging/error-codes.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';

interface User {
  readonly email: string;
  readonly password: string;
}

export class SupabaseAuthSimulator {
  readonly anonKey = 'anon-key-of-the-simulator';
  /** What was asked for: `password` and `refresh_token`. */
  readonly grants: string[] = [];
  /** Of the tokens that it gives, s. */
  lifetimeS = 3600;
  private readonly refreshTokens = new Map<string, User>();

  private constructor(
    private readonly server: Server,
    private readonly user: User,
    private readonly secret: Uint8Array,
  ) {
    server.on('request', (request, response) => void this.answer(request, response));
  }

  static async start(user: User, secret: string): Promise<SupabaseAuthSimulator> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new SupabaseAuthSimulator(server, user, new TextEncoder().encode(secret));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? '*');
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const grant = searchParams.get('grant_type') ?? '';
    if (pathname !== '/auth/v1/token' || request.headers.apikey !== this.anonKey)
      return refuse(response, 401, 'no_authorization', 'No API key found in request');
    this.grants.push(grant);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
    const user = grant === 'password' ? this.byPassword(body) : this.byRefreshToken(body);
    if (user === undefined) return refuse(response, 400, 'invalid_credentials', 'Invalid login credentials');
    const session = await this.session(user);
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(session));
  }

  private byPassword({ email, password }: Record<string, unknown>): User | undefined {
    return email === this.user.email && password === this.user.password ? this.user : undefined;
  }

  /** Good once. */
  private byRefreshToken({ refresh_token: token }: Record<string, unknown>): User | undefined {
    const user = this.refreshTokens.get(String(token));
    this.refreshTokens.delete(String(token));
    return user;
  }

  private async session({ email }: User): Promise<object> {
    const now = Math.floor(Date.now() / 1000);
    const expiresAt = now + this.lifetimeS;
    const id = '7d9f1c1e-3f0a-4a63-9a53-0a4f6a0f2b11';
    const claims = { role: 'authenticated', email, session_id: randomUUID() };
    const access = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(id)
      .setAudience('authenticated')
      .setExpirationTime(expiresAt)
      .sign(this.secret);
    const refresh = randomUUID();
    this.refreshTokens.set(refresh, this.user);
    return {
      access_token: access,
      token_type: 'bearer',
      expires_in: this.lifetimeS,
      expires_at: expiresAt,
      refresh_token: refresh,
      user: {
        id,
        aud: 'authenticated',
        role: 'authenticated',
        email,
        app_metadata: {},
        user_metadata: {},
        created_at: new Date(0).toISOString(),
      },
    };
  }
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-supabase-api-version': '2024-01-01' });
  response.end(JSON.stringify({ code, message }));
}
