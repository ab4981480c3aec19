import type { RecordedCall, RecordedTool } from '../database/calls/call-history.port.js';

/** Why a summary is made by rules. */
export type RulesReason = 'no_model' | 'nothing_said' | 'model_invalid' | 'gave_up' | `model_${string}`;

const MAX_QUOTE = 160;
const MAX_ARGUMENTS = 120;
const MAX_TOOLS = 10;

const ENDS: Readonly<Record<string, string>> = {
  client: 'The caller ended it.',
  agent: 'The agent ended it.',
  idle: 'It ended because nobody spoke any more.',
  limit: 'It reached its time limit.',
  shutdown: 'The server was stopped.',
  disconnected: 'The line was lost.',
};

const STATUSES: Readonly<Partial<Record<RecordedCall['status'], string>>> = {
  refused: 'It was refused',
  failed: 'It failed',
  busy: 'The line was busy',
  no_answer: 'Nobody answered',
  canceled: 'It was canceled before it began',
  abandoned: 'Its end was not seen: the process that had it is gone',
};

/**
 * What the record says by itself, in English: who called, what was asked first, what tools were asked and did, how it ended,
 * and that no model has written it, and why. At most 4000 characters.
 */
export function rulesSummary(call: RecordedCall, reason: RulesReason): string {
  return [opening(call), firstWords(call), toolsOf(call.tools), ending(call), signature(reason)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function opening({
  user,
  from,
  to,
  agent,
  direction,
  channel,
  durationMs,
  answeredAt,
  transcript,
}: RecordedCall): string {
  const way = channel === 'phone' ? ' by telephone' : ' on the web';
  const [who, whom] = direction === 'inbound' ? [name(user ?? from), agent] : [agent, name(to ?? user)];
  const turns = transcript.filter(({ speaker }) => speaker === 'user').length;
  const lasted = answeredAt === null || durationMs === null ? '' : ` for ${duration(durationMs)}`;
  const spoke = answeredAt === null ? '' : ` The caller spoke ${times(turns)}.`;
  return `${capital(who)} called ${whom}${way}${lasted}.${spoke}`;
}

function firstWords({ transcript }: RecordedCall): string {
  const first = transcript.find(({ speaker }) => speaker === 'user');
  return first === undefined ? '' : `The first words were: “${shortened(first.text, MAX_QUOTE)}”`;
}

/** Each tool with the same arguments once, as it went last. */
function toolsOf(tools: readonly RecordedTool[]): string {
  const last = new Map(tools.map((tool) => [`${tool.name} ${JSON.stringify(tool.arguments)}`, tool]));
  if (last.size === 0) return 'No tool was used.';
  const told = [...last.values()].slice(0, MAX_TOOLS).map((tool) => `${tool.name}${argumentsOf(tool)} ${state(tool)}`);
  const more = last.size > MAX_TOOLS ? `; and ${last.size - MAX_TOOLS} more` : '';
  return `Tools: ${told.join('; ')}${more}.`;
}

function argumentsOf({ arguments: given }: RecordedTool): string {
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0) return '';
  const listed = Object.entries(given).map(
    ([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return ` (${shortened(listed.join(', '), MAX_ARGUMENTS)})`;
}

const state = ({ ok, code }: RecordedTool): string =>
  ok === true ? 'was done' : ok === false ? `was not done (${code ?? 'failed'})` : 'has not answered';

function ending({ status, endReason, error }: RecordedCall): string {
  const end = STATUSES[status];
  if (end === undefined) return ENDS[endReason ?? ''] ?? 'It is over.';
  const why = error?.code ?? (endReason === status ? null : endReason);
  return why === null ? `${end}.` : `${end} (${why}).`;
}

function signature(reason: RulesReason): string {
  if (reason === 'model_invalid') return '(Made by rules: what the language model answered could not be used.)';
  if (reason.startsWith('model_')) return '(Made by rules: the language model could not be reached.)';
  return '(Made by rules, without a language model.)';
}

const name = (party: string | null): string => party?.replace(/^tel:/, '') ?? 'somebody unknown';
const capital = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);
const times = (n: number): string => (n === 1 ? 'once' : n === 0 ? 'not at all' : `${n} times`);

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function shortened(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}
