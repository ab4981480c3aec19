// The libraries that know numbers and patterns, loaded when an agent first hides something: together they cost a boot a
// quarter of a second, and most agents hide nothing.
import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);

export const phoneNumbers = (): typeof import('libphonenumber-js') =>
  load('libphonenumber-js') as typeof import('libphonenumber-js');

export const checks = (): typeof import('validator') => load('validator') as typeof import('validator');

export const re2 = (): typeof import('re2js') => load('re2js') as typeof import('re2js');
