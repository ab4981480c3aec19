// The native wire, as the server speaks it: schemas and constants. Imports zod only.
export * from './audio-format.js';
export * from './client-messages.js';
export * from './constants.js';
export * from './server-messages.js';
