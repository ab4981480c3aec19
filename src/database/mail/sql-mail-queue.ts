import { z } from 'zod';
import type { Database } from '../database.js';
import type { SqlFunction } from '../rpc/caller-rpc.port.js';
import { parseRow } from '../rpc/data-errors.js';
import { ServerRpc } from '../rpc/server-rpc.js';
import type {
  AcceptedMail,
  Bounce,
  Claim,
  ClaimOptions,
  Delivery,
  Held,
  MailAllowance,
  MailQueue,
  Settlement,
} from './mail-queue.port.js';

const ACCEPT = {
  name: 'accept_mail',
  args: {
    p_owner: 'text',
    p_key: 'text',
    p_call_id: 'text',
    p_subject: 'text',
    p_client_id: 'integer',
    p_recipients: 'jsonb',
    p_content: 'text',
    p_most: 'integer',
  },
} as const satisfies SqlFunction;
const ALLOWANCE = {
  name: 'mail_allowance',
  args: { p_owner: 'text', p_wanted: 'integer', p_most: 'integer' },
} as const satisfies SqlFunction;
const STANDING = { name: 'mail_standing', args: { p_owner: 'text', p_key: 'text' } } as const satisfies SqlFunction;
const RECORD = { name: 'mail_record', args: { p_owner: 'text', p_recipients: 'jsonb' } } as const satisfies SqlFunction;
const CLAIM = {
  name: 'claim_mail',
  args: { p_lease: 'text', p_lease_ms: 'integer', p_again: 'boolean', p_key: 'text' },
} as const satisfies SqlFunction;
const HAND_OVER = {
  name: 'hand_over_mail',
  args: { p_owner: 'text', p_key: 'text', p_lease: 'text' },
} as const satisfies SqlFunction;
const SETTLE = {
  name: 'settle_mail',
  args: {
    p_owner: 'text',
    p_key: 'text',
    p_lease: 'text',
    p_status: 'text',
    p_fault: 'text',
    p_wait_ms: 'integer',
  },
} as const satisfies SqlFunction;

const BOUNCE = { name: 'bounce_mail', args: { p_key: 'text', p_reason: 'text' } } as const satisfies SqlFunction;
const CLAIM_BOUNCES = { name: 'claim_bounces', args: { p_call_ids: 'jsonb' } } as const satisfies SqlFunction;

const allowanceSchema = z
  .object({ allowed: z.boolean(), used: z.number(), free_at: z.string().nullable() })
  .transform(({ free_at: freeAt, ...rest }): MailAllowance => ({
    ...rest,
    freeAt: rest.allowed || freeAt === null ? undefined : new Date(freeAt),
  }));
const acceptSchema = z.union([
  z.object({ accepted: z.literal(true) }),
  z.object({ accepted: z.literal(false), allowance: allowanceSchema }),
]);
const standingSchema = z.array(
  z.object({
    key: z.string(),
    recipient: z.string(),
    status: z.enum(['queued', 'sending', 'sent', 'bounced', 'failed', 'unknown']),
    attempts: z.number(),
    fault: z
      .string()
      .nullable()
      .transform((fault) => fault ?? undefined),
  }),
);
const bounceSchema = z.enum(['bounced', 'known', 'unknown']);
const bouncesSchema = z.array(z.object({ callId: z.string(), recipient: z.string(), tool: z.string().nullable() }));
const recordSchema = z.record(z.string(), z.enum(['sent', 'bounced']));
const claimSchema = z.object({
  lost: z.array(z.object({ key: z.string() })),
  mail: z
    .object({
      owner: z.string(),
      key: z.string(),
      recipient: z.string(),
      subject: z.string(),
      content: z.string(),
      attempts: z.number(),
      age_ms: z.number(),
    })
    .nullable(),
});

/** The queue in our own database, with the server's rights: callers may only read what was sent for them. */
export class SqlMailQueue implements MailQueue {
  private readonly rpc: ServerRpc;

  constructor(database: Database) {
    this.rpc = new ServerRpc(database);
  }

  async accept(mail: AcceptedMail, most: number): Promise<MailAllowance | undefined> {
    const { ownerId, key, callId, subject, clientId = null, recipients, content } = mail;
    const args = {
      p_owner: ownerId,
      p_key: key,
      p_call_id: callId,
      p_subject: subject,
      p_client_id: clientId,
      p_recipients: JSON.stringify(recipients),
      p_content: content,
      p_most: most,
    };
    const answer = parseRow(acceptSchema, await this.rpc.call(ACCEPT, args));
    return answer.accepted ? undefined : answer.allowance;
  }

  async allowance(ownerId: string, wanted: number, most: number): Promise<MailAllowance> {
    const args = { p_owner: ownerId, p_wanted: wanted, p_most: most };
    return parseRow(allowanceSchema, await this.rpc.call(ALLOWANCE, args));
  }

  async standing(ownerId: string, key: string): Promise<readonly Delivery[]> {
    return parseRow(standingSchema, await this.rpc.call(STANDING, { p_owner: ownerId, p_key: key }));
  }

  async record(ownerId: string, recipients: readonly string[]): Promise<ReadonlyMap<string, 'sent' | 'bounced'>> {
    const args = { p_owner: ownerId, p_recipients: JSON.stringify(recipients) };
    return new Map(Object.entries(parseRow(recordSchema, await this.rpc.call(RECORD, args))));
  }

  async claim({ lease, leaseMs, again, key }: ClaimOptions): Promise<Claim> {
    const args = { p_lease: lease, p_lease_ms: leaseMs, p_again: again, p_key: key ?? null };
    const { mail, lost } = parseRow(claimSchema, await this.rpc.call(CLAIM, args));
    if (mail === null) return { mail: undefined, lost: lost.map((copy) => copy.key) };
    const { owner: ownerId, age_ms: ageMs, ...rest } = mail;
    return { mail: { ownerId, ageMs, ...rest }, lost: lost.map((copy) => copy.key) };
  }

  async handOver({ ownerId, key, lease }: Held): Promise<boolean> {
    return parseRow(z.boolean(), await this.rpc.call(HAND_OVER, { p_owner: ownerId, p_key: key, p_lease: lease }));
  }

  async settle({ ownerId, key, lease }: Held, result: Settlement): Promise<boolean> {
    const args = {
      p_owner: ownerId,
      p_key: key,
      p_lease: lease,
      p_status: result.status,
      p_fault: result.status === 'sent' ? null : result.fault,
      p_wait_ms: result.status === 'queued' ? result.waitMs : null,
    };
    return parseRow(z.boolean(), await this.rpc.call(SETTLE, args));
  }
  async bounce(key: string, reason: string): Promise<'bounced' | 'known' | 'unknown'> {
    return parseRow(bounceSchema, await this.rpc.call(BOUNCE, { p_key: key, p_reason: reason }));
  }

  async claimBounces(callIds: readonly string[]): Promise<readonly Bounce[]> {
    return parseRow(bouncesSchema, await this.rpc.call(CLAIM_BOUNCES, { p_call_ids: JSON.stringify(callIds) }));
  }
}
