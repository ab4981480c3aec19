// A tool that sends to somebody, and a model that may be told to call it whenever it likes: for tests of the yes.
import type { LlmPart, LlmRequest } from '../../src/llm/llm.port.js';
import type { FakeTool } from './call.js';
import { calls, says } from './providers.js';

export const FRIEND = 'Frederick';
export const STRANGER = 'Mallory';

/** What is sent, by recipient. */
export const sending = () => {
  const sent: string[] = [];
  const send: FakeTool = {
    effect: 'write',
    run: ({ arguments: json }) => {
      sent.push((JSON.parse(json) as { to: string }).to);
      return Promise.resolve({ ok: true, data: 'sent' });
    },
  };
  const look: FakeTool = { effect: 'read', run: () => Promise.resolve({ ok: true, data: 'sunny' }) };
  return { sent, tools: { send, look } };
};

let ids = 0;
export const send = (to: string, ...more: string[]): Iterable<LlmPart> =>
  calls(...[to, ...more].map((one) => ({ id: `m${(ids += 1)}`, name: 'send', args: { to: one } })));
export const text = (words: string): LlmPart => ({ type: 'text', delta: words });

/** The caller's latest words that the model is asked to answer; undefined once it has results. */
export const askedNow = ({ messages }: LlmRequest): string | undefined => {
  const last = messages.at(-1);
  return last?.role === 'user' ? last.text : undefined;
};

/** A model by the words that it answers; results are told as "Done." or, where there are none, as they come. */
export const model =
  (answers: Readonly<Record<string, () => Iterable<LlmPart>>>) =>
  (request: LlmRequest): Iterable<LlmPart> =>
    answers[askedNow(request) ?? 'result']?.() ?? says(askedNow(request) === undefined ? 'Done.' : 'I see.');
