// npm run bench -- engine | wire [options]; each file in bench/ says what it measures and how.
import { runEngine } from './engine/run.js';
import { runWire } from './wire/run.js';

const [shape = 'all', ...args] = process.argv.slice(2);
if (shape === 'engine' || shape === 'all') await runEngine(args);
if (shape === 'wire' || shape === 'all') await runWire(args);
if (!['engine', 'wire', 'all'].includes(shape)) {
  process.stderr.write('Usage: npm run bench [-- engine|wire [--sessions 1,100] [--seconds 20] [--json FILE]]\n');
  process.exitCode = 2;
}
