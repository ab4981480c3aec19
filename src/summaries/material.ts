import type { RecordedCall, RecordedTool, TranscriptEntry } from '../database/calls/call-history.port.js';

/** Of what was said, characters: the beginning and, three times as much, the end of a longer call. */
const MAX_SAID = 40_000;
const MAX_TOOLS = 100;
const MAX_ARGUMENTS = 1_000;

/** A call as a model reads it: plain data, of a bounded size. */
export function materialOf(call: RecordedCall): object {
  const { direction, channel, agent, startedAt, durationMs, status, endReason, transcript, tools } = call;
  const said = transcript.map(({ speaker, ...entry }) => ({ speaker, text: heard(entry) }));
  const { kept, leftOut } = bounded(said);
  return {
    call: { direction, channel, agent, startedAt, durationMs, status, endReason },
    said: kept,
    ...(leftOut === 0 ? {} : { leftOutInTheMiddle: leftOut }),
    tools: tools.slice(-MAX_TOOLS).map((tool) => ({
      name: tool.name,
      arguments: argumentsOf(tool),
      done: tool.ok,
      ...(tool.code === null ? {} : { code: tool.code }),
    })),
  };
}

/** What of it was heard: what nobody heard was not said. */
const heard = ({ text, heardText }: Pick<TranscriptEntry, 'text' | 'heardText'>): string => heardText ?? text;

function argumentsOf({ arguments: given }: RecordedTool): unknown {
  const { length } = JSON.stringify(given) ?? '';
  return length <= MAX_ARGUMENTS ? given : { omitted: length };
}

interface SaidText {
  readonly speaker: string;
  readonly text: string;
}

function bounded(said: readonly SaidText[]): { kept: readonly SaidText[]; leftOut: number } {
  const head = whileWithin(said, MAX_SAID / 4);
  const rest = said.slice(head.length);
  const tail = whileWithin(rest.toReversed(), MAX_SAID - MAX_SAID / 4).toReversed();
  return { kept: [...head, ...tail], leftOut: rest.length - tail.length };
}

function whileWithin(said: readonly SaidText[], most: number): readonly SaidText[] {
  let length = 0;
  const end = said.findIndex(({ text }) => (length += text.length + 20) > most);
  return end < 0 ? said : said.slice(0, end);
}
