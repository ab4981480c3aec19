import { isMessageName, NO_MESSAGE_NAME } from '../bounds/message-name.port.js';
import { MAX_CUSTOM_MESSAGE_CHARS } from '../bounds/texts.port.js';
import type { CustomMessage } from './tool.port.js';

/**
 * What a tool tells the page: `run.client?.tell(customMessage('cart.updated', { items: 3 }))`. `data` is taken as JSON has it,
 * at most 16 384 characters. Throws a TypeError for a name or data that cannot be sent: a fault of the tool.
 */
export function customMessage(name: string, data: unknown): CustomMessage {
  if (!isMessageName(name)) throw new TypeError(`the name of a message ${NO_MESSAGE_NAME}`);
  const json = JSON.stringify(data) as string | undefined;
  if (json === undefined || json.length > MAX_CUSTOM_MESSAGE_CHARS) {
    throw new TypeError(`a message has 1 to ${MAX_CUSTOM_MESSAGE_CHARS} characters of JSON, not ${json?.length ?? 0}`);
  }
  return { name, data: JSON.parse(json) as unknown };
}
