import { z } from 'zod';
import { failure } from '../../../src/tools/say.js';
import { defineTool } from '../../../src/tools/tool.js';
import type { Tables } from '../tables.js';
import { wish } from '../wish.js';

export const checkTableTool = (tables: Tables) =>
  defineTool({
    name: 'check_table',
    description: 'Says whether a table is free, and which times of that evening are. It books nothing.',
    schema: z.object(wish()),
    effect: 'read',
    timeoutMs: 2_000,
    lateMessage: 'Our book takes too long to open. Please ask me again in a minute.',
    run(wanted) {
      const refusal = tables.refusal(wanted);
      if (refusal !== undefined) return Promise.resolve(failure('not_found', refusal));
      const free = tables.isFree(wanted);
      return Promise.resolve({ ok: true, data: { ...wanted, free, nearby: free ? [] : tables.nearby(wanted) } });
    },
  });
