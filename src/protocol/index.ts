// The native wire, shared by server and client. Imports zod only.
export * from './audio-format.js';
export * from './client-messages.js';
export * from './close-codes.js';
export * from './errors.js';
export * from './refusals.js';
export * from './server-messages.js';
export * from './version.js';
