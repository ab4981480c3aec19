import { z } from 'zod';
import type { Access } from '../../database/data.port.js';
import type { CallerRpc, SqlFunction } from '../../database/rpc/caller-rpc.port.js';
import { parseRow } from '../../database/rpc/data-errors.js';
import type {
  BusinessData,
  CallerNames,
  FoundClients,
  TransactionQuery,
  TransactionReport,
} from './business-data.port.js';

const REPORT_TRANSACTIONS = {
  name: 'report_transactions',
  args: { p_client_id: 'integer', p_filter: 'jsonb' },
} as const satisfies SqlFunction;
const FIND_CLIENTS = {
  name: 'find_clients',
  args: { p_name: 'text', p_limit: 'integer' },
} as const satisfies SqlFunction;
const CALLER_NAMES = { name: 'caller_names', args: { p_limit: 'integer' } } as const satisfies SqlFunction;

const CLIENT_EMAIL = { name: 'client_email', args: { p_client_id: 'integer' } } as const satisfies SqlFunction;

const clientSchema = z.object({ id: z.number(), name: z.string() });
const totalSchema = z.object({ count: z.number(), total: z.number() });
const takenFor = z.object({ asked: z.string(), found: z.array(z.string()) });
const groupSchema = totalSchema.extend({ key: z.string() });

const reportSchema = z
  .object({
    client: clientSchema,
    from: z.string().nullable(),
    to: z.string().nullable(),
    categories: z.array(takenFor),
    except: z.array(takenFor),
    known_categories: z.array(z.string()),
    count: z.number(),
    total: z.number(),
    average: z.number().nullable(),
    minimum: z.number().nullable(),
    maximum: z.number().nullable(),
    currency: z.string(),
    by_category: z.array(totalSchema.extend({ category: z.string() })),
    by_month: z.array(totalSchema.extend({ month: z.string() })),
    by_period: z.array(totalSchema.extend({ from: z.string().nullable(), to: z.string().nullable() })),
    groups: z
      .object({
        count: z.number(),
        most: groupSchema.nullable(),
        least: groupSchema.nullable(),
        list: z.array(groupSchema),
      })
      .exactOptional(),
    transactions: z.array(
      z.object({ date: z.string(), description: z.string(), category: z.string(), amount: z.number() }),
    ),
  })
  .nullable();

const foundClientsSchema = z.object({ count: z.number(), clients: z.array(clientSchema) });

const names = z.array(z.string());
const callerNamesSchema = z.object({ clients: names, merchants: names, categories: names });

/** BusinessData over the SQL functions, wherever they run. */
export class RpcBusinessData implements BusinessData {
  constructor(private readonly rpc: CallerRpc) {}

  async queryTransactions(query: TransactionQuery, access: Access): Promise<TransactionReport | undefined> {
    const row = parseRow(
      reportSchema,
      await this.rpc.call(REPORT_TRANSACTIONS, { p_client_id: query.clientId, p_filter: filterOf(query) }, access),
    );
    if (row === null) return undefined;
    const {
      known_categories: knownCategories,
      by_category: byCategory,
      by_month: byMonth,
      by_period: byPeriod,
      currency,
      ...rest
    } = row;
    // char(3) is filled up with blanks.
    return { ...rest, currency: currency.trim(), knownCategories, byCategory, byMonth, byPeriod };
  }

  async findClients(name: string, limit: number, access: Access): Promise<FoundClients> {
    return parseRow(foundClientsSchema, await this.rpc.call(FIND_CLIENTS, { p_name: name, p_limit: limit }, access));
  }

  async callerNames(limit: number, access: Access): Promise<CallerNames> {
    return parseRow(callerNamesSchema, await this.rpc.call(CALLER_NAMES, { p_limit: limit }, access));
  }

  async clientEmail(clientId: number, access: Access): Promise<string | undefined> {
    const email = parseRow(z.string().nullable(), await this.rpc.call(CLIENT_EMAIL, { p_client_id: clientId }, access));
    return email ?? undefined;
  }
}

/** What the function reads; what is undefined is left out of the JSON. */
const filterOf = (query: TransactionQuery) => ({
  periods: query.periods,
  categories: query.categories,
  merchant: query.merchant,
  except: query.except,
  direction: query.direction,
  min_amount: query.minAmount,
  max_amount: query.maxAmount,
  sort: query.sort,
  group_by: query.groupBy,
  limit: query.limit,
  group_limit: query.groupLimit,
});
