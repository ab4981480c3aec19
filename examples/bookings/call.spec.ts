// Calls to the restaurant through the whole server: typed, and by voice.
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { placeCall } from '../../client/terminal/call.js';
import { prepareCall } from '../../client/terminal/prepare.js';
import { endSynthesis, synthesize } from '../../scripts/synthetic-caller.js';
import { packageRoot } from '../../src/database/package-root.js';
import { describeWith } from '../../test/support/needs.js';
import { ParleyApp } from '../../test/support/parley-app.js';
import { TextCaller } from '../../test/support/text-caller.js';
import { sayDate } from './say.js';

jest.setTimeout(180_000);

/** Tomorrow, YYYY-MM-DD of this machine's time zone: a day that is another one tomorrow, and open whatever the time is now. */
function tomorrow(): string {
  const day = new Date();
  day.setDate(day.getDate() + 1);
  const part = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${part(day.getMonth() + 1)}-${part(day.getDate())}`;
}

afterAll(endSynthesis);

describeWith(['pocketsphinx'])('a call to the restaurant', () => {
  let app: ParleyApp;
  beforeAll(async () => {
    app = await ParleyApp.start({ env: { PARLEY_BUSINESS: join(packageRoot(), 'examples', 'bookings') } });
  });
  afterAll(() => app.close());

  it('finds a free table, asks for what is missing, and books after a yes', async () => {
    const date = tomorrow();
    const rosa = await TextCaller.call(app);
    expect(rosa.all('response.completed')[0]?.text).toMatch(/this is Rosa of Casa Verde/);
    const free = await rosa.say('Do you have a table for four tomorrow at seven?');
    expect(free.tools).toMatchObject([
      { name: 'check_table', arguments: { date, time: '19:00', guests: 4 }, outcome: { ok: true } },
    ]);
    expect(free.text).toContain(`Yes, there is a table for 4 on ${sayDate(date)} at 7 PM.`);
    expect((await rosa.say('Book it')).text).toBe('In what name shall I book it?');
    const asked = await rosa.say('My name is Moreno');
    expect(asked.tools).toMatchObject([{ name: 'book_table', outcome: { ok: false, code: 'confirmation_required' } }]);
    expect(asked.text).toContain(`I will book a table for 4 on ${sayDate(date)} at 7 PM in the name of Moreno.`);
    const booked = await rosa.say('Yes, please');
    expect(booked.tools).toMatchObject([{ name: 'book_table', outcome: { ok: true } }]);
    expect(booked.text).toContain('Done. You have a table for 4');
    rosa.client.ws.close(1000);
  });

  it('books nothing after a no', async () => {
    const rosa = await TextCaller.call(app);
    await rosa.say('Book a table for two tomorrow at eight in the name of Smith');
    const no = await rosa.say('No');
    expect(no.tools.filter(({ outcome }) => outcome.ok)).toEqual([]);
    expect(no.text).toBe('Okay, I will not book it.');
    rosa.client.ws.close(1000);
  });

  it('takes a booking by voice', async () => {
    const steps = ['Can I book a table for four on Friday at seven', 'My name is Garcia', 'Yes please'].map(
      (text) => ({ kind: 'say', text }) as const,
    );
    const report = await placeCall({
      connection: { url: app.stream, token: app.token() },
      call: await prepareCall(steps, (text) => synthesize(text, 'slt')),
      observers: [],
      timeoutMs: 60_000,
    });
    const told = report.turns.map(({ heard, reply, tools }) => ({
      heard,
      reply,
      tools: tools.map(({ name, ok }) => [name, ok]),
    }));
    expect(told).toEqual([
      expect.objectContaining({ reply: 'In what name shall I book it?' }),
      expect.objectContaining({
        reply: expect.stringMatching(/I will book a table for 4 on Friday, .* at 7 PM in the name of Garcia/),
      }),
      expect.objectContaining({
        reply: expect.stringMatching(/^Done\. You have a table for 4 on Friday/),
        tools: [['book_table', true]],
      }),
    ]);
  });
});
