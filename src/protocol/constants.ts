// What both ends know of the wire without looking at a message: imports nothing, so that a page loads nothing along.
export * from './audio.js';
export * from './close-codes.js';
export * from './errors.js';
export * from './refusals.js';
export * from './version.js';
