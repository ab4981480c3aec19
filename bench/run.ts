// npm run bench -- engine | overload | wire | vad | transcribe | voice | transactions | resume | webhooks | noise | opus | memory | silence [options]; each file in bench/ says what it measures and how.
import { runEngine } from './engine/run.js';

import { runMemory } from './memory/run.js';
import { runNoise } from './noise/run.js';
import { runOpus } from './opus/run.js';
import { runOverload } from './overload/run.js';
import { runResume } from './resume/run.js';
import { runSilence } from './silence/run.js';
import { runTransactions } from './transactions/run.js';
import { runTranscribe } from './transcribe/run.js';
import { runVad } from './vad/run.js';
import { runVoice } from './voice/run.js';
import { runWebhooks } from './webhooks/run.js';
import { runWire } from './wire/run.js';

const [shape = 'all', ...args] = process.argv.slice(2);
if (shape === 'engine' || shape === 'all') await runEngine(args);
if (shape === 'wire' || shape === 'all') await runWire(args);
if (shape === 'vad' || shape === 'all') await runVad(args);
if (shape === 'transcribe' || shape === 'all') await runTranscribe(args);
if (shape === 'voice' || shape === 'all') await runVoice(shape === 'all' ? [] : args);
if (shape === 'transactions' || shape === 'all') await runTransactions(shape === 'all' ? [] : args);
if (shape === 'overload') await runOverload(args);
if (shape === 'resume') await runResume(args);
if (shape === 'webhooks') await runWebhooks(args);
if (shape === 'noise') await runNoise(args);
if (shape === 'silence') await runSilence(args);
if (shape === 'opus') await runOpus(args);
if (shape === 'memory') await runMemory(args);
if (
  ![
    'engine',
    'wire',
    'vad',
    'transcribe',
    'voice',
    'transactions',
    'resume',
    'webhooks',
    'noise',
    'opus',
    'memory',
    'silence',
    'overload',
    'all',
  ].includes(shape)
) {
  process.stderr.write(
    'Usage: npm run bench [-- engine|overload|wire|vad|transcribe|voice|transactions|resume|webhooks|noise|opus|memory|silence [--sessions 1,100] [--seconds 20] [--json FILE]]\n',
  );
  process.exitCode = 2;
}
