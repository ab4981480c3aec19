import { DEFAULT_QUESTION, DEFAULT_URL, readArguments, type TerminalArguments } from './arguments.js';
import { EXIT, TerminalFailure } from './failure.js';

const VOICES = ['slt', 'rms', 'awb'];

function read(...argv: string[]): TerminalArguments {
  const args = readArguments(argv, VOICES);
  if (args === 'help') throw new Error('help');
  return args;
}

function refusal(...argv: string[]): string {
  try {
    readArguments(argv, VOICES);
  } catch (error) {
    expect(error).toBeInstanceOf(TerminalFailure);
    expect((error as TerminalFailure).exitCode).toBe(EXIT.usage);
    expect((error as TerminalFailure).message).not.toContain('\n');
    return (error as TerminalFailure).message;
  }
  throw new Error(`accepted: ${argv.join(' ')}`);
}

it('asks the standard question of the local server when nothing is said', () => {
  expect(read()).toEqual({
    url: DEFAULT_URL,
    token: undefined,
    agent: undefined,
    language: undefined,
    turnDetection: undefined,
    voice: 'slt',
    steps: [{ kind: 'say', text: DEFAULT_QUESTION }],
    microphone: false,
    follow: undefined,
    answer: undefined,
    saveTo: undefined,
    json: false,
    timeoutMs: 30_000,
  });
});

it('keeps the order of the turns on the command line, and what interrupts which', () => {
  const argv = '--say one --barge-in stop --text two --wav three.wav --barge-in no --after 250'.split(' ');
  const { steps } = read(...argv, '--say', ' four ');
  expect(steps).toEqual([
    { kind: 'say', text: 'one', bargeIn: { text: 'stop', afterMs: 1000 } },
    { kind: 'text', text: 'two' },
    { kind: 'wav', file: 'three.wav', bargeIn: { text: 'no', afterMs: 250 } },
    { kind: 'say', text: 'four' },
  ]);
});

it('takes the token as an argument or an option, once', () => {
  expect(read('a.b.c').token).toBe('a.b.c');
  expect(read('--token', 'a.b.c').token).toBe('a.b.c');
  expect(refusal('--token', 'a.b.c', 'd.e.f')).toBe('the token was given twice');
  expect(refusal('a.b.c', 'more')).toBe('unexpected argument "more"');
});

it.each([
  ['ws://127.0.0.1:9', 'ws://127.0.0.1:9/v1/stream'],
  ['http://127.0.0.1:9/', 'ws://127.0.0.1:9/v1/stream'],
  ['https://voice.example', 'wss://voice.example/v1/stream'],
  ['127.0.0.1:3702', 'ws://127.0.0.1:3702/v1/stream'],
  ['localhost', 'ws://localhost/v1/stream'],
  ['localhost:3702/v1/stream', 'ws://localhost:3702/v1/stream'],
  ['[::1]:3702', 'ws://[::1]:3702/v1/stream'],
  ['voice.example', 'wss://voice.example/v1/stream'],
  ['WS://127.0.0.1:9', 'ws://127.0.0.1:9/v1/stream'],
  ['wss://voice.example/other?x=1', 'wss://voice.example/other?x=1'],
])('reads the address %s', (given, url) => {
  expect(read('--url', given).url).toBe(url);
});

it('needs no words with the microphone', () => {
  expect(read('--mic')).toMatchObject({ microphone: true, steps: [] });
  expect(refusal('--mic', '--say', 'hello')).toContain('--mic goes without');
});

it('follows a file that grows, and writes the answer where it is told to', () => {
  expect(read('--follow', 'in.wav', '--answer', 'out.wav')).toMatchObject({
    follow: 'in.wav',
    answer: 'out.wav',
    steps: [],
  });
  expect(refusal('--follow', 'in.wav', '--mic')).toBe('--follow goes without --mic, --say, --wav and --text');
  expect(refusal('--answer', 'out.wav')).toBe('--answer goes with --follow');
});

it.each([
  [['--frob'], "Unknown option '--frob'"],
  [['--say'], "Option '--say <value>' argument missing"],
  [['--say', ' '], '--say needs words'],
  [['--voice', 'kal'], '--voice must be one of slt, rms, awb'],
  [['--timeout', 'soon'], '--timeout must be a number from 1 to 3600, not "soon"'],
  [['--timeout', '0'], '--timeout must be a number from 1 to 3600, not "0"'],
  [['--after', '5'], '--after follows a --barge-in'],
  [['--barge-in', 'stop'], '--barge-in follows the --say, --wav or --text that it interrupts'],
  [['--turn-detection', 'never'], '--turn-detection must be one of provider, vad, manual'],
  [['--url', 'two words'], '--url is not an address: two words; for example ws://127.0.0.1:3001/v1/stream'],
  [['--url', 'ftp://host'], '--url must begin with ws:// or wss://'],
])('refuses %j in one line', (argv, message) => {
  expect(refusal(...argv)).toBe(message);
});

it('knows when help is asked for, whatever else there is', () => {
  expect(readArguments(['--say', 'x', '-h'], VOICES)).toBe('help');
});
