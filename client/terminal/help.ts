import { DEFAULT_QUESTION, DEFAULT_URL } from './arguments.js';

export const helpText = (voices: readonly string[]): string => `Talks to a Parley server and shows what happens.

  test-voice-client [options] [JWT_TOKEN]

What the caller does, any number of times, one after the other, each after the reply before it has been heard:
  --say TEXT             says TEXT (flite speaks it); without any of these: "${DEFAULT_QUESTION}"
  --wav FILE             plays a 16-bit PCM WAV file into the line, at real time
  --text TEXT            types instead of speaking
  --barge-in TEXT        talks over the reply to the step before it ...
  --after MS               ... once MS ms of it were heard (1000)
  --mic                  lets you talk yourself, with arecord, sox or ffmpeg; Ctrl-C hangs up
  --follow FILE          hears the caller in a 16-bit PCM WAV that another program is writing, at real time, until it has
                         not grown for --timeout seconds; Ctrl-C hangs up
  --answer FILE          with --follow: the answer grows there as a WAV, silence included, at the rate of the one that is
                         followed; a named pipe gets the bare samples

Who and where:
  --url URL              ${DEFAULT_URL}; /v1/stream is added to a bare host
  --token TOKEN          JWT; otherwise [JWT_TOKEN], $PARLEY_TOKEN, or one minted with the server's development secret
  --agent NAME           agent to talk to; the server's default otherwise
  --voice NAME           voice of the caller: ${voices.join(', ')}
  --language TAG         the caller's language, such as de-AT, for what the agent has to disclose
  --turn-detection MODE  provider, vad or manual (push to talk)

What is kept and shown:
  --save DIR             call.wav (caller left, agent right), transcript.json, and charts that were made
  --json                 one JSON object a line on standard output instead of text
  --timeout S            a turn is given up after S seconds without a sign of life (30)
  --help

Exit status: 0 every turn was answered, 1 a turn was not, 2 wrong arguments or files, 3 no session (server not running,
token refused, limits), 4 a program is missing, 130 interrupted.
`;
