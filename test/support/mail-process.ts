// A worker that sends what is queued, as a process of its own, which tests kill. Started by e2e/mail-kills.spec.ts.
import { Database } from '../../src/database/database.js';
import { SqlMailQueue } from '../../src/database/mail/sql-mail-queue.js';
import { openMail } from '../../src/tools/mail/open-mail.js';
import { loadConfig } from '../../src/config/load-config.js';

const log = (message: string): void => void process.stderr.write(`${message}\n`);
const config = loadConfig();
const database = await Database.open({
  url: config.DATABASE_URL,
  dataDir: config.PARLEY_DATA_DIR,
  log: { info: log, warn: log },
});
const mail = await openMail(config, new SqlMailQueue(database), log, {
  leaseMs: 1_500,
  pollMs: 200,
  firstRetryMs: 100,
});
if (mail === undefined) throw new Error('nobody delivers mail here');
process.on('message', (accepted: { ownerId: string; key: string; recipients: string[] }) => {
  const content = { text: 'Hello', html: '<p>Hello</p>', attachments: [] };
  void mail.service
    .accept({ ...accepted, callId: 'call', subject: 'Report' }, content)
    .then(() => process.send?.('accepted'));
});
process.send?.('ready');
