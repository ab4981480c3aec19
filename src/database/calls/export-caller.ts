import type { PrismaClient } from '../../generated/prisma/client.js';

/** Calls, and artifacts, in memory at a time. */
const CALLS_AT_ONCE = 20;
const ARTIFACTS_AT_ONCE = 5;

/** The audio of recordings, wherever it lies. */
export interface RecordedAudio {
  /** A file's bytes in pieces; none when it is not here. */
  read(file: string): AsyncIterable<Uint8Array>;
  /** Deletes the files of these calls; returns how many there were. */
  erase(callSids: readonly string[]): Promise<number>;
}

/**
 * All that calls have left of a user, as the pieces of one JSON document: calls with what was said and done in them, files
 * that tools made and recordings (base64), mails, side effects. Read with the server's rights, a bounded number of rows at a time.
 */
export async function* exportCaller(
  prisma: PrismaClient,
  userId: string,
  audio: Pick<RecordedAudio, 'read'>,
): AsyncGenerator<string> {
  yield `{"user":${JSON.stringify(userId)},"exportedAt":"${new Date().toISOString()}"`;
  yield* list(
    'calls',
    pagesOf(
      (after) => callsAfter(prisma, userId, after),
      ({ callSid }) => callSid,
      CALLS_AT_ONCE,
    ),
  );
  yield* list(
    'artifacts',
    pagesOf(
      (after) => artifactsAfter(prisma, userId, after),
      ({ name }) => name,
      ARTIFACTS_AT_ONCE,
    ),
  );
  yield* recordings(prisma, userId, audio);
  const [mails, contents, sideEffects] = await Promise.all([
    prisma.outboxMessage.findMany({ where: { ownerId: userId }, orderBy: { createdAt: 'asc' } }),
    prisma.mailContent.findMany({ where: { ownerId: userId }, orderBy: { createdAt: 'asc' } }),
    prisma.sideEffect.findMany({ where: { ownerId: userId }, orderBy: { createdAt: 'asc' } }),
  ]);
  yield `,"mails":${JSON.stringify(mails)},"mailContents":${JSON.stringify(contents)}`;
  yield `,"sideEffects":${JSON.stringify(sideEffects)}}\n`;
}

function callsAfter(prisma: PrismaClient, ownerId: string, after: string) {
  return prisma.call.findMany({
    where: { ownerId, callSid: { gt: after } },
    orderBy: { callSid: 'asc' },
    take: CALLS_AT_ONCE,
    include: {
      externalIds: { orderBy: [{ source: 'asc' }, { id: 'asc' }] },
      transcript: { orderBy: [{ startedAt: 'asc' }, { seq: 'asc' }] },
      tools: { orderBy: { startedAt: 'asc' } },
      events: { orderBy: [{ at: 'asc' }, { seq: 'asc' }] },
      recording: { select: { file: true, mediaType: true, startedAt: true, durationMs: true, sha512: true } },
      summary: { select: { text: true, outcome: true, madeBy: true, model: true, madeAt: true } },
    },
  });
}

/** Hours of audio are never in memory: a file goes out as it is read. */
async function* recordings(
  prisma: PrismaClient,
  ownerId: string,
  audio: Pick<RecordedAudio, 'read'>,
): AsyncGenerator<string> {
  yield ',"recordings":[';
  const pages = pagesOf(
    (after) =>
      prisma.callRecording.findMany({
        where: { call: { ownerId }, callSid: { gt: after } },
        select: { callSid: true, file: true, mediaType: true },
        orderBy: { callSid: 'asc' },
        take: CALLS_AT_ONCE,
      }),
    ({ callSid }) => callSid,
    CALLS_AT_ONCE,
  );
  let between = '';
  for await (const row of pages) {
    yield `${between}${JSON.stringify(row).slice(0, -1)},"base64":"`;
    yield* asBase64(audio.read(row.file));
    yield '"}';
    between = ',';
  }
  yield ']';
}

async function* asBase64(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    // Three bytes make four characters.
    const whole = bytes.length - (bytes.length % 3);
    yield bytes.toString('base64', 0, whole);
    rest = bytes.subarray(whole);
  }
  yield rest.toString('base64');
}

async function artifactsAfter(prisma: PrismaClient, ownerId: string, after: string) {
  const files = await prisma.artifact.findMany({
    where: { ownerId, name: { gt: after } },
    orderBy: { name: 'asc' },
    take: ARTIFACTS_AT_ONCE,
  });
  return files.map(({ bytes, ...file }) => ({ ...file, base64: Buffer.from(bytes).toString('base64') }));
}

/** All rows, page by page, by a key that grows. */
async function* pagesOf<Row>(
  read: (after: string) => Promise<readonly Row[]>,
  keyOf: (row: Row) => string,
  atOnce: number,
): AsyncGenerator<Row> {
  let after = '';
  for (;;) {
    const rows = await read(after);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < atOnce) return;
    after = keyOf(last);
  }
}

async function* list(name: string, rows: AsyncIterable<unknown>): AsyncGenerator<string> {
  yield `,"${name}":[`;
  let between = '';
  for await (const row of rows) {
    yield `${between}${JSON.stringify(row)}`;
    between = ',';
  }
  yield ']';
}
