import { z } from 'zod';
import { readBackOf } from './read-back.js';
import { failure } from './say.js';
import type { Tool } from './tool.js';
import type { ClientToolSpec } from './tool.port.js';

/** A tool that runs at the client: the page, or the program, at the other end of the call. */
export const clientTool = ({ name, description, parameters, effect, timeoutMs }: ClientToolSpec): Tool => ({
  name,
  description,
  // The client checks them: it alone knows what it can do with them.
  schema: z.looseObject({}),
  parameters: { ...parameters, type: 'object' },
  effect,
  timeoutMs,
  lateMessage: 'Your device does not answer me. Please try again in a moment.',
  readBack: (args) => Promise.resolve(readBackOf(name.replaceAll(/[_-]+/g, ' '), args)),
  run: (args, { client, signal }) =>
    client?.call(name, args, timeoutMs, signal) ??
    Promise.resolve(failure('unavailable', 'That cannot be done from your device.')),
});
