import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { PrismaClient } from '../../generated/prisma/client.js';
import type { CallStore } from '../../database/calls/call-store.port.js';
import { exportCaller } from '../../database/calls/export-caller.js';
import type { RecordedAudio } from '../../database/calls/export-caller.js';

export const USER_USAGE = `Usage: npm run data -- export-user USER > FILE.json
       npm run data -- erase-user USER --yes
USER is the \`sub\` of the user's token. What calls have left of the user is written as one JSON document, or erased for good.`;

export interface UserCommandDeps {
  readonly prisma: PrismaClient;
  readonly store: Pick<CallStore, 'eraseCaller'>;
  readonly audio: RecordedAudio;
  /** Has what was erased be nowhere on the disk, as far as that is ours to do. */
  readonly purge: () => Promise<void>;
  readonly out: Writable;
}

/** What the arguments ask for, to be run on an open database; undefined where they are none of these, or not whole. */
export function userCommand(args: readonly string[]): ((deps: UserCommandDeps) => Promise<void>) | undefined {
  const [command, userId, yes, ...rest] = args;
  if (userId === undefined || userId === '' || userId.startsWith('-') || rest.length > 0) return undefined;
  if (command === 'export-user' && yes === undefined) {
    return async ({ prisma, audio, out }) => {
      for await (const piece of exportCaller(prisma, userId, audio)) {
        if (!out.write(piece)) await once(out, 'drain');
      }
    };
  }
  if (command === 'erase-user' && yes === '--yes') {
    return async ({ prisma, store, audio, purge, out }) => {
      const own = await prisma.call.findMany({ where: { ownerId: userId }, select: { callSid: true } });
      const { calls, artifacts, mails, sideEffects } = await store.eraseCaller(userId);
      // What lies on other machines their servers delete within a minute: the calls are known as erased.
      const files = await audio.erase(own.map(({ callSid }) => callSid));
      await purge();
      const rows = `${calls} calls, ${artifacts} artifacts, ${mails} mails, ${sideEffects} side effects`;
      out.write(`Erased: ${rows}, ${files} files of recordings.\n`);
    };
  }
  return undefined;
}
