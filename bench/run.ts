// npm run bench -- engine | wire | gateway [options]
import { runEngine } from './engine/run.js';

const [shape = 'engine', ...args] = process.argv.slice(2);
if (shape === 'engine') await runEngine(args);
else {
  process.stderr.write('Usage: npm run bench -- engine [options]\n');
  process.exitCode = 2;
}
