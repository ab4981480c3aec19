// A fault as an event of Sentry's (develop.sentry.dev/sdk/data-model/event-payloads), of named fields alone: whatever is not
// written here is not sent.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Event, StackFrame, StackParser } from '@sentry/core';
import type { FaultReport } from '../../calls/fault-reports.port.js';

export interface EventFacts {
  readonly release: string;
  readonly environment: string;
  /** Of the program: files are named from here on. */
  readonly folder: string;
}

export function faultEvent(fault: FaultReport, facts: EventFacts, parse: StackParser): Event {
  const { name, problem, stack, where, fatal = false, callSid, agent, route } = fault;
  const tags = { where, ...(callSid && { callSid }), ...(agent && { agent }), ...(route && { route }) };
  const frames = parse(`Error\n${stack}`).map((frame) => named(frame, facts.folder));
  return {
    event_id: crypto.randomUUID().replaceAll('-', ''),
    timestamp: Date.now() / 1000,
    platform: 'node',
    level: fatal ? 'fatal' : 'error',
    release: facts.release,
    environment: facts.environment,
    tags,
    contexts: { runtime: { name: 'node', version: process.version } },
    exception: {
      values: [
        {
          type: name,
          ...(problem === '' ? {} : { value: problem }),
          mechanism: { type: 'generic', handled: !fatal },
          ...(frames.length === 0 ? {} : { stacktrace: { frames } }),
        },
      ],
    },
  };
}

/** Without the machine's own folders. */
function named({ filename, function: fn, lineno, colno, in_app }: StackFrame, folder: string): StackFrame {
  const path = filename?.startsWith('file:') === true ? fileURLToPath(filename) : filename;
  const inside = path?.startsWith(folder) === true;
  const known = inside ? `app:///${relative(folder, path)}` : path?.replace(/^.*\/node_modules\//, 'node_modules/');
  return {
    ...(known === undefined ? {} : { filename: known }),
    ...(fn === undefined ? {} : { function: fn }),
    ...(lineno === undefined ? {} : { lineno }),
    ...(colno === undefined ? {} : { colno }),
    in_app: inside && in_app !== false && !known?.includes('node_modules/'),
  };
}
