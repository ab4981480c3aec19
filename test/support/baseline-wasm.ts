/**
 * For processes that live for seconds, as an argument of Node: optimising the code of an embedded database costs them more than
 * it saves, two thirds of the processor time of a boot, and V8's optimising threads are where processes that open many of them
 * have crashed.
 */
export const BASELINE_WASM = '--liftoff-only';
