import { z } from 'zod';
import { failure } from '../tools/say.js';
import type { ToolFailure } from '../tools/tool.port.js';

// The client that a tool is about. What is wrong with the number has a message that can be spoken to the caller.

const CLIENT = 'I need the number of the client, for example 5001.';

export const clientId = () =>
  z.coerce
    .number({ error: CLIENT })
    .int({ error: CLIENT })
    .min(1, { error: CLIENT })
    .max(2_147_483_647, { error: CLIENT })
    .describe('number of the client, for example 5001');

/** Says the same whether the client does not exist or is somebody else's. */
export const unknownClient = (clientId: number): ToolFailure =>
  failure(
    'not_found',
    `I cannot find a client ${clientId} among your clients. Please check the number and tell me again.`,
  );
