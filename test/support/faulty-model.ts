// Loaded before the server: a keyless model that breaks in whatever way the caller names.
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { LlmPart, LlmRequest } from '../../src/llm/llm.port.js';
import { RulesModel } from '../../src/llm/rules/rules-model.js';

const broken = (where: string) => (): never => {
  throw new TypeError(`broken ${where}`);
};

const faults: Record<string, () => void> = {
  timer: () => void setTimeout(broken('timer'), 5),
  promise: () => void Promise.reject(new TypeError('broken promise')),
  socket: () => {
    // As a vendor's SDK does it: a listener on its own socket throws.
    const server = createServer((socket) => socket.end('not what was expected')).listen(0, '127.0.0.1', () => {
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      client.on('close', () => server.close());
      client.on('data', broken('socket'));
    });
  },
};

/** Outside of every call. */
process.on('SIGUSR2', () => void Promise.reject(new TypeError('broken process')));

const { stream } = Object.getOwnPropertyDescriptors(RulesModel.prototype);
const honest = stream.value as RulesModel['stream'];
RulesModel.prototype.stream = async function* (
  this: RulesModel,
  request: LlmRequest,
  signal: AbortSignal,
): AsyncGenerator<LlmPart, void, undefined> {
  const last = request.messages.at(-1);
  const asked = last?.role === 'user' ? /^break the (\w+)$/.exec(last.text)?.[1] : undefined;
  if (asked === 'json') {
    const deep = `${'{"a":'.repeat(4500)}1${'}'.repeat(4500)}`;
    yield { type: 'tool.call', call: { id: 'c1', name: 'query_transactions', arguments: deep } };
    yield { type: 'finished', reason: 'tool_calls' };
    return;
  }
  // All that the call has said, in the message of somebody else's error.
  if (asked === 'words') setTimeout(() => void Promise.reject(new Error(JSON.stringify(request.messages))), 5);
  if (asked !== undefined) faults[asked]?.();
  yield* honest.call(this, request, signal);
};
