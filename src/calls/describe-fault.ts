import type { Fault } from './fault-reports.port.js';

/** Errors of the engine itself, whose messages say what was wrong in the code. */
const ENGINE_ERRORS = [TypeError, RangeError, ReferenceError, SyntaxError];

/**
 * What a log may say of an error that nobody expected: its kind and where it was thrown. What stands in quotes in a message
 * may be what somebody has said (`JSON.parse` quotes what it was given), and so may all of a stranger's message.
 */
export function describeFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: typeof error, problem: '', stack: '' };
  const ours = ENGINE_ERRORS.some((kind) => error instanceof kind);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    problem: ours ? error.message.replaceAll(/"[^"]*"?|'[^']*'?|`[^`]*`?/g, '…') : '',
    stack: frames.slice(0, 20).join('\n'),
  };
}
