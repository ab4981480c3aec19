import { HttpException } from '@nestjs/common';
import type { Caller } from './caller.port.js';

type Claims = Caller['claims'];

const isAdmin = (claims: Claims): boolean => claims['role'] === 'admin' || claims['admin'] === true;

/** Throws for a token that says neither `"role": "admin"` nor `"admin": true`. */
export function demandAdmin({ claims }: Caller): void {
  if (isAdmin(claims)) return;
  throw new HttpException({ error: 'admin_required', message: 'The token needs the claim "role": "admin".' }, 403);
}

/** Throws for a token that may not place calls: they cost the operator money, and ring strangers. */
export function demandPlacer({ claims }: Caller): void {
  if (isAdmin(claims) || claims['place_calls'] === true) return;
  const message = 'Placing calls costs money: the token needs the claim "place_calls": true, or "role": "admin".';
  throw new HttpException({ error: 'not_allowed', message }, 403);
}
