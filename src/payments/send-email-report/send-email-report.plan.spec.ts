import { RulesCall } from '../../../test/support/rules-conversation.js';

const NOTHING_SENT = { ok: false, code: 'confirmation_required', message: 'I will send it. Shall I send it?' };

/** The arguments of the mail that a request becomes; undefined when it becomes none. */
async function mailOf(text: string): Promise<unknown> {
  const call = new RulesCall().tool('send_email_report', NOTHING_SENT);
  const { calls } = await call.say(text);
  const mail = calls.find(({ name }) => name === 'send_email_report');
  return mail === undefined ? undefined : JSON.parse(mail.arguments);
}

it.each<[string, object]>([
  [
    'Send the three largest transactions of client 5001 in March to ann@example.com and bob@example.org',
    {
      limit: 3,
      sort: 'largest',
      from: '2026-03-01',
      to: '2026-03-31',
      recipients: ['ann@example.com', 'bob@example.org'],
    },
  ],
  ['Email client 5001 travel transactions to ann@example.com as a csv file', { csv: true, categories: ['travel'] }],
  [
    'Email the transactions of client 5001 as a spreadsheet to ann@example.com',
    { csv: true, recipient: 'ann@example.com' },
  ],
  [
    'Send client 5001 to ann at example dot com with a chart by category',
    { chart_by: 'category', recipient: 'ann@example.com' },
  ],
  ['Mail the report of client 5001 to ann@example.com with the chart and a csv', { chart_by: 'month', csv: true }],
  [
    'Email the groceries of client 5001 to ann@example.com, hang on, use clara@example.com',
    { recipient: 'clara@example.com', categories: ['groceries'] },
  ],
])('understands: %s', async (text, wanted) => {
  expect(await mailOf(text)).toMatchObject({ client_id: 5001, ...wanted });
});

it('takes a chart for the screen for no mail', async () => {
  expect(await mailOf('Show the transactions of client 5001 and a chart')).toBeUndefined();
});

describe('an address that is spelled', () => {
  const NEXT =
    'I am sorry, I did not catch the address. Please spell it letter by letter, like j, o, h, n, at example dot com.';
  const conversation = async (...turns: readonly string[]) => {
    const call = new RulesCall().tool('send_email_report', NOTHING_SENT);
    let last = { to: undefined as unknown, text: '' };
    for (const turn of turns) {
      const { calls, text } = await call.say(turn);
      const sent = calls.findLast(({ name }) => name === 'send_email_report');
      last = { to: sent && (JSON.parse(sent.arguments) as { recipient?: string }).recipient, text };
    }
    return last;
  };
  const garbled = 'email the transactions of client 5001 that you have male do we have of elena at example dot org';

  it('is asked for where only its end was understood, and nothing is sent to a part of it', async () => {
    expect(await conversation(garbled)).toEqual({ to: undefined, text: NEXT });
    expect((await conversation('email client 5001 to joe@example.com', garbled)).to).toBeUndefined();
    expect((await conversation(`${garbled} and to joe@example.com`)).to).toBeUndefined();
  });

  it.each([
    't a r a dot q u i l l at example dot com',
    'it is t a r a dot q u i double l at example dot com',
    'tango alpha romeo alpha dot quill at example dot com',
    't as in tango, a, r for romeo, a, dot quill at example dot com',
  ])('is understood: "%s"', async (answer) => {
    expect((await conversation('email the transactions of client 5001', answer)).to).toBe('tara.quill@example.com');
    expect((await conversation(garbled, answer)).to).toBe('tara.quill@example.com');
  });

  it.each([
    "no, it's spelled t a r a dot q u i l l at example dot com",
    'no, it is spelled t a r a dot q u i double l',
    'no, t a r a dot q u i l l',
  ])('corrects what was read back: "%s"', async (correction) => {
    const first = 'email the transactions of client 5001 to karen dot cole at example dot com';
    expect((await conversation(first, correction)).to).toBe('tara.quill@example.com');
  });

  it('is none where nobody speaks of a mail', async () => {
    const { text } = await conversation('how much did client 5001 spend at amazon dot com');
    expect(text).not.toBe(NEXT);
  });
});
