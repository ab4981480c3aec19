import { HttpException } from '@nestjs/common';

/** Why a request is refused: a word for programs, a sentence for people. The server's filter makes problem details of it. */
export const refusal = (
  status: number,
  error: string,
  message: string,
  options?: { readonly cause: unknown },
): HttpException => new HttpException({ error, message }, status, options);
