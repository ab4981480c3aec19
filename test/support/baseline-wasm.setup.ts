import { setFlagsFromString } from 'node:v8';
import { BASELINE_WASM } from './baseline-wasm.js';

setFlagsFromString(BASELINE_WASM);
