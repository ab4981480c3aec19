// What specs get as "fast-check": the library, with the same values in every run, so that a red run tells of the change and
// not of luck. With FUZZ=1 (`npm run fuzz`) every run tries others; what fails prints its seed.
import { configureGlobal } from '../../node_modules/fast-check/lib/fast-check.js';

if (process.env.FUZZ !== '1') configureGlobal({ seed: 20261130 });

export * from '../../node_modules/fast-check/lib/fast-check.js';
export { default } from '../../node_modules/fast-check/lib/fast-check.js';
