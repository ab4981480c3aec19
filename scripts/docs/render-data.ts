import { dataPlan } from '../../src/config/data-plan.js';
import type { DataPlan, DataSettings } from '../../src/config/data-plan.js';

const DATABASE = { empty: undefined, '`memory://`': 'memory://', '`postgresql://…`': 'postgresql://host/parley' };
const SEVERAL = 4;

const ROWS = { memory: 'in memory', embedded: 'in the embedded database', postgres: 'in PostgreSQL' } as const;
const BUSINESS = { ...ROWS, supabase: 'on Supabase' } as const;
const RESUME: Readonly<Record<DataPlan['resume'], string>> = {
  'this process': 'while its process lives',
  'any worker': 'on any worker, also after a kill',
  off: 'no: the call ends with its socket',
};

const HEADER = `# Data

Made from \`src/config/data-plan.ts\` by \`npm run docs\`; a test compares the two, and \`test/e2e/data-plans.spec.ts\` runs rows of it with workers of a real PM2: every two of workers, Supabase and Redis.

Two ports hold all rows:

- **BusinessData** is what tools read, under the caller’s own rights (row-level security): clients, transactions, documents. It is asked of Supabase with the caller’s own token when \`SUPABASE_URL\` is set, else of the server’s own database.
- **CallStore** is what calls leave behind: their records, what tools made for callers, and which side effects have been done; beside it the queue and the record of mails ([mail.md](mail.md)). Both are always in the server’s own database, \`DATABASE_URL\`, so that all workers see it. With Supabase set \`DATABASE_URL\` to the connection string of the project’s PostgreSQL (direct, or through the session pooler: migrations take a lock that the transaction pooler does not keep), and all are in one place.

The embedded database belongs to one process and is never opened by several workers. A worker knows that it is one of several from PM2 (\`NODE_APP_INSTANCE\`, \`instances\`), or from \`STREAM_WORKERS\` where something else starts them. \`ecosystem.config.js\` asks the same code how many to start: \`WEB_CONCURRENCY\`, else one a core where the data can be shared, else one.

With Redis all workers count together: handshakes and requests of a user and of an address, and a user’s sessions (a killed worker’s places are free after 30 s). \`STREAM_MAX_SESSIONS\`, and whatever is counted by the second, are each worker’s own. Without Redis, and while it is away, slow or full, each worker counts for itself; it goes on from what it has let in, and Redis hears of its sessions when it answers again.

A call whose worker was killed and whose client did not come back gets an end all the same: its record ends as \`abandoned\`, once, with the duration until its worker was last heard of. Where there is a \`REDIS_URL\`, some worker finds it about half a minute after its client could last have come back. Where there is none, calls end with their process, and whoever takes over its queue ends them. Another end that comes later, from the disk of the killed worker for example, replaces this one.

The embedded database runs in a thread of its own, which is started again when it dies (out of memory, a fault in WebAssembly): at once, and if that fails after 1 s and up to 15 s. What it was doing is refused as by a server whose connection broke, what is asked meanwhile waits for up to 5 s, and records wait in their queue. Its files are kept, as after a power cut. With \`memory://\` there are none: an empty database takes its place, the log has an error, and \`/health\` says \`"database": "emptied"\` until the process is started again; \`"away"\` is said while it opens.

Records wait in \`PARLEY_DATA_DIR/call-records\` until the database has them. The queue of a process that is gone is taken over by the next one that starts there or runs there, on the same host at once or within a minute, on another host (a container has a new name each time) when nothing was heard of it for three minutes. A disk that is full stops nothing: what it refuses goes to the database from memory (8 MB at most). At exit everything that waits is stored, for 5 s at most, and the log says how many records are lost, if any, or how many bytes wait for the next start.

## Sums of transactions

\`transaction_days\` and \`transaction_months\` hold what the transactions of a client come to on a day and in a month, by category and direction: count, total, smallest and largest amount. Triggers on \`transactions\` keep them, whoever writes there and however (insert, update, delete, truncate, a client that gets another number); nobody else may write them, and a caller reads those of his own clients. \`report_transactions\` puts a period together from whole months and the days before and after them, so that a total over years of a busy client reads some hundred rows; it reads the transactions themselves where a merchant or an amount is asked for, and for the rows that it lists. Whoever loads rows in bulk with the triggers off (\`session_replication_role = replica\`, \`disable trigger\`) has to fill both tables afterwards, as the migrations \`transaction_days\` and \`transaction_months\` do.

## What serves what

`;

/** The text of `docs/data.md`: every combination of the settings, and what it comes to. */
export function renderData(): string {
  const lines: string[] = [];
  const rows = combinations().map(({ name, settings }) => {
    const planned = dataPlan(settings);
    const supabase = settings.SUPABASE_URL === undefined ? '' : 'set';
    const redis = settings.REDIS_URL === undefined ? '' : 'set';
    const workers = settings.workers === 1 ? '1' : 'several';
    const key = [name, supabase, redis, workers];
    if ('problem' in planned) return [...key, `**stops**, line ${numberOf(planned.problem, lines)}`, '', '', ''];
    const { business, calls, resume, notes } = planned.plan;
    const noted = notes.map((note) => `line ${numberOf(note, lines)}`).join(', ');
    return [...key, BUSINESS[business], ROWS[calls], RESUME[resume], noted];
  });
  const head = ['DATABASE_URL', 'SUPABASE_URL', 'REDIS_URL', 'workers'];
  const table = [[...head, 'tools read', 'calls are kept', 'a call can be resumed', 'the log says'], ...rows];
  return `${HEADER}${markdownTable(table)}\nThe lines, with ${SEVERAL} workers:\n\n${lines
    .map((line, index) => `${index + 1}. ${line}`)
    .join('\n')}\n`;
}

function combinations(): { name: string; settings: DataSettings }[] {
  return [1, SEVERAL].flatMap((workers) =>
    Object.entries(DATABASE).flatMap(([name, database]) =>
      [undefined, 'https://project.supabase.co'].flatMap((supabase) =>
        [undefined, 'redis://host'].map((redis) => ({
          name,
          settings: { DATABASE_URL: database, SUPABASE_URL: supabase, REDIS_URL: redis, workers },
        })),
      ),
    ),
  );
}

/** The place of a line in the list, from 1; a new one is added. */
function numberOf(line: string, lines: string[]): number {
  if (!lines.includes(line)) lines.push(line);
  return lines.indexOf(line) + 1;
}

/** As prettier sets it. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0), 3));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return `${[line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n')}\n`;
}
