// npm run soak [-- --calls 150 --minutes 20 --connects 20000]: bench/soak/run.ts says what it does and when it fails.
import { runSoak } from './soak/run.js';

await runSoak(process.argv.slice(2));
