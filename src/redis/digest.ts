import { createHash } from 'node:crypto';

const CHARS = 32;

/** Of a name that is counted by: the same in every worker, and not to be read where it lies. */
export const digestOf = (name: string): string => createHash('sha256').update(name).digest('hex').slice(0, CHARS);
