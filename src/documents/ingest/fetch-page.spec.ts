import { lookup } from 'node:dns';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchPage, isPublicAddress } from './fetch-page.js';
import type { FetchOptions } from './fetch-page.js';

// Servers of this machine stand for the internet: `allows` lets one loopback address through, and nothing else.
const PUBLIC = '127.0.0.1';

describe('fetching what an admin names', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** Its port. */
  async function serve(answer: RequestListener): Promise<number> {
    const server = createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, resolve));
    return (server.address() as AddressInfo).port;
  }
  const get = (url: string, options: Partial<FetchOptions> = {}) =>
    fetchPage(url, { maxBytes: 10_000, allows: (address) => address === PUBLIC, ...options });

  it('gives the bytes, the media type, and the day of the last change', async () => {
    const port = await serve((_, response) => {
      response.setHeader('last-modified', 'Mon, 04 May 2026 08:00:00 GMT');
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<p>Refunds');
    });
    const page = await get(`http://${PUBLIC}:${port}/refunds`);
    expect(page).toMatchObject({ type: 'text/html; charset=utf-8', updated: '2026-05-04' });
    expect(Buffer.from(page.bytes).toString()).toBe('<p>Refunds');
  });

  it.each([
    ['loopback', '127.0.0.1'],
    ['loopback, the rest of it', '127.9.9.9'],
    ['private', '10.1.2.3'],
    ['private', '172.20.0.1'],
    ['private', '192.168.1.1'],
    ['the metadata of a cloud', '169.254.169.254'],
    ['a carrier’s own', '100.64.0.1'],
    ['unspecified', '0.0.0.0'],
    ['reserved', '240.0.0.1'],
    ['multicast', '224.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['benchmarks', '198.18.0.1'],
    ['loopback of IPv6', '::1'],
    ['unspecified of IPv6', '::'],
    ['link-local of IPv6', 'fe80::1'],
    ['unique local of IPv6', 'fd00:ec2::254'],
    ['an IPv4 address within one of IPv6', '::ffff:127.0.0.1'],
    ['the same in hexadecimal', '::ffff:7f00:1'],
    ['translated to IPv4 (NAT64)', '64:ff9b::7f00:1'],
    ['tunnelled (6to4)', '2002:7f00:1::'],
    ['tunnelled (Teredo)', '2001:0:7f00:1::'],
    ['no address', 'localhost'],
  ])('knows that %s (%s) is not public', (_, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
  it.each(['1.1.1.1', '93.184.215.14', '2606:4700::1111'])('knows that %s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    'http://127.0.0.1:9/',
    'http://2130706433/', // the same as one number
    'http://0x7f.1/', // and in hexadecimal
    'http://0177.0.0.1/', // and in octal
    'http://[::1]/',
    'http://[::ffff:169.254.169.254]/latest/meta-data',
    'http://169.254.169.254/latest/meta-data',
    'http://localhost/',
  ])('does not connect to %s', async (url) => {
    await expect(get(url, { allows: isPublicAddress })).rejects.toMatchObject({
      name: 'DocumentError',
      code: 'bad_address',
      message: expect.stringContaining('private network'),
    });
  });

  it.each([
    ['file:///etc/passwd', /Only http and https/],
    ['ftp://example.com/x', /Only http and https/],
    ['gopher://example.com/x', /Only http and https/],
    ['data:text/plain,hello', /Only http and https/],
    ['http://admin:secret@example.com/', /password/],
    ['not an address', /Only http and https/],
  ])('does not fetch %s', async (url, message) => {
    const failed = get(url);
    await expect(failed).rejects.toMatchObject({ code: 'bad_address', message: expect.stringMatching(message) });
    await expect(failed).rejects.not.toThrow(/secret|passwd/);
  });

  it.each([
    'http://127.0.0.2:8099/',
    'http://[::1]:8099/',
    'http://localhost:8099/',
    'file:///etc/passwd',
    '//169.254.169.254/',
  ])('follows no redirect to %s', async (location) => {
    const port = await serve((_, response) => response.writeHead(302, { location }).end());
    const allows = (address: string) => address === PUBLIC;
    // localhost is what the name server says it is: here another loopback address.
    const resolve: FetchOptions['lookup'] = (_name, _options, done) =>
      done(null, [{ address: '127.0.0.3', family: 4 }]);
    await expect(get(`http://${PUBLIC}:${port}/`, { allows, lookup: resolve })).rejects.toMatchObject({
      code: 'bad_address',
    });
  });

  it('judges a name by the address that it connects to, not by what the name server said before', async () => {
    let asked = 0;
    const port = await serve((_, response) =>
      response.writeHead(302, { location: '/again', connection: 'close' }).end(),
    );
    const rebinding: FetchOptions['lookup'] = (_name, _options, done) => {
      asked += 1;
      done(null, [{ address: asked === 1 ? PUBLIC : '127.0.0.2', family: 4 }]);
    };
    await expect(get(`http://docs.example.com:${port}/`, { lookup: rebinding })).rejects.toMatchObject({
      code: 'bad_address',
      message: expect.stringContaining('docs.example.com'),
    });
    expect(asked).toBe(2);
  });

  it('takes no name with one private address among public ones', async () => {
    const port = await serve((_, response) => response.end('x'));
    const mixed: FetchOptions['lookup'] = (_name, _options, done) =>
      done(null, [
        { address: PUBLIC, family: 4 },
        { address: '10.0.0.1', family: 4 },
      ]);
    await expect(get(`http://docs.example.com:${port}/`, { lookup: mixed })).rejects.toMatchObject({
      code: 'bad_address',
    });
  });

  it('follows redirects between public addresses, but not for ever', async () => {
    const port = await serve((request, response) => {
      const left = Number(request.url?.slice(1));
      if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end();
      else response.writeHead(200, { 'content-type': 'text/plain' }).end('there');
    });
    expect(await get(`http://${PUBLIC}:${port}/5`)).toMatchObject({ url: `http://${PUBLIC}:${port}/0` });
    await expect(get(`http://${PUBLIC}:${port}/6`)).rejects.toThrow(/redirects too often/);
  });

  it('reads no more than it may, however the page is sent', async () => {
    let sent = 0;
    const port = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      const more = () => {
        sent += 1000;
        if (response.write('x'.repeat(1000))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    await expect(get(`http://${PUBLIC}:${port}/`)).rejects.toMatchObject({ code: 'too_large' });
    expect(sent).toBeLessThan(50_000_000);
  });

  it('says what a server answers, and that one does not answer', async () => {
    const port = await serve((request, response) => {
      if (request.url === '/gone') response.writeHead(410).end();
    });
    await expect(get(`http://${PUBLIC}:${port}/gone`)).rejects.toThrow(`${PUBLIC}:${port} answers 410`);
    await expect(get(`http://${PUBLIC}:${port}/hangs`, { timeoutMs: 50 })).rejects.toThrow(/does not answer in time/);
    const free = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    await expect(get(`http://${PUBLIC}:${free}/`)).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is told by the machine’s own name service', async () => {
    await expect(get('http://no-such-host.invalid/', { lookup })).rejects.toMatchObject({ code: 'unreachable' });
  });
});
