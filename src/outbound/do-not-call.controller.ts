import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put, Query } from '@nestjs/common';
import { z } from 'zod';
import { DataError } from '../database/data.port.js';
import { DO_NOT_CALL } from '../database/outbound/do-not-call.port.js';
import type { DoNotCallList, ListedNumber } from '../database/outbound/do-not-call.port.js';
import { refusal } from '../rest/refusal.js';
import { Rest } from '../rest/rest.decorator.js';
import { readPhoneNumber } from './phone-number.js';

/** Numbers of one page. */
const MOST = 200;
const reasonSchema = z.strictObject({ reason: z.string().max(500).exactOptional() }).prefault({});

const afterQuery = z.object({ after: z.string().optional() });
const ADMINS = { protection: 'admin', limit: 'user' } as const;

/** Numbers that are not called, for admins. */
@Controller('v1/admin/do-not-call')
export class DoNotCallController {
  constructor(@Inject(DO_NOT_CALL) private readonly numbers: DoNotCallList) {}

  /** In their order, 200 at most, those after `after`. */
  @Get()
  @Rest({ ...ADMINS, summary: 'Numbers that are not called', query: afterQuery })
  async list(@Query('after') after: unknown): Promise<{ readonly numbers: readonly ListedNumber[] }> {
    return { numbers: await answered(this.numbers.list(typeof after === 'string' ? after : undefined, MOST)) };
  }

  @Put(':number')
  @Rest({ ...ADMINS, summary: 'Has a number not called', body: reasonSchema, status: 204 })
  @HttpCode(204)
  async add(@Param('number') written: string, @Body() body: unknown): Promise<void> {
    const read = reasonSchema.safeParse(body ?? {});
    if (!read.success) throw refusal(400, 'bad_request', 'The body is {"reason": "..."}, or empty.');
    await answered(this.numbers.add(numberOf(written), read.data.reason));
  }

  @Delete(':number')
  @Rest({ ...ADMINS, summary: 'Lets a number be called again', status: 204 })
  @HttpCode(204)
  async remove(@Param('number') written: string): Promise<void> {
    const wasThere = await answered(this.numbers.remove(numberOf(written)));
    if (!wasThere) throw refusal(404, 'not_listed', 'This number is not on the list.');
  }
}

function numberOf(written: string): string {
  const number = readPhoneNumber(written);
  if (number !== undefined) return number.e164;
  throw refusal(400, 'bad_request', 'This is no telephone number with its country, such as +4930123456.');
}

const answered = <T>(work: Promise<T>): Promise<T> =>
  work.catch((error: unknown) => {
    if (!(error instanceof DataError)) throw error;
    throw refusal(503, `data_${error.code}`, 'The list cannot be reached at the moment; try again.');
  });
