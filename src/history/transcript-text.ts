import type { RecordedCall, TranscriptEntry } from '../database/calls/call-history.port.js';

const SPEAKERS = { user: 'Caller', agent: 'Agent', person: 'Person' } as const;

/** A cue whose end nobody has written down stands so long, ms. */
const CUE_MS = 3_000;

/** What was said, a line each: when since the call began, who, what; of a reply that was cut off, what was heard of it. */
export function asText(call: RecordedCall): string {
  const lines = call.transcript.map((entry) => {
    const time = clock(since(call, entry.startedAt)).slice(0, -4);
    return `[${time}] ${SPEAKERS[entry.speaker]}: ${oneLine(spoken(entry))}\n`;
  });
  return lines.join('');
}

/** The same as WebVTT (W3C), with a voice for each speaker. Times count from when the talk began. */
export function asVtt(call: RecordedCall): string {
  const cues = call.transcript.map((entry) => {
    const from = since(call, entry.startedAt);
    const to = entry.endedAt === null ? from + CUE_MS : Math.max(from + 1, since(call, entry.endedAt));
    return `${entry.id}\n${clock(from)} --> ${clock(to)}\n<v ${SPEAKERS[entry.speaker]}>${escaped(spoken(entry))}\n\n`;
  });
  return `WEBVTT\n\n${cues.join('')}`;
}

/** What a reply that was cut off has come to: what was heard, and that it ended there. */
function spoken({ text, heardText }: TranscriptEntry): string {
  if (heardText === null || heardText === text) return text;
  return heardText === '' ? `(not heard: ${text})` : `${heardText} –`;
}

/** ms since the talk began; 0 for what was said before. */
const since = ({ answeredAt, startedAt }: RecordedCall, at: Date): number =>
  Math.max(0, at.getTime() - (answeredAt ?? startedAt).getTime());

/** hh:mm:ss.mmm */
function clock(ms: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const fraction = String(ms % 1000).padStart(3, '0');
  return `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}.${fraction}`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** A cue's text ends with an empty line, and what looks like a tag is one. */
const escaped = (text: string): string =>
  oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
