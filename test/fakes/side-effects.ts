export { MemoryEffects } from '../../src/tools/effect-stores.js';
