import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { MailCatcher } from './mail-catcher.js';
import { headerOf, plainTextOf } from './mime.js';

let folder: string;
let catcher: MailCatcher;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-mail-'));
  catcher = await MailCatcher.start(folder);
});

afterEach(async () => {
  await catcher.stop();
  await rm(folder, { recursive: true });
});

const LONG = `${'A line that is much longer than the seventy-six characters of an encoded one: €'.repeat(3)}.`;
const TEXT = `Zürich\n  2026-03-01  $1,450.00  Oakwood = Properties (rent)\n${LONG}`;

async function send(to: string, text = TEXT): Promise<void> {
  const transport = createTransport(catcher.url);
  try {
    await transport.sendMail({
      from: 'Julia <julia@parley.invalid>',
      to,
      subject: 'Transactions of client 5001, which is a subject that is folded over more than one line',
      text,
      html: '<p>other</p>',
    });
  } finally {
    transport.close();
  }
}

it('keeps what a mailer sends, for whom, and as a file', async () => {
  const waiting = catcher.mailTo('john@example.com', 5000);
  await send('other@example.com');
  await send('john@example.com');
  const mail = await waiting;
  expect(catcher.mails).toHaveLength(2);
  expect(mail).toMatchObject({ from: 'julia@parley.invalid', recipients: ['john@example.com'] });
  expect(await readFile(mail?.file ?? '')).toEqual(mail?.raw);
  expect(headerOf(mail?.raw ?? Buffer.alloc(0), 'Subject')).toBe(
    'Transactions of client 5001, which is a subject that is folded over more than one line',
  );
  expect(
    plainTextOf(mail?.raw ?? Buffer.alloc(0))
      .trimEnd()
      .replaceAll('\r\n', '\n'),
  ).toBe(TEXT);
});

it('says when no mail came', async () => {
  expect(await catcher.mailTo('john@example.com', 30)).toBeUndefined();
});

it('refuses a message beyond its bound', async () => {
  await expect(send('john@example.com', 'x'.repeat(6_000_000))).rejects.toMatchObject({ responseCode: 552 });
  expect(catcher.mails).toEqual([]);
});

describe('the text of a mail', () => {
  const mail = (...lines: string[]): Buffer => Buffer.from(lines.join('\r\n'), 'latin1');

  it('is read from base64 in another charset', () => {
    const raw = mail(
      'Content-Type: text/plain; charset="iso-8859-1"',
      'Content-Transfer-Encoding: base64',
      '',
      'Wvxy',
      'aWNo',
    );
    expect(plainTextOf(raw)).toBe(Buffer.from('WvxyaWNo', 'base64').toString('latin1'));
  });

  it('is found inside nested parts, and is empty when there is none', () => {
    const nested = mail(
      'Content-Type: multipart/mixed; boundary=a',
      '',
      'preamble',
      '--a',
      'Content-Type: multipart/alternative; boundary="b"',
      '',
      '--b',
      'Content-Type: text/html',
      '',
      '<p>no</p>',
      '--b',
      'Content-Type: text/plain',
      '',
      'yes',
      '--b--',
      '--a--',
    );
    expect(plainTextOf(nested)).toBe('yes\r');
    expect(plainTextOf(mail('Content-Type: text/html', '', '<p>no</p>'))).toBe('');
  });
});
