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
