import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import type { LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientOptions } from 'ws';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

/** The file that operators install. */
export const SHIPPED = 'deploy/nginx/parley.conf';
const PROGRAM = existsSync('/usr/sbin/nginx') ? '/usr/sbin/nginx' : 'nginx';
/** As in the file. */
export const HOST = 'voice.example.com';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** How a client gets there. */
interface Way extends ClientOptions {
  readonly ca: string;
  readonly localAddress: string;
  readonly lookup: LookupFunction;
}

/** A real nginx on free ports of this machine, with the shipped file, in front of workers. */
export class Nginx {
  private constructor(
    private readonly folder: string,
    private readonly child: ChildProcess,
    readonly port: number,
    readonly plainPort: number,
    private readonly ca: string,
  ) {}

  /** `change` is what an operator changes besides the name, the certificate and the upstreams. */
  static async start(upstreams: readonly number[], change = (file: string) => file): Promise<Nginx> {
    const folder = mkdtempSync(join(tmpdir(), 'parley-nginx-'));
    const [port, plainPort] = [await freePort(), await freePort()];
    const ca = certify(folder);
    const site = change(readFileSync(SHIPPED, 'utf8'));
    writeFileSync(join(folder, 'parley.conf'), placed(site, { folder, port, plainPort, upstreams }));
    writeFileSync(join(folder, 'nginx.conf'), mainFile(folder));
    const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
    const child = spawn(PROGRAM, args, { stdio: 'ignore' });
    const nginx = new Nginx(folder, child, port, plainPort, ca);
    await waitFor(async () => {
      if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}: ${nginx.errors}`);
      return answers(port);
    }, 20_000);
    return nginx;
  }

  /** wss://voice.example.com:port/v1/stream; `tls` leads there. */
  get stream(): string {
    return `wss://${HOST}:${this.port}/v1/stream`;
  }

  /** How its certificate and its name are known to a client, from an address of this machine. */
  tls(localAddress = '127.0.0.1'): Way {
    return { ca: this.ca, localAddress, lookup: here };
  }

  /** One request over TLS, from an address of this machine; `name` is what TLS asks for. */
  ask(
    path: string,
    options: { method?: string; headers?: Record<string, string>; body?: Buffer; from?: string; name?: string } = {},
  ): Promise<Answer> {
    const { method = 'GET', headers = {}, body, from, name = HOST } = options;
    const { ca, lookup, localAddress } = this.tls(from);
    return new Promise((resolve, reject) => {
      const asked = request(
        {
          host: HOST,
          servername: name,
          port: this.port,
          path,
          method,
          headers,
          ca,
          lookup,
          localAddress,
          agent: false,
          timeout: 20_000,
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
          );
          response.on('error', reject);
        },
      );
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.on('error', reject);
      asked.end(body);
    });
  }

  /** The access log, a line each. */
  get accesses(): readonly Record<string, unknown>[] {
    return this.read('access.log')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** All that was written to any log. */
  get written(): string {
    return this.read('access.log') + this.errors;
  }

  get errors(): string {
    return this.read('error.log') + this.read('site.error.log');
  }

  /** As `systemctl reload nginx` does. */
  reload(): void {
    this.child.kill('SIGHUP');
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await gone;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private read(name: string): string {
    const file = join(this.folder, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }
}

/** Every name is this machine's; Node asks for one address or for all. */
const here: LookupFunction = (_host, { all }, found) => {
  if (all === true) found(null, [{ address: '127.0.0.1', family: 4 }]);
  else found(null, '127.0.0.1', 4);
};

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly plainPort: number;
  readonly upstreams: readonly number[];
}

/** The file with ports, folders and upstreams of the test. Throws where the file is not as it was: something was missed then. */
function placed(site: string, { folder, port, plainPort, upstreams }: Place): string {
  const replace = (text: string, what: RegExp, by: string, times: number): string => {
    const found = text.match(what)?.length ?? 0;
    if (found !== times) throw new Error(`${SHIPPED}: ${what} is there ${found} times, not ${times}`);
    return text.replaceAll(what, by);
  };
  let text = site;
  text = replace(text, /^ *listen \[::\]:.*\n/gm, '', 4);
  text = replace(text, /listen 80\b/g, `listen 127.0.0.1:${plainPort}`, 2);
  text = replace(text, /listen 443\b/g, `listen 127.0.0.1:${port}`, 2);
  text = replace(text, /\/etc\/letsencrypt\/live\/voice\.example\.com/g, folder, 2);
  text = replace(text, /\/var\/log\/nginx\/parley\.access\.log/g, join(folder, 'access.log'), 2);
  text = replace(text, /\/var\/log\/nginx\/parley\.error\.log/g, join(folder, 'site.error.log'), 3);
  const [, parameters] = /server 127\.0\.0\.1:\d+ (.*);/.exec(site) ?? [];
  const servers = upstreams.map((at) => `server 127.0.0.1:${at} ${parameters};\n`).join('');
  return replace(text, /(?: *server 127\.0\.0\.1:\d+ .*;\n)+/g, servers, 2);
}

/** What Debian's nginx.conf holds around a site, in a folder of its own. */
const mainFile = (folder: string): string => `
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 512; }
http {
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  access_log off;
  include ${folder}/parley.conf;
}
`;

/** A certificate for HOST that has signed itself, in the folder; returns it (PEM). */
function certify(folder: string): string {
  const [key, cert] = [join(folder, 'privkey.pem'), join(folder, 'fullchain.pem')];
  const subject = ['-subj', `/CN=${HOST}`, '-addext', `subjectAltName=DNS:${HOST}`];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', '-x509', ...kind, ...subject, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return readFileSync(cert, 'utf8');
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
