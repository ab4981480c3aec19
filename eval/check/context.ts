// What the model is told of the call: only what was said and heard.
import type { ChatMessage } from '../../src/llm/llm.port.js';
import { matches, show } from '../scenario/pattern.js';
import type { ContextMessage } from '../scenario/scenario.schema.js';
import { PROBE } from '../script/scripted-model.js';

type Shown =
  | { readonly user: string }
  | { readonly assistant: string; readonly interrupted: boolean }
  | { readonly tool: string; readonly ok: boolean; readonly content: string };

/** The messages of a request as a scenario writes them: without the instructions and the harness's own question. */
export function shownContext(messages: readonly ChatMessage[]): Shown[] {
  const shown = messages.flatMap((message): Shown[] => {
    if (message.role === 'user') return [{ user: message.text }];
    if (message.role === 'tool') {
      return [{ tool: message.name, ok: message.content.startsWith('{"ok":true'), content: message.content }];
    }
    if (message.role === 'system' || message.text === '') return [];
    return [{ assistant: message.text, interrupted: message.interrupted === true }];
  });
  const last = shown.at(-1);
  if (last === undefined || !('user' in last)) return shown;
  // Two turns without anything heard between them are one.
  const before = last.user.slice(0, -PROBE.length).trim();
  return before === '' ? shown.slice(0, -1) : [...shown.slice(0, -1), { user: before }];
}

export function checkContext(
  wanted: readonly ContextMessage[] | undefined,
  lacks: readonly string[],
  messages: readonly ChatMessage[],
): string[] {
  const shown = shownContext(messages);
  const faults: string[] = [];
  if (wanted !== undefined && !(wanted.length === shown.length && wanted.every((one, n) => matches(one, shown[n])))) {
    const at = wanted.findIndex((one, n) => !matches(one, shown[n]));
    const place = at < 0 ? wanted.length : at;
    faults.push(
      `the context's message ${place + 1} should be ${wanted[place] === undefined ? 'absent' : show(wanted[place])}, it is ${
        shown[place] === undefined ? 'absent' : JSON.stringify(shown[place]).slice(0, 240)
      }`,
    );
  }
  const all = shown.map((message) => ('content' in message ? '' : Object.values(message).join(' '))).join('\n');
  for (const pattern of lacks) {
    if (matches(pattern.startsWith('/') ? pattern : `/${escape(pattern)}/`, all))
      faults.push(`the context must not hold ${pattern}`);
  }
  return faults;
}

const escape = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
