import { clientMessageSchema, PROTOCOL_VERSION } from '../../protocol/index.js';
import type { ClientMessage, ErrorCode } from '../../protocol/index.js';
import type { Fault } from '../session/codec.js';

/** Longest description of a fault that goes back to the client, characters. */
const MAX_PROBLEM_CHARS = 300;

/** Reads one text frame. Never throws: whatever is wrong with it comes back as an error code and a sentence. */
export function decodeClientMessage(frame: Buffer): ClientMessage | Fault {
  let json: unknown;
  try {
    json = JSON.parse(frame.toString());
  } catch {
    return fault('bad_json', 'A text frame must hold one JSON object.');
  }
  const parsed = clientMessageSchema.safeParse(json);
  if (parsed.success) return parsed.data;

  if (hasType(json, 'session.start') || hasType(json, 'session.resume')) {
    if ('protocol' in json && json.protocol !== PROTOCOL_VERSION) {
      return fault('unsupported_protocol', `This server speaks protocol ${PROTOCOL_VERSION}.`);
    }
    const audio = parsed.error.issues.find(({ path }) => path[0] === 'audio' && path.length === 3);
    if (audio !== undefined) return fault('unsupported_audio', `${audio.path.join('.')}: ${audio.message}`);
  }
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'message' : issue.path.join('.');
  return fault('bad_message', `${where}: ${issue?.message ?? 'not a message of this protocol'}`);
}

function hasType(json: unknown, type: string): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && 'type' in json && json.type === type;
}

const fault = (code: ErrorCode, problem: string): Fault => ({
  type: 'fault',
  code,
  problem: problem.slice(0, MAX_PROBLEM_CHARS),
});
