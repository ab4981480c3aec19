// What becomes of mail after it was taken, as Resend tells it, signed as Svix signs: who is believed, what is kept, and who
// hears of it.
import { randomUUID } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { SqlMailQueue } from '../../src/database/mail/sql-mail-queue.js';
import { BounceTeller } from '../../src/webhooks/mail/bounce-teller.js';
import { startWebhookApp } from '../support/webhook-app.js';
import type { WebhookApp } from '../support/webhook-app.js';
import { waitFor } from '../support/wait-for.js';

const SECRET = `whsec_${Buffer.from('what Resend signs its events with').toString('base64')}`;
const OUT = `whsec_${Buffer.from('what we sign our own events with').toString('base64')}`;

describe('POST /webhooks/mail', () => {
  let app: WebhookApp;
  let queue: SqlMailQueue;
  beforeAll(async () => {
    // Nobody listens there: what is told waits in its table.
    app = await startWebhookApp({
      MAIL_WEBHOOK_SECRET: SECRET,
      WEBHOOK_URLS: 'http://127.0.0.1:9/hook',
      WEBHOOK_SECRETS: OUT,
    });
    queue = new SqlMailQueue(app.database);
  }, 180_000);
  afterAll(() => app.close());

  const headersFor = (body: string, { at = new Date(), secret = SECRET, prefix = 'svix' } = {}) => ({
    'content-type': 'application/json',
    [`${prefix}-id`]: 'msg_1',
    [`${prefix}-timestamp`]: String(Math.floor(at.getTime() / 1000)),
    [`${prefix}-signature`]: `v1,bm9uZQ== ${new Webhook(secret).sign('msg_1', at, body)}`,
  });
  const send = async (body: string, headers: Record<string, string> = headersFor(body)) => {
    const response = await fetch(`${app.http}/webhooks/mail`, { method: 'POST', headers, body });
    return (await response.json()) as { readonly status: string; readonly error?: string };
  };
  const answerTo = async (body: string, headers?: Record<string, string>) => {
    const { status, error } = await send(body, headers);
    return error ?? status;
  };

  /** A mail of a call that goes on, taken by whoever delivers it. */
  const sent = async () => {
    const [callId, ownerId, key] = [randomUUID(), randomUUID(), randomUUID()];
    await app.ledger.open({ callSid: callId, ownerId, agent: 'julia', direction: 'inbound', channel: 'web' });
    await queue.accept({ ownerId, key, callId, subject: 'Report', recipients: ['ann@example.com'], content: '{}' }, 10);
    await queue.claim({ lease: 'mine', leaseMs: 60_000, again: true, key: `${key}-1` });
    await queue.settle({ ownerId, key: `${key}-1`, lease: 'mine' }, { status: 'sent' });
    return { callId, ownerId, key: `${key}-1`, message: key };
  };
  /** As the vendor's page shows it. */
  const bounced = (key: string, more: object = {}) =>
    JSON.stringify({
      type: 'email.bounced',
      created_at: '2026-11-22T23:41:12.126Z',
      data: {
        created_at: '2026-11-22T23:41:11.894719+00:00',
        email_id: '56761188-7520-42d8-8898-ff6fc54ce618',
        from: 'Julia <julia@parley.example>',
        to: ['ann@example.com'],
        subject: 'Report',
        bounce: { message: 'ann@example.com is on the suppression list.', subType: 'Suppressed', type: 'Permanent' },
        tags: { parley_mail: key },
      },
      ...more,
    });
  const delivered = (callId: string) =>
    app.database.prisma.webhookDelivery.findMany({ where: { callSid: callId, type: 'mail.bounced' } });

  it('keeps that a mail came back, tells it once, and is not moved by a copy', async () => {
    const { callId, ownerId, key, message } = await sent();
    const body = bounced(key);
    const headers = headersFor(body);
    const answers = await Promise.all([1, 2, 3].map(() => send(body, headers)));
    const counted = (status: string) => answers.filter((answer) => answer.status === status).length;
    expect([counted('bounced'), counted('known')]).toEqual([1, 2]);
    expect(await queue.standing(ownerId, message)).toMatchObject([
      { status: 'bounced', fault: 'permanent_suppressed' },
    ]);
    const [event, ...others] = await delivered(callId);
    expect(others).toEqual([]);
    expect(event?.payload).toMatchObject({
      type: 'mail.bounced',
      data: { call_sid: callId, mail: key, reason: 'permanent_suppressed' },
    });
    const trail = await app.database.prisma.callEvent.findMany({ where: { callSid: callId, kind: 'mail.bounced' } });
    expect(trail).toMatchObject([{ data: { mail: key, reason: 'permanent_suppressed' } }]);
    // Whom it was for stands in the owner's own record of his mail, and nowhere else.
    expect(JSON.stringify([event?.payload, trail])).not.toContain('ann@example.com');
  });

  it('knows a mail by its Message-ID too, and the headers by their standard name', async () => {
    const { ownerId, key, message } = await sent();
    const body = JSON.stringify({ type: 'email.failed', data: { message_id: `<${key}@parley.example>` } });
    expect(await send(body, headersFor(body, { prefix: 'webhook' }))).toMatchObject({ status: 'bounced' });
    expect(await queue.standing(ownerId, message)).toMatchObject([{ status: 'bounced', fault: 'failed' }]);
  });

  it('answers what is none of its business with 200, and counts it', async () => {
    const { ownerId, key, message } = await sent();
    expect(await send(bounced('not one of ours'))).toMatchObject({ status: 'unknown' });
    const untagged = JSON.stringify({ type: 'email.bounced', data: { to: ['ann@example.com'] } });
    expect(await send(untagged)).toMatchObject({ status: 'unknown' });
    expect(await send(bounced(key, { type: 'email.delivered' }))).toMatchObject({ status: 'ignored' });
    expect(await queue.standing(ownerId, message)).toMatchObject([{ status: 'sent' }]);
    const metrics = await (await fetch(`${app.http}/metrics`)).text();
    expect(metrics).toMatch(/parley_mail_events_total\{outcome="unknown"\} 2/);
    expect(metrics).toMatch(/parley_mail_events_total\{outcome="ignored"\} 1/);
  });

  it('believes nothing that is not signed as it came, now, with its secret', async () => {
    const { ownerId, key, message } = await sent();
    const body = bounced(key);
    const minutes = (n: number) => new Date(Date.now() + n * 60_000);
    expect(await answerTo(body, { 'content-type': 'application/json' })).toBe('signature_missing');
    expect(await answerTo(body.replace('Permanent', 'Transient'), headersFor(body))).toBe('signature_invalid');
    expect(await answerTo(body, headersFor(body, { secret: OUT }))).toBe('signature_invalid');
    expect(await answerTo(body, headersFor(body, { at: minutes(-6) }))).toBe('signature_invalid');
    expect(await answerTo(body, headersFor(body, { at: minutes(6) }))).toBe('signature_invalid');
    const long = bounced(key, { more: 'x'.repeat(70_000) });
    expect(await answerTo(long)).toBe('body_too_large');
    for (const wrong of ['', '{', '[]', '{"type":"email.bounced"}', '{"type":1,"data":{}}']) {
      expect(await answerTo(wrong)).toMatch(/^malformed_(body|event)$/);
    }
    expect(await queue.standing(ownerId, message)).toMatchObject([{ status: 'sent' }]);
  });

  it('has the agent of a call that goes on tell it, whichever process was told', async () => {
    const [mine, other] = [await sent(), await sent()];
    const told: unknown[] = [];
    const call = { setConsent: () => undefined, news: (...news: unknown[]) => void told.push(news) };
    const calls = { ids: () => [mine.callId], find: (id: string) => ({ userId: mine.ownerId, call, id }) };
    const teller = new BounceTeller({ queue, calls, warn: () => undefined, pollMs: 20 });
    teller.start();
    try {
      await send(bounced(other.key));
      await send(bounced(mine.key));
      await waitFor(() => told.length > 0, 10_000);
      expect(await queue.claimBounces([other.callId])).toHaveLength(1);
      expect(told).toEqual([
        [
          'mail',
          { ok: false, code: 'failed', message: expect.stringContaining('ann@example.com came back') as string },
        ],
      ]);
    } finally {
      await teller.close();
    }
  });
});
