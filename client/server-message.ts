import { serverMessageSchema, type ServerMessage } from '../src/protocol/index.js';

const KNOWN_TYPES: ReadonlySet<string> = new Set(serverMessageSchema.options.map((option) => option.shape.type.value));

/** A server message, or why the text is none. A newer server may say more than this version knows: that is no fault. */
export function parseServerMessage(text: string): ServerMessage | { readonly type?: never; readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'text that is not JSON' };
  }
  const parsed = serverMessageSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const type = typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : undefined;
  if (type === undefined) return { reason: 'a message without a type' };
  if (!KNOWN_TYPES.has(type)) return { reason: `unknown message type ${type}` };
  const issue = parsed.error.issues[0];
  return { reason: `malformed ${type}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}` };
}
