import { faultOf } from './wire/check.js';
import type { ServerMessage } from './wire/messages.js';
import { SERVER_SHAPES } from './wire/shapes.js';

/** A server message, or why the text is none. A newer server may say more than this version knows: that is no fault. */
export function parseServerMessage(text: string): ServerMessage | { readonly type?: never; readonly reason: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { reason: 'text that is not JSON' };
  }
  const type = typeof value === 'object' && value !== null && 'type' in value ? String(value.type) : undefined;
  if (type === undefined) return { reason: 'a message without a type' };
  const shape = Object.hasOwn(SERVER_SHAPES, type) ? SERVER_SHAPES[type as ServerMessage['type']] : undefined;
  if (shape === undefined) return { reason: `unknown message type ${type}` };
  const fault = faultOf(value, shape);
  return fault === undefined ? (value as ServerMessage) : { reason: `malformed ${type}: ${fault}` };
}
