// What happens to calls is told to those who want to hear of it, by receivers that fail, hang, are away and come back.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { storedLedger } from '../../src/calls/records/row-ledger.js';
import { SqlCallStore } from '../../src/database/calls/sql-call-store.js';
import type { Database } from '../../src/database/database.js';
import { SqlWebhookQueue } from '../../src/database/webhooks/sql-webhook-queue.js';
import { WebhookSender } from '../../src/webhooks/out/webhook-sender.js';
import { openTestDatabase } from '../support/database.js';
import { startWebhookApp } from '../support/webhook-app.js';
import { waitFor } from '../support/wait-for.js';

const OLD = `whsec_${Buffer.from('the old secret of the receiver').toString('base64')}`;
const NEW = `whsec_${Buffer.from('the new secret of the receiver').toString('base64')}`;

interface Taken {
  readonly id: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly event: { readonly type: string; readonly data: Record<string, unknown> };
}

type Answer = (response: ServerResponse) => void;

/** Answers as it is told to, in this order, and then with 204. */
class Receiver {
  readonly seen: Taken[] = [];
  readonly answers: Answer[] = [];
  private server: Server | undefined;
  port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  async listen(): Promise<void> {
    this.server = createServer((request, response) => void this.take(request, response)).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await buffer(request)).toString();
    const headers = request.headers as Record<string, string>;
    this.seen.push({ id: headers['webhook-id'] ?? '', headers, body, event: JSON.parse(body) as Taken['event'] });
    const answer = this.answers.shift() ?? ((ok: ServerResponse) => void ok.writeHead(204).end());
    answer(response);
  }
}

