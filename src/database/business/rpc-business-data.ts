import { z } from 'zod';
import { DataError } from './business-data.port.js';
import type {
  Access,
  BusinessData,
  DocumentHit,
  OutgoingMessage,
  OutgoingStatus,
  StoredArtifact,
  TransactionQuery,
  TransactionReport,
} from './business-data.port.js';
import type { BusinessRpc } from './business-rpc.js';

const groupSchema = z.object({ count: z.number(), total: z.number() });

const reportSchema = z
  .object({
    client: z.object({ id: z.number(), name: z.string() }),
    from: z.string().nullable(),
    to: z.string().nullable(),
    count: z.number(),
    total: z.number(),
    currency: z.string(),
    by_category: z.array(groupSchema.extend({ category: z.string() })),
    by_month: z.array(groupSchema.extend({ month: z.string() })),
    transactions: z.array(
      z.object({ date: z.string(), description: z.string(), category: z.string(), amount: z.number() }),
    ),
  })
  .nullable();

const hitsSchema = z.array(z.object({ title: z.string(), content: z.string(), score: z.number() }));
const artifactSchema = z.object({ title: z.string(), media_type: z.string(), base64: z.string() }).nullable();
const claimSchema = z.object({ claimed: z.boolean(), status: z.enum(['sending', 'sent', 'failed', 'unknown']) });

/** BusinessData over the SQL functions, wherever they run. */
export class RpcBusinessData implements BusinessData {
  constructor(private readonly rpc: BusinessRpc) {}

  async queryTransactions(query: TransactionQuery, access: Access): Promise<TransactionReport | undefined> {
    const { clientId, from = null, to = null, category = null, limit } = query;
    const row = parse(
      reportSchema,
      await this.rpc.call(
        'query_transactions',
        { p_client_id: clientId, p_from: from, p_to: to, p_category: category, p_limit: limit },
        access,
      ),
    );
    if (row === null) return undefined;
    const { by_category: byCategory, by_month: byMonth, ...rest } = row;
    return { ...rest, byCategory, byMonth };
  }

  async searchDocuments(query: string, limit: number, access: Access): Promise<readonly DocumentHit[]> {
    return parse(hitsSchema, await this.rpc.call('search_documents', { p_query: query, p_limit: limit }, access));
  }

  async storeArtifact(name: string, { title, mediaType, bytes }: StoredArtifact, access: Access): Promise<void> {
    const base64 = Buffer.from(bytes).toString('base64');
    await this.rpc.call(
      'store_artifact',
      { p_name: name, p_title: title, p_media_type: mediaType, p_base64: base64 },
      access,
    );
  }

  async readArtifact(name: string, access: Access): Promise<StoredArtifact | undefined> {
    const row = parse(artifactSchema, await this.rpc.call('read_artifact', { p_name: name }, access));
    if (row === null) return undefined;
    return { title: row.title, mediaType: row.media_type, bytes: Buffer.from(row.base64, 'base64') };
  }

  async claimMessage(
    { key, kind, recipient, subject, clientId }: OutgoingMessage,
    access: Access,
  ): Promise<{ claimed: boolean; status: OutgoingStatus }> {
    return parse(
      claimSchema,
      await this.rpc.call(
        'claim_outbox',
        { p_key: key, p_kind: kind, p_recipient: recipient, p_subject: subject, p_client_id: clientId },
        access,
      ),
    );
  }

  async settleMessage(key: string, status: Exclude<OutgoingStatus, 'sending'>, access: Access): Promise<void> {
    await this.rpc.call('settle_outbox', { p_key: key, p_status: status }, access);
  }
}

/** A function that answers something else is an older or newer migration than this code. */
function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
  throw new DataError('failed', `The database answered in an unexpected form (${where || 'result'}).`);
}
