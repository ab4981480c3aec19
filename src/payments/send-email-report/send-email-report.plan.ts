// How callers ask for a report by e-mail, and how it is told: for the keyless planner.
import { z } from 'zod';
import type { ToolPlan } from '../../llm/plan.port.js';
import { plain, sayCount, sayList } from '../../spoken/say.js';
import { count, measure, order } from '../planner/measures.js';
import { sayDoubt, sayParts } from '../planner/say-parts.js';
import { ASK_CLIENT, email, SELECTION } from '../planner/slots.js';
import { mailChart, mailFile } from './mail-slots.js';

/** See deliveries.ts. */
const Data = z.object({
  sent: z.array(z.string()).default([]),
  note: z.string().default(''),
  client_id: z.number().optional(),
  count: z.number().optional(),
});

export const sendEmailReportPlan: ToolPlan = {
  tool: 'send_email_report',
  ability: 'send them by e-mail',
  unable: 'send e-mail',
  slots: [...SELECTION, email, mailFile, mailChart, order, count],
  ignores: [measure],
  ask: {
    client: ASK_CLIENT,
    email: [
      'Which e-mail address should I send it to?',
      'I am sorry, I did not catch the address. Please spell it letter by letter, like j, o, h, n, at example dot com.',
    ],
  },
  ownWeight: 2,
  details: {
    '#client': 3,
    '#owner': 3,
    '#email': 4,
    '#date': 1,
    '#category': 1,
    '#amount': 1,
    '#direction': 1,
    '#order': 2,
    '#count': 1,
    '#file': 1,
    '#picture': 1,
  },
  cues: [
    [2, 'send|sends|sending|sent|scent|forward|mail|mailed|email|emailed'],
    [
      1,
      'it|that|those|them|this|these|all',
      'report*|transaction|transactions|list|statement|summary|spending|results',
    ],
    [3, 'send|email|mail|forward me|us|him|her'],
    [1, 'an email', 'to #email', 'email to'],
    [3, '#email'],
    [1, 'address #email', 'address is #email', '#email is the|my|his|her|their address'],
    [3, '^|please|kindly|you|and|then|just send|mail|email|forward'],
  ],
  leftOut: (parts) => `I can't take ${sayParts(parts)} into account in a report, so that is left out.`,
  doubt: sayDoubt,
  declined: ['Okay, I will not send it.', 'All right, I have not sent anything. Just ask again when you want it sent.'],
  say(data) {
    const report = Data.safeParse(data).data;
    if (report === undefined || (report.sent.length === 0 && report.note === '')) return undefined;
    const what = report.count === undefined ? 'the report' : sayCount(report.count, 'transaction');
    const whose = report.client_id === undefined ? '' : ` of client ${report.client_id}`;
    const to = sayList(report.sent.map((address) => plain(address, 254)));
    return [to === '' ? '' : `Done. I have sent ${what}${whose} to ${to}.`, plain(report.note, 1000)]
      .filter((part) => part !== '')
      .join(' ');
  },
};
