import { Body, Controller, Get, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import { CONFIG } from '../config/config.token.js';
import type { Config } from '../config/config.token.js';
import { mintToken } from '../identity/mint-token.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { isOwnPage } from './own-page.js';
import { signInOf } from './sign-in.js';

/** Of a token that the page gives itself, s: it asks for another one at each connection. */
const TTL_S = 900;

const signInSchema = z.discriminatedUnion('by', [
  /** The page asks POST v1/console/token. */
  z.object({ by: z.literal('itself') }),
  /** The user signs in with this project. */
  z.object({ by: z.literal('supabase'), url: z.string(), key: z.string() }),
  /** The user pastes a token. */
  z.object({ by: z.literal('token') }),
]);
const wishSchema = z.strictObject({ as: z.enum(['caller', 'supervisor']).default('caller') });
const tokenSchema = z.object({ token: z.string(), expiresInS: z.number() });

/** How users of the console say who they are. */
@Controller('v1/console')
export class SignInController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  @Rest({
    summary: 'How a user of the console signs in',
    protection: 'none',
    limit: 'address',
    answer: z.object({ signIn: signInSchema }),
  })
  about(): { readonly signIn: z.infer<typeof signInSchema> } {
    return { signIn: signInOf(this.config) };
  }

  @Post('token')
  @HttpCode(200)
  @Rest({
    summary: 'In development, to the console on this machine: a token of the demo user, or of a supervisor',
    protection: 'none',
    limit: 'address',
    body: wishSchema,
    answer: tokenSchema,
  })
  token(@Body() body: unknown, @Req() request: Request): z.infer<typeof tokenSchema> {
    const { auth, JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = this.config;
    if (signInOf(this.config).by !== 'itself' || auth.secret === undefined) throw refusal(403, 'not_allowed', NONE);
    if (!isOwnPage(request)) throw refusal(403, 'not_allowed', ELSEWHERE);
    const wish = wishSchema.safeParse(body ?? {});
    if (!wish.success) throw refusal(400, 'bad_request', 'as: must be "caller" or "supervisor", or left out.');
    const claims = wish.data.as === 'supervisor' ? { role: 'admin' } : {};
    const token = mintToken(auth.secret, { userId: 'demo', ttlSeconds: TTL_S, issuer, audience, claims });
    return { token, expiresInS: TTL_S };
  }
}

const NONE = 'This server gives no tokens: sign in as its operator says, or paste a token of yours.';
const ELSEWHERE =
  'Tokens are given to a browser on the server’s own machine only, at http://localhost. Elsewhere paste one: npm run token.';
