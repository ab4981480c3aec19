// Both simulators in a process of their own: `node dist/test/simulators/serve.js '{"openai":{"chat":{...}}}'`. Prints one
// line of JSON with their addresses and keys, a line of counters for every line on stdin, and ends when stdin does.
import { serveSimulators } from './serve-simulators.js';

await serveSimulators(process.argv[2] ?? '{}', process.stdin, process.stdout);
