// Mail through the edge function: the server's own mailer, the function in a real Deno, and Resend's HTTP API with its
// memory for keys. deploy/supabase/functions/send-email-report/handler.test.ts has the function's own tests, run here too.
import { jest } from '@jest/globals';
import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { FunctionMailer } from '../../src/tools/mail/function-mailer.js';
import { MailError } from '../../src/tools/mail/mailer.port.js';
import { freePort } from '../support/free-port.js';
import { waitFor } from '../support/wait-for.js';

jest.setTimeout(120_000);

const FUNCTION = resolve('deploy/supabase/functions/send-email-report');
const DENO = resolve('node_modules/.bin/deno');
const SECRET = 'a secret of the function, long enough';
const MAIL = {
  id: 'key-1',
  to: 'ann@example.com',
  subject: 'Report',
  text: 'Hello',
  html: '<p>Hello</p>',
  attachments: [{ filename: 'rows.csv', mediaType: 'text/csv', base64: 'AAAA' }],
};

/** Resend, with what it remembers of keys (https://resend.com/docs/dashboard/emails/idempotency-keys). */
class Resend {
  /** What went out. */
  readonly mails: unknown[] = [];
  /** From now on: refuses, or takes the mail and breaks the connection. */
  fault: 'busy' | 'cut' | undefined;
  private readonly keys = new Map<string, { readonly body: string; readonly id: string }>();
  private readonly server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const [status, json] = this.answer(String(request.headers['idempotency-key']), body);
      if (this.fault === 'cut') request.socket.destroy();
      else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
    });
  });

  private answer(key: string, body: string): [status: number, json: object] {
    if (this.fault === 'busy') return [429, { name: 'rate_limit_exceeded', message: 'Too many requests' }];
    const known = this.keys.get(key);
    if (known !== undefined && known.body !== body) {
      return [409, { name: 'invalid_idempotent_request', message: 'Another body' }];
    }
    const { id } = known ?? { id: `mail ${this.mails.length + 1}` };
    if (known === undefined) this.mails.push(JSON.parse(body));
    this.keys.set(key, { body, id });
    return [200, { id }];
  }

  async start(): Promise<void> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}

describe('mail through the edge function', () => {
  const resend = new Resend();
  let folder: string;
  let deno: ChildProcess;
  let url: string;
  let env: Record<string, string>;
  /** The packages that are installed here, in place of the ones that Supabase would load. */
  const options = () => ['--no-config', '--no-lock', '--no-check', `--import-map=${join(folder, 'imports.json')}`];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'parley-deno-'));
    const zod = pathToFileURL(resolve('node_modules/zod/index.js')).href;
    writeFileSync(join(folder, 'imports.json'), JSON.stringify({ imports: { zod } }));
    env = { PATH: process.env['PATH'] ?? '', HOME: folder, DENO_DIR: folder, NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' };
    await resend.start();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const settings = { MAIL_FUNCTION_SECRET: SECRET, RESEND_API_KEY: 're_key', RESEND_BASE_URL: resend.url };
    deno = spawn(DENO, ['run', ...options(), '--allow-net', '--allow-env', join(FUNCTION, 'index.ts')], {
      env: { ...env, ...settings, PORT: String(port) },
      stdio: ['ignore', 'ignore', 'inherit'],
      // npm's `deno` is a script that starts the real one: they are ended together.
      detached: true,
    });
    const answers = () =>
      fetch(url)
        .then((response) => response.status === 405)
        .catch(() => false);
    await waitFor(answers, 60_000);
  });
  beforeEach(() => {
    resend.fault = undefined;
    resend.mails.length = 0;
  });
  afterAll(async () => {
    const gone = once(deno, 'exit');
    if (deno.pid !== undefined) process.kill(-deno.pid, 'SIGKILL');
    await gone;
    resend.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const mailer = (secret = SECRET, to = url) =>
    new FunctionMailer({ url: to, secret, from: 'Julia <julia@parley.example>', timeoutMs: 10_000 });
  const codeOf = async (sending: Promise<void>): Promise<string> => {
    const error: unknown = await sending.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return error instanceof MailError ? error.code : String(error);
  };

  it('goes out as it is', async () => {
    await mailer().send(MAIL);
    expect(resend.mails).toEqual([
      {
        from: 'Julia <julia@parley.example>',
        to: ['ann@example.com'],
        subject: 'Report',
        text: 'Hello',
        html: '<p>Hello</p>',
        attachments: [{ filename: 'rows.csv', content: 'AAAA', content_type: 'text/csv' }],
        tags: [{ name: 'parley_mail', value: 'key-1' }],
      },
    ]);
  });

  it('goes out once, although it was sent again because nobody had answered', async () => {
    resend.fault = 'cut';
    expect(await codeOf(mailer().send({ ...MAIL, id: 'key-2' }))).toBe('later');
    resend.fault = undefined;
    await mailer().send({ ...MAIL, id: 'key-2' });
    expect(resend.mails).toHaveLength(1);
  });

  it('is refused in words that say whether it helps to try again', async () => {
    expect(await codeOf(mailer('another secret, as long as that one').send({ ...MAIL, id: 'key-3' }))).toBe('login');
    expect(await codeOf(mailer(SECRET, 'http://127.0.0.1:9').send({ ...MAIL, id: 'key-3' }))).toBe('unreachable');
    resend.fault = 'busy';
    expect(await codeOf(mailer().send({ ...MAIL, id: 'key-3' }))).toBe('later');
    expect(resend.mails).toEqual([]);
  });

  it('passes the function’s own tests in Deno', async () => {
    const test = [...options(), '--allow-net=127.0.0.1,localhost', join(FUNCTION, 'handler.test.ts')];
    const { stdout } = await promisify(execFile)(DENO, ['test', ...test], { env });
    expect(stdout).toMatch(/ok \| \d+ passed \| 0 failed/);
  });
});
