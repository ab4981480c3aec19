import { createHash } from 'node:crypto';
import type { CallSummary, RecordedCall, RecordedSummary } from '../database/calls/call-history.port.js';
import type { RecordingRow } from '../database/recordings/recording-book.port.js';

/** The version of the format that is written: draft-ietf-vcon-vcon-core-00. */
export const VCON_VERSION = '0.3.0';

/** What a draft names of a talk that never came about (section 4.3.9). */
const DISPOSITIONS: Readonly<Partial<Record<CallSummary['status'], string>>> = {
  busy: 'busy',
  no_answer: 'no-answer',
  canceled: 'hung-up',
};

const USER = 0;
const AGENT = 1;
const PERSON = 2;

/** A recording, and where whoever has the report gets it. */
export interface LinkedRecording extends RecordingRow {
  readonly url: string;
}

/**
 * A call as a vCon: its parties, what was said as text dialogs, its recording as one more by address, the rest (status, tools,
 * trail, usage, what was heard) as an attachment in JSON. Unsigned.
 */
export function asVcon({ summary: written, ...call }: RecordedCall, recording?: LinkedRecording): object {
  const { transcript, tools, events, externalIds, ...summary } = call;
  const hasPerson = transcript.some(({ speaker }) => speaker === 'person');
  const { direction, from, to } = summary;
  const [users, agents] = direction === 'outbound' ? [to, from] : [from, to];
  return {
    vcon: VCON_VERSION,
    uuid: uuidOf(summary.callSid),
    created_at: summary.startedAt,
    ...(summary.endedAt === null ? {} : { updated_at: summary.endedAt }),
    subject: `Call with ${summary.agent}`,
    parties: [
      { ...address(users), ...(summary.user === null ? {} : { name: summary.user }), role: 'user' },
      { ...address(agents), name: summary.agent, role: 'agent' },
      ...(hasPerson ? [{ role: 'person' }] : []),
    ],
    dialog: [
      ...(transcript.length === 0
        ? incomplete(summary)
        : transcript.map(({ speaker, text, startedAt, endedAt }) => ({
            type: 'text',
            start: startedAt,
            ...(endedAt === null ? {} : { duration: (endedAt.getTime() - startedAt.getTime()) / 1000 }),
            parties: hasPerson ? [USER, AGENT, PERSON] : [USER, AGENT],
            originator: { user: USER, agent: AGENT, person: PERSON }[speaker],
            mediatype: 'text/plain',
            body: text,
            encoding: 'none',
          }))),
      ...(recording === undefined ? [] : [recordingOf(recording)]),
    ],
    analysis: analysesOf(written, transcript.length),
    attachments: [
      {
        type: 'parley-call',
        start: summary.startedAt,
        party: AGENT,
        mediatype: 'application/json',
        body: JSON.stringify({ ...summary, externalIds, transcript, tools, events }),
        encoding: 'json',
      },
    ],
  };
}

/** Section 4.3: a party for each channel, and the hash of the file, so that nobody takes another for it. */
function recordingOf({ startedAt, durationMs, mediaType, file, url, sha512 }: LinkedRecording): object {
  return {
    type: 'recording',
    start: startedAt,
    duration: durationMs / 1000,
    parties: [USER, AGENT],
    originator: USER,
    mediatype: mediaType,
    filename: file,
    url,
    content_hash: `sha512-${Buffer.from(sha512, 'hex').toString('base64url')}`,
  };
}

/** What was written of the call when it was over, of all that was said in it. */
function analysesOf(summary: RecordedSummary | null, dialogs: number): readonly object[] {
  if (summary === null || summary.text === null) return [];
  const about = {
    ...(dialogs === 0 ? {} : { dialog: Array.from({ length: dialogs }, (_, n) => n) }),
    vendor: 'parley',
    product: summary.model ?? 'rules',
  };
  const { text, outcome } = summary;
  return [
    { type: 'summary', ...about, mediatype: 'text/plain', body: text, encoding: 'none' },
    ...(outcome === null
      ? []
      : [
          {
            type: 'outcome',
            ...about,
            mediatype: 'application/json',
            body: JSON.stringify(outcome),
            encoding: 'json',
          },
        ]),
  ];
}

function incomplete({ status, startedAt }: CallSummary): readonly object[] {
  const talked = status === 'in_progress' || status === 'completed';
  if (talked) return [];
  const disposition = DISPOSITIONS[status] ?? 'failed';
  return [{ type: 'incomplete', start: startedAt, parties: [USER, AGENT], disposition }];
}

function address(party: string | null): { tel?: string; sip?: string } {
  if (party === null) return {};
  return party.startsWith('sip:') ? { sip: party } : { tel: party.replace(/^tel:/, '') };
}

/** The id of a web call is a UUID; of another a UUID is made, always the same one (version 8 of RFC 9562: our own way). */
function uuidOf(callSid: string): string {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(callSid)) return callSid;
  const hex = createHash('sha256').update(callSid).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}
