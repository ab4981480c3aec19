import { parseArgs, type ParseArgsConfig } from 'node:util';
import { STREAM_PATH, turnDetectionSchema, type TurnDetection } from '../../src/protocol/index.js';
import { usageFailure } from './failure.js';

/** One thing that the caller does, in the order of the command line. */
export type Step =
  | { readonly kind: 'say'; readonly text: string; readonly bargeIn?: BargeIn }
  | { readonly kind: 'wav'; readonly file: string; readonly bargeIn?: BargeIn }
  | { readonly kind: 'text'; readonly text: string; readonly bargeIn?: BargeIn };

/** Talking over the reply of the step. */
export interface BargeIn {
  readonly text: string;
  /** How much of the reply is heard first, ms. */
  readonly afterMs: number;
}

export interface TerminalArguments {
  readonly url: string;
  readonly token: string | undefined;
  readonly agent: string | undefined;
  /** The caller's, BCP-47. */
  readonly language: string | undefined;
  readonly turnDetection: TurnDetection | undefined;
  readonly voice: string;
  readonly steps: readonly Step[];
  readonly microphone: boolean;
  /** A WAV that another program writes while it is read, and where the answer goes. */
  readonly follow: string | undefined;
  readonly answer: string | undefined;
  readonly saveTo: string | undefined;
  readonly json: boolean;
  /** Silence of the server after which a turn counts as not answered, ms. */
  readonly timeoutMs: number;
}

export const DEFAULT_URL = `ws://127.0.0.1:3001${STREAM_PATH}`;
export const DEFAULT_QUESTION = 'What transactions does client 5001 have?';
const DEFAULT_TIMEOUT_S = 30;
const DEFAULT_BARGE_IN_AFTER_MS = 1000;

const OPTIONS = {
  say: { type: 'string', multiple: true },
  wav: { type: 'string', multiple: true },
  text: { type: 'string', multiple: true },
  'barge-in': { type: 'string', multiple: true },
  after: { type: 'string', multiple: true },
  mic: { type: 'boolean' },
  follow: { type: 'string' },
  answer: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  agent: { type: 'string' },
  voice: { type: 'string' },
  language: { type: 'string' },
  'turn-detection': { type: 'string' },
  save: { type: 'string' },
  timeout: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const satisfies ParseArgsConfig['options'];

/**
 * Reads the command line (without node and script). Returns 'help' when that is asked for. Throws a TerminalFailure with
 * one line for anything that cannot work.
 * @param voices names that --voice may take, the default first
 */
export function readArguments(argv: readonly string[], voices: readonly string[]): TerminalArguments | 'help' {
  const { values, positionals, tokens } = parse(argv);
  if (values.help === true) return 'help';
  if (positionals.length > 1) throw usageFailure(`unexpected argument ${JSON.stringify(positionals[1])}`);
  if (values.token !== undefined && positionals.length === 1) throw usageFailure('the token was given twice');
  const voice = values.voice ?? voices[0] ?? '';
  if (!voices.includes(voice)) throw usageFailure(`--voice must be one of ${voices.join(', ')}`);
  const steps = readSteps(tokens);
  const microphone = values.mic === true;
  if (microphone && steps.length > 0) throw usageFailure('--mic goes without --say, --wav and --text');
  const { follow, answer } = values;
  if (follow !== undefined && (microphone || steps.length > 0)) {
    throw usageFailure('--follow goes without --mic, --say, --wav and --text');
  }
  if (answer !== undefined && follow === undefined) throw usageFailure('--answer goes with --follow');
  const isLive = microphone || follow !== undefined;
  return {
    url: readUrl(values.url ?? DEFAULT_URL),
    token: values.token ?? positionals[0],
    agent: values.agent,
    language: values.language,
    turnDetection: readTurnDetection(values['turn-detection']),
    voice,
    steps: isLive || steps.length > 0 ? steps : [{ kind: 'say', text: DEFAULT_QUESTION }],
    microphone,
    follow,
    answer,
    saveTo: values.save,
    json: values.json === true,
    timeoutMs: readNumber('--timeout', values.timeout ?? String(DEFAULT_TIMEOUT_S), 1, 3600) * 1000,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true, strict: true, tokens: true });
  } catch (error) {
    // Only the first sentence: the rest explains the parser's own escapes.
    throw usageFailure((error as Error).message.split(/[.\n]\s/)[0] ?? 'the arguments cannot be read');
  }
}

type Token = ReturnType<typeof parse>['tokens'][number];

function readSteps(tokens: readonly Token[]): Step[] {
  const steps: Step[] = [];
  for (const token of tokens) {
    if (token.kind !== 'option' || token.value === undefined) continue;
    const value = token.value.trim();
    const last = steps.at(-1);
    if (token.name === 'say' || token.name === 'text') {
      if (value === '') throw usageFailure(`--${token.name} needs words`);
      steps.push({ kind: token.name, text: value });
    } else if (token.name === 'wav') {
      steps.push({ kind: 'wav', file: value });
    } else if (token.name === 'barge-in') {
      if (last === undefined) throw usageFailure('--barge-in follows the --say, --wav or --text that it interrupts');
      if (value === '') throw usageFailure('--barge-in needs words');
      steps[steps.length - 1] = { ...last, bargeIn: { text: value, afterMs: DEFAULT_BARGE_IN_AFTER_MS } };
    } else if (token.name === 'after') {
      if (last?.bargeIn === undefined) throw usageFailure('--after follows a --barge-in');
      const afterMs = readNumber('--after', value, 0, 600_000);
      steps[steps.length - 1] = { ...last, bargeIn: { text: last.bargeIn.text, afterMs } };
    }
  }
  return steps;
}

/**
 * An address without a path, as a server prints it, means its stream; http means ws, and an address that begins with a host
 * means ws on this machine or with a port, else wss.
 */
function readUrl(value: string): string {
  const written = value.trim();
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(written)
    ? written.replace(/^http(?=s?:)/i, 'ws')
    : `${/^[^/]*:\d+(?:\/|$)|^localhost(?:\/|$)/i.test(written) ? 'ws' : 'wss'}://${written}`;
  if (!URL.canParse(text)) throw usageFailure(`--url is not an address: ${value}; for example ${DEFAULT_URL}`);
  const url = new URL(text);
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:') throw usageFailure('--url must begin with ws:// or wss://');
  if (url.pathname === '/') url.pathname = STREAM_PATH;
  return url.href;
}

function readNumber(name: string, value: string, min: number, max: number): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < min || number > max) {
    throw usageFailure(`${name} must be a number from ${min} to ${max}, not ${JSON.stringify(value)}`);
  }
  return number;
}

function readTurnDetection(value: string | undefined): TurnDetection | undefined {
  if (value === undefined) return undefined;
  const parsed = turnDetectionSchema.safeParse(value);
  if (!parsed.success) throw usageFailure(`--turn-detection must be one of ${turnDetectionSchema.options.join(', ')}`);
  return parsed.data;
}