const fail =
  (status: number, headers = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end('no');

describe('webhooks out', () => {
  const receiver = new Receiver();
  let database: Database;
  let queue: SqlWebhookQueue;
  const senders: WebhookSender[] = [];
  beforeAll(async () => {
    await receiver.listen();
    database = await openTestDatabase({ seed: false });
    queue = new SqlWebhookQueue(database);
    await queue.setEndpoints([receiver.url]);
  }, 180_000);
  afterEach(async () => {
    await Promise.all(senders.splice(0).map((sender) => sender.close()));
    await database.prisma.webhookDelivery.deleteMany();
    receiver.seen.length = 0;
    receiver.answers.length = 0;
  });
  afterAll(async () => {
    await database.close();
    await receiver.stop();
  });

  const send = (secrets = [OLD], urls = [receiver.url], firstRetryMs = 1, timeoutMs = 400) => {
    const sender = new WebhookSender({
      queue,
      urls,
      secrets,
      warn: () => undefined,
      pollMs: 30,
      leaseMs: 2_000,
      timeoutMs,
      firstRetryMs,
    });
    senders.push(sender);
    sender.start();
  };
  const ledger = () => storedLedger(new SqlCallStore(database));
  const opened = async (): Promise<string> => {
    const callSid = randomUUID();
    await ledger().open({ callSid, ownerId: 'ann', agent: 'julia', direction: 'inbound', channel: 'web' });
    return callSid;
  };
  /** One delivery. */
  const started = async (): Promise<string> => {
    const callSid = await opened();
    await ledger().move(callSid, 'in_progress');
    return callSid;
  };
  const standing = async () =>
    (await queue.list({})).map(({ status, attempts, responseStatus }) => ({ status, attempts, responseStatus }));
  const settled = () => waitFor(async () => (await standing()).every(({ status }) => status === 'sent'), 20_000);

  it('reach one receiver while another takes all that it can get and never answers', async () => {
    const silent = new Receiver();
    await silent.listen();
    const urls = [silent.url, receiver.url];
    try {
      silent.answers.push(...Array.from({ length: 100 }, () => () => undefined));
      await queue.setEndpoints([silent.url]);
      for (let n = 0; n < 10; n += 1) await started();
      send([OLD], urls, 1, 30_000);
      // As many as are sent to one address at a time: more is due for it, and nothing for the other.
      await waitFor(() => silent.seen.length === 4, 20_000);
      await waitFor(async () => (await database.prisma.webhookEndpoint.count()) === 2, 20_000);
      const calls = [await started(), await started()];
      await waitFor(() => receiver.seen.length === calls.length, 20_000);
      expect(new Set(receiver.seen.map(({ event }) => event.data['call_sid']))).toEqual(new Set(calls));
      expect(silent.seen.length).toBe(4);
    } finally {
      await silent.stop();
      await queue.setEndpoints([receiver.url]);
    }
  });

  it('tell what happened to a call, signed for the old secret and the new one', async () => {
    const callSid = await started();
    const tool = { toolCallId: 't1', name: 'query_transactions' };
    const row = { type: 'event', callSid, at: new Date().toISOString() } as const;
    await new SqlCallStore(database).write([
      { ...row, id: randomUUID(), kind: 'tool.started', tool: { ...tool, arguments: { client_id: 5001 } } },
      { ...row, id: randomUUID(), kind: 'tool.finished', tool: { ...tool, ok: true, durationMs: 12 } },
    ]);
    await ledger().move(callSid, 'completed', { reason: 'client', durationMs: 900 });
    await ledger().move(callSid, 'completed', { reason: 'client', durationMs: 900 });
    send([NEW, OLD]);
    await settled();
    const told = receiver.seen.toSorted((a, b) => a.event.type.localeCompare(b.event.type));
    expect(told.map(({ event }) => event.type)).toEqual(['call.ended', 'call.started', 'tool.ran', 'transcript.ready']);
    expect(told[0]?.event.data).toMatchObject({
      call_sid: callSid,
      user: 'ann',
      status: 'completed',
      end_reason: 'client',
      duration_ms: 900,
    });
    expect(told[2]?.event.data).toMatchObject({ name: 'query_transactions', ok: true, duration_ms: 12 });
    expect(JSON.stringify(told)).not.toContain('5001');
    for (const { body, headers } of told) {
      for (const secret of [OLD, NEW]) expect(new Webhook(secret).verify(body, headers)).toEqual(JSON.parse(body));
      expect(() => new Webhook(OLD).verify(`${body} `, headers)).toThrow();
    }
    expect(new Set(told.map(({ id }) => id)).size).toBe(4);
  });

  it('come again with the same id until they are taken: after a fault, a silence, and while nobody is there', async () => {
    await receiver.stop();
    await started();
    send();
    await waitFor(async () => ((await standing())[0]?.attempts ?? 0) >= 1, 20_000);
    receiver.answers.push(fail(500), () => undefined, fail(302, { location: receiver.url }));
    await receiver.listen();
    await settled();
    expect(receiver.seen.length).toBe(4);
    expect(new Set(receiver.seen.map(({ id }) => id)).size).toBe(1);
    expect(await standing()).toMatchObject([{ status: 'sent', responseStatus: 204 }]);
  });

  it('are given up after eight tries', async () => {
    await started();
    receiver.answers.push(...Array.from({ length: 9 }, () => fail(503)));
    send([OLD], [receiver.url], 0);
    await waitFor(async () => (await standing())[0]?.status === 'failed', 20_000);
    expect(await standing()).toEqual([{ status: 'failed', attempts: 8, responseStatus: 503 }]);
    expect(receiver.seen.length).toBe(8);
  });

  it('are given up at 410, and are sent again by hand', async () => {
    await started();
    receiver.answers.push(fail(410));
    send();
    await waitFor(async () => (await standing())[0]?.status === 'failed', 20_000);
    expect(await standing()).toEqual([{ status: 'failed', attempts: 1, responseStatus: 410 }]);
    const [delivery] = await queue.list({ status: 'failed' });
    expect(await queue.resend(delivery?.id ?? '')).toBe(true);
    await settled();
    expect(receiver.seen.map(({ id }) => id)).toEqual([delivery?.id, delivery?.id]);
    expect(await queue.resend(randomUUID())).toBe(false);
  });

  it('are sent once by two workers, and by the next when one is gone between claim and send', async () => {
    await Promise.all(Array.from({ length: 10 }, started));
    const dead = await queue.claim('dead', 300, receiver.url);
    send();
    send();
    await settled();
    expect(receiver.seen.length).toBe(10);
    expect(new Set(receiver.seen.map(({ id }) => id)).size).toBe(10);
    expect(receiver.seen.map(({ id }) => id)).toContain(dead?.id);
    expect(await queue.settle(dead?.id ?? '', 'dead', { status: 'sent', responseStatus: 200 })).toBe(false);
  });

  it('go to nobody who is not named any more, and with the call when that is erased', async () => {
    await started();
    await new SqlCallStore(database).eraseCaller('ann');
    expect(await standing()).toEqual([]);
    await database.prisma.erasedOwner.deleteMany();
    await started();
    send([OLD], []);
    await waitFor(async () => (await standing())[0]?.status === 'failed', 20_000);
    expect(receiver.seen).toEqual([]);
    await queue.setEndpoints([receiver.url]);
  });

  it('are listed for admins, who send them again', async () => {
    const app = await startWebhookApp({ WEBHOOK_URLS: receiver.url, WEBHOOK_SECRETS: `${OLD},${NEW}` });
    try {
      const ask = async (path: string, token?: string, method = 'GET') => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const response = await fetch(`${app.http}/v1/admin/webhooks${path}`, { method, headers });
        return {
          status: response.status,
          body: (await response.json()) as { deliveries?: { id: string; status: string }[] },
        };
      };
      const admin = app.token('root', { admin: true });
      expect((await ask('')).status).toBe(401);
      expect((await ask('', app.token('ann'))).status).toBe(403);
      expect((await ask('?status=lost', admin)).status).toBe(400);
      const callSid = randomUUID();
      // The addresses are in the database a moment after the start.
      await waitFor(async () => (await app.database.prisma.webhookEndpoint.count()) === 1, 20_000);
      await app.ledger.open({ callSid, agent: 'julia', direction: 'inbound', channel: 'web' });
      await app.ledger.move(callSid, 'in_progress');
      // Asked of the database: the route refuses whoever asks 120 times in a minute.
      const sent = { where: { status: 'sent' } };
      await waitFor(async () => (await app.database.prisma.webhookDelivery.count(sent)) === 1, 20_000);
      const list = await ask('?status=sent', admin);
      expect(list).toMatchObject({ status: 200, body: { deliveries: [{ status: 'sent' }] } });
      const [delivery] = list.body.deliveries ?? [];
      expect(delivery).toMatchObject({ callSid, type: 'call.started', url: receiver.url, attempts: 1 });
      expect((await ask(`/${delivery?.id}/resend`, admin, 'POST')).status).toBe(202);
      expect((await ask(`/${delivery?.id}/resend`, app.token('ann'), 'POST')).status).toBe(403);
      await waitFor(async () => receiver.seen.length === 2, 20_000);
      for (const id of [randomUUID(), 'x']) expect((await ask(`/${id}/resend`, admin, 'POST')).status).toBe(404);
    } finally {
      await app.close();
    }
  }, 120_000);
});
