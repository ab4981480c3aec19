import { setFlagsFromString } from 'node:v8';

// A test has an embedded database for seconds: optimising its code costs more than it saves, two thirds of the processor time
// of a boot, and V8's optimising threads are where processes that open many of them have crashed.
setFlagsFromString('--liftoff-only');
