import { HttpException } from '@nestjs/common';
import type { Request } from 'express';
import { z } from 'zod';
import type { Config } from '../config/config.token.js';
import { AuthError } from './token-verifier.port.js';
import { isSignedByTwilio, SIGNATURE_HEADER } from './twilio-signature.js';
import type { FormParameters } from './twilio-signature.js';

/**
 * Looks whether Twilio has signed a request, and returns the public origin that it was signed for. Throws HttpException: 404
 * where there is no telephone, 403 for anybody else's request; the operator's log says why.
 */
export function signedTwilioRequest(
  { TWILIO_AUTH_TOKEN: authToken, PUBLIC_ORIGIN: origin }: Pick<Config, 'TWILIO_AUTH_TOKEN' | 'PUBLIC_ORIGIN'>,
  request: Request,
): string {
  if (authToken === undefined || origin === undefined) {
    throw new HttpException({ error: 'not_found', message: 'There is no telephone here: set TWILIO_AUTH_TOKEN.' }, 404);
  }
  const url = `${origin}${request.originalUrl}`;
  const signature = request.header(SIGNATURE_HEADER);
  if (isSignedByTwilio(authToken, signature, url, formOf(request.body))) return origin;
  const [path = ''] = url.split('?', 1);
  const why =
    signature === undefined ? 'there is no X-Twilio-Signature' : `not signed by TWILIO_AUTH_TOKEN for ${path}`;
  throw new HttpException({ error: 'signature_invalid', message: 'This request is not signed by Twilio.' }, 403, {
    cause: new AuthError('token_invalid', why),
  });
}

/** What Express has read of the form; anything else was not signed by Twilio. */
function formOf(body: unknown): FormParameters {
  const form = z.record(z.string(), z.union([z.string(), z.array(z.string())])).safeParse(body ?? {});
  return form.success ? form.data : {};
}
