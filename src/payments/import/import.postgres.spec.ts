import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openTestDatabase } from '../../../test/support/database.js';
import { describeWithPostgres, PostgresServer } from '../../../test/support/postgres-server.js';
import type { Database } from '../../database/database.js';
import { importCommand } from './import-command.js';

// The command but for its first and last line, on files shaped like those of other programs.

describeWithPostgres()('npm run data -- import', () => {
  let server: PostgresServer;
  let database: Database;
  let folder: string;

  beforeAll(async () => {
    server = await PostgresServer.create();
    database = await openTestDatabase({ url: server.url(), seed: false });
    folder = mkdtempSync(join(tmpdir(), 'parley-import-'));
  }, 60_000);
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await database.close();
    await server.destroy();
  });
  beforeEach(async () => {
    await database.prisma.$executeRaw`truncate public.clients cascade`;
    await database.prisma.client.createMany({
      data: [
        { id: 5001, ownerId: 'ann', name: 'Ada Park', currency: 'EUR' },
        { id: 5002, ownerId: 'ben', name: 'Bo Lee', currency: 'USD' },
      ],
    });
  });

  /** Imports a file of this content; says what was printed and the exit code. */
  async function run(content: string | Buffer, ...args: string[]) {
    const file = join(folder, 'file.csv');
    writeFileSync(file, content);
    const lines: string[] = [];
    const command = importCommand(['import', file, ...args]);
    const code = await command?.(database.prisma, (line) => lines.push(line)).catch((error: unknown) => {
      lines.push((error as Error).message);
      return 1;
    });
    return { code, lines, text: lines.join('\n') };
  }
  const rows = async () =>
    (await database.prisma.transaction.findMany({ orderBy: { id: 'asc' } })).map(
      ({ clientId, bookedOn, description, category, amount }) =>
        `${clientId} ${bookedOn.toISOString().slice(0, 10)} ${description} | ${category} ${amount.toString()}`,
    );

  const PLAIN = `reference,client_id,booked_on,description,category,amount
a,5001,2026-11-25,Corner Grocer,groceries,44.55
b,5002,2026-11-26,Harbor Hotel,travel,-1234.5
`;

  it('imports rows once, however often, and changes what the file says otherwise', async () => {
    const first = await run(PLAIN);
    expect(first).toMatchObject({ code: 0 });
    expect(first.lines.at(-1)).toBe('Imported: 2 new, 0 changed, 0 as they were, 0 bad.');
    expect((await run(PLAIN)).lines.at(-1)).toBe('Imported: 0 new, 0 changed, 2 as they were, 0 bad.');
    const changed = await run(PLAIN.replace('44.55', '44.56'));
    expect(changed.lines.at(-1)).toBe('Imported: 0 new, 1 changed, 1 as they were, 0 bad.');
    expect(await rows()).toEqual([
      '5001 2026-11-25 Corner Grocer | groceries 44.56',
      '5002 2026-11-26 Harbor Hotel | travel -1234.5',
    ]);
    const sums = await database.prisma.transactionDay.findMany({
      select: { total: true },
      orderBy: { bookedOn: 'asc' },
    });
    expect(sums.map(({ total }) => total.toString())).toEqual(['44.56', '-1234.5']);
  });

  it('changes nothing in a dry run, and says what it would', async () => {
    const { code, lines } = await run(PLAIN, '--dry-run');
    expect({ code, last: lines.at(-1) }).toEqual({
      code: 0,
      last: 'Nothing was changed: 2 new, 0 changed, 0 as they were, 0 bad.',
    });
    expect(await rows()).toEqual([]);
  });

  it('imports clients for an owner, and never takes somebody else’s', async () => {
    const file = 'Client ID,Name,E-Mail,Currency\n5001,Ada Park-Lee,ada@example.com,eur\n5003,Cy Young,,\n';
    expect((await run(file)).lines.slice(0, 2)).toEqual([
      'line 2, owner: is empty: say whose clients these are with --owner USER.',
      'line 3, owner: is empty: say whose clients these are with --owner USER.',
    ]);
    expect((await run(file, '--owner', 'ben')).lines[0]).toBe(
      'line 2, id: client 5001 is another user’s: import with that user as --owner, or take it out.',
    );
    expect((await run(file, '--owner', 'ann')).lines.at(-1)).toBe('Imported: 1 new, 1 changed, 0 as they were, 0 bad.');
    expect(await database.prisma.client.findMany({ where: { ownerId: 'ann' }, orderBy: { id: 'asc' } })).toMatchObject([
      { id: 5001, name: 'Ada Park-Lee', email: 'ada@example.com', currency: 'EUR' },
      { id: 5003, name: 'Cy Young', email: null, currency: 'USD' },
    ]);
  });

  it('has one line for each thing that is wrong, and imports nothing then', async () => {
    const { code, lines } = await run(
      `reference,client_id,booked_on,description,category,amount,currency
a,5001,2026-11-25,"two
lines",groceries,44.55,EUR
b,5001,03/04/2026,x,y,"1,234",EUR
a,5001,2026-11-25,x,y,1,EUR
c,9,2026-11-25,x,y,1,EUR
d,5001,2026-11-25,x,y,1,USD
e,5001,2026-11-25,x,y,1
f,five,2026-02-30,,y,one,Euro
g,5001,2026-11-25,fine,y,1,EUR

h,5001,2026-11-25,too,many,1,EUR,cells
`,
    );
    expect(code).toBe(1);
    expect(lines).toEqual([
      'line 4, booked_on: "03/04/2026" could be two days: add --dates dmy or --dates mdy (the order of day, month, year).',
      'line 4, amount: "1,234" could be 1234 or 1.234: add --decimal point or --decimal comma.',
      'line 8: has 6 cells where the header has 7: a text with the delimiter or a line break in it needs quotes.',
      'line 9, client_id: "five" is not a client’s number: a whole number that callers can say, such as 5001.',
      'line 9, booked_on: "2026-02-30" is no day of the calendar.',
      'line 9, description: is empty, and must not be.',
      'line 9, amount: "one" is not an amount: write it as 1234.56.',
      'line 9, currency: "Euro" is not a currency: a code such as EUR.',
      'line 12: has 8 cells where the header has 7: a text with the delimiter or a line break in it needs quotes.',
      'line 5, reference: "a" is in line 2 already: take one of them out.',
      'line 6, client_id: there is no client 9: import clients first, or correct the number.',
      'line 7, currency: is USD, and client 5001 has transactions in EUR: convert it.',
      expect.stringMatching(/^9 transactions: reference from "reference", /) as string,
      'Nothing was changed: 2 new, 0 changed, 0 as they were, 7 bad.',
      'Mend the bad rows, or add --skip-bad to import the others.',
    ]);
    expect(await rows()).toEqual([]);
  });

  it('imports the good rows beside bad ones when that is asked for', async () => {
    const { code, lines } = await run(`${PLAIN}c,1,2026-11-25,x,y,1\n`, '--skip-bad');
    expect({ code, last: lines.at(-1) }).toEqual({
      code: 1,
      last: 'Imported: 2 new, 0 changed, 0 as they were, 1 bad.',
    });
    expect(await rows()).toHaveLength(2);
  });

  it('gives nobody a transaction that another client has, nor to another user’s client', async () => {
    await run(PLAIN);
    const moved = await run(PLAIN.replace('a,5001', 'a,5002'));
    expect(moved.lines[0]).toBe('line 2, reference: "a" is a transaction of client 5001 already.');
    const others = await run(PLAIN.replaceAll('\nb', '\nc'), '--owner', 'ann');
    expect(others.lines[0]).toMatch(/^line 3, client_id: client 5002 is another user’s/);
  });

  it('reads Excel’s: a mark, semicolons, CRLF, its own line for the delimiter, UTF-16', async () => {
    const german =
      'Referenz;Kundennummer;Datum;Beschreibung;Kategorie;Betrag\r\nx1;5001;25.11.2026;Café;Essen;1.234,56\r\n';
    const args = ['--column', 'description=Beschreibung'];
    const expected = ['5001 2026-11-25 Café | Essen 1234.56'];
    for (const content of [
      `\ufeff${german}`,
      `sep=;\r\n${german}`,
      Buffer.from(`\ufeff${german.replaceAll(';', '\t')}`, 'utf16le'),
    ]) {
      expect(await run(content, ...args)).toMatchObject({ code: 0 });
      expect(await rows()).toEqual(expected);
    }
    const latin = await run(Buffer.from(german, 'latin1'), ...args);
    expect(latin.text).toMatch(/not UTF-8\. Save it as "CSV UTF-8", or .* --encoding windows-1252/);
    expect(await run(Buffer.from(german, 'latin1'), ...args, '--encoding', 'windows-1252')).toMatchObject({ code: 0 });
    expect(await rows()).toEqual(expected);
  });

  it('reads a German bank’s: no reference, no client, money spent with a minus', async () => {
    const bank = `"Auftragskonto";"Buchungstag";"Valutadatum";"Buchungstext";"Verwendungszweck";"Beguenstigter/Zahlungspflichtiger";"Betrag";"Waehrung";"Info"
"DE00";"25.11.26";"25.11.26";"FOLGELASTSCHRIFT";"Miete ""Nord"", November";"Haus GmbH";"-1.250,00";"EUR";"Umsatz gebucht"
"DE00";"24.11.26";"24.11.26";"KARTENZAHLUNG";"REWE SAGT DANKE";"REWE";"-9,99";"EUR";"Umsatz gebucht"
`;
    expect((await run(bank)).text).toMatch(
      /There is no column for client_id of transactions; .* --set client_id=VALUE for all rows/,
    );
    const set = ['--set', 'client_id=5001', '--column', 'description=Beguenstigter/Zahlungspflichtiger'];
    expect((await run(bank, ...set, '--dry-run')).text).toMatch(/All amounts are below zero, .* add --negate/);
    const { code, text } = await run(bank, ...set, '--negate');
    expect(code).toBe(0);
    expect(text).toMatch(/rows are known again by this file and their line/);
    expect(await rows()).toEqual([
      '5001 2026-11-25 Haus GmbH | FOLGELASTSCHRIFT 1250',
      '5001 2026-11-24 REWE | KARTENZAHLUNG 9.99',
    ]);
    expect((await run(bank, ...set, '--negate')).lines.at(-2)).toMatch(/0 new, 0 changed, 2 as they were/);
  });

  it('reads Stripe’s balance history', async () => {
    const stripe = `id,Type,Source,Amount,Fee,Net,Currency,Created (UTC),Available On (UTC),Description
txn_1,charge,ch_1,"1,050.00",30.75,1019.25,usd,2026-11-24 23:59,2026-11-26 00:00,"Order 7, shoes"
txn_2,refund,re_1,-20.00,0.00,-20.00,usd,2026-11-25 08:00,2026-11-25 00:00,REFUND FOR CHARGE (Order 7)
`;
    expect(await run(stripe, '--set', 'client_id=5002')).toMatchObject({ code: 0 });
    expect(await rows()).toEqual([
      '5002 2026-11-24 Order 7, shoes | charge 1050',
      '5002 2026-11-25 REFUND FOR CHARGE (Order 7) | refund -20',
    ]);
  });

  it.each<[what: string, content: string | Buffer, says: RegExp]>([
    ['nothing', '', /The file is empty/],
    ['a header that says nothing', 'a,b\n1,2\n', /neither clients nor transactions: "a", "b"\. Add --table/],
    ['a quote that is never closed', `${PLAIN}c,5001,2026-11-25,"x,y,1\n`, /line \d+: a quote .* never closed/],
    ['a spreadsheet', Buffer.from('PK\x03\x04....'), /is a spreadsheet \(\.xlsx\), not CSV/],
    ['a cell of two megabytes', PLAIN.replace('Corner', 'x'.repeat(2 << 20)), /never closed|longer than/],
    ['NUL', PLAIN.replace('Corner', 'a\0b'), /line 2, description: holds a NUL character/],
    ['SQL', PLAIN.replace('44.55', `'; drop table clients; --`), /line 2, amount: .* is not an amount/],
    ['what a spreadsheet has shortened', PLAIN.replace('\na,', '\n1.23E+15,'), /line 2, reference: .* was shortened/],
  ])('refuses %s in words', async (_what, content, says) => {
    const { code, text } = await run(content);
    expect(code).toBe(1);
    expect(text).toMatch(says);
    expect(await rows()).toEqual([]);
  });

  it('says what is wrong with its arguments', async () => {
    expect((await run(PLAIN, '--set', 'colour=red')).text).toMatch(
      /transactions have no "colour": only reference, client_id/,
    );
    expect((await run(PLAIN, '--column', 'amount=Total')).text).toMatch(/There is no column "Total"/);
    expect(() => importCommand(['import'])).toThrow(/^Usage/);
    expect(() => importCommand(['import', 'x', '--dates', 'abc'])).toThrow(/^--dates: /);
    expect(() => importCommand(['import', 'x', '--nonsense'])).toThrow(/nonsense/);
    expect(() => importCommand(['import', 'x', '--set', 'a'])).toThrow(/is not FIELD=VALUE/);
    expect(importCommand(['--help'])).toBeUndefined();
    const command = importCommand(['import', join(folder, 'none.csv')]);
    await expect(command?.(database.prisma, () => undefined)).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  it('goes on through many batches, and counts what it does not print', async () => {
    const many = Array.from(
      { length: 5_000 },
      (_, n) => `m${n},${n % 10 === 0 ? 9 : 5001},2026-11-25,Shop ${n},x,1.00`,
    );
    const { lines } = await run(
      `reference,client_id,booked_on,description,category,amount\n${many.join('\n')}\n`,
      '--skip-bad',
    );
    expect(lines).toHaveLength(200 + 3);
    expect(lines[200]).toBe('and 300 more.');
    expect(lines.at(-1)).toBe('Imported: 4500 new, 0 changed, 0 as they were, 500 bad.');
  });
});
