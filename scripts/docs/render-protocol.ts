import { z } from 'zod';
import {
  BEARER_SUBPROTOCOL_PREFIX,
  CLOSE,
  clientMessageSchema,
  ERRORS,
  OPUS,
  PROTOCOL_VERSION,
  REFUSALS,
  SAMPLE_RATES,
  serverMessageSchema,
  STREAM_PATH,
  SUBPROTOCOL,
} from '../../src/protocol/index.js';
import type { RefusalDefinition } from '../../src/protocol/index.js';
import { NATIVE_WIRE } from '../../src/gateway/native/native.wire.js';
import {
  AUDIO_BURST_MS,
  AUDIO_CREDIT_MS,
  MAX_FAULTS,
  START_TIMEOUT_MS,
} from '../../src/gateway/session/session-limits.js';
import { maxPayloadBytes } from '../../src/gateway/session/wire.js';
import { OUTBOX_DEFAULTS } from '../../src/gateway/transport/outbox.js';
import {
  CONTROL_BURST,
  CONTROL_PER_SECOND,
  DEAD_AFTER_MS,
  OUTBOX_AUDIO_MS,
  PING_INTERVAL_MS,
} from '../../src/gateway/transport/transport-limits.js';
import type { JsonSchema } from './json-schema.js';
import { EXAMPLE, RESUME_EXAMPLE } from './protocol-example.js';

/** The text of docs/protocol.md, from the schemas and tables that server and client run on. */
export function renderProtocol(): string {
  return [
    intro(),
    handshake(),
    rules(),
    resume(),
    opus(),
    '## Messages from the client',
    ...messages(clientMessageSchema, 'input'),
    '## Messages from the server',
    ...messages(serverMessageSchema, 'output'),
    files(),
    errors(),
    closeCodes(),
    `## An example\n\nA spoken turn that is interrupted. \`>\` is the client, \`<\` the server.\n\n\`\`\`\n${EXAMPLE}\n\`\`\``,
  ]
    .join('\n\n')
    .concat('\n');
}

const intro = (): string => `# The native protocol, version ${PROTOCOL_VERSION}

<!-- Made from src/protocol/ by \`npm run docs\`; a test compares the two. Do not edit. -->

One WebSocket at \`${STREAM_PATH}\` is one call. **Text frames** hold one JSON message each; **binary frames** hold audio and
nothing else: PCM, 16 bits, signed, little-endian, mono, without a header, in both directions. Rates: ${SAMPLE_RATES.join(', ')} Hz.
Any whole number of samples may be in a frame; 20 ms are usual, and longer frames cost less. A client that asks for it may have
packets of Opus instead, on either side: [below](#opus).

The schemas below are in \`src/protocol/\`, which server and client share.`;

const handshake = (): string => `## Handshake

The token is checked before the upgrade. It is looked for in this order:

1. \`Authorization: Bearer <jwt>\`
2. the subprotocol \`${BEARER_SUBPROTOCOL_PREFIX}<jwt>\` beside \`${SUBPROTOCOL}\`, for browsers: \`new WebSocket(url, ['${SUBPROTOCOL}', '${BEARER_SUBPROTOCOL_PREFIX}' + jwt])\`; the server selects \`${SUBPROTOCOL}\`
3. \`?token=<jwt>\`, which proxies may log

The token needs \`sub\` (the user) and \`exp\`; \`agents\` (a list of names), when present, restricts which agents it may talk to.
\`?agent=<name>\` names the agent of a session whose \`session.start\` names none.

A handshake that is refused gets a plain HTTP answer with problem details (RFC 9457), \`{"error": <code>, "message": <text>, ...}\`; 429 and 503 carry
\`Retry-After\`, in seconds.

${table(
  ['status', 'error', 'meaning'],
  Object.entries<RefusalDefinition>(REFUSALS).map(([code, { status, meaning }]) => [
    String(status),
    `\`${code}\``,
    meaning,
  ]),
)}`;

const rules = (): string => `## Rules

**Order.** The first message is \`session.start\` or \`session.resume\`, within ${START_TIMEOUT_MS / 1000} s. Audio may follow
\`session.started\` or \`session.resumed\`; earlier audio is an error. \`session.ended\` is the last message, and the socket closes
after it. All binary frames between \`response.started\` and \`response.audio_done\` (or \`response.interrupted\`) belong to that response.

**Numbers.** Every message that the call says has \`seq\`, a whole number from 1 (\`session.started\`) that only grows; numbers may be
left out. A message without \`seq\` (\`pong\`, an \`error\` about a frame, \`session.resumed\`) belongs to its socket alone.

**Faults.** Before \`session.started\` every fault of the client ends the session. After it, a faulty text frame or a binary
frame that does not hold whole samples (or, where Opus was agreed to, no packet) is ignored and answered by an \`error\` with \`fatal: false\`; the ${MAX_FAULTS}th of them ends
the session. A fatal \`error\` is followed by \`session.ended\` when there was a call, and by the close code of its table row.

**Limits.**
- A frame has at most ${NATIVE_WIRE.maxFrameBytes} bytes. One of ${maxPayloadBytes(NATIVE_WIRE)} or more is cut off by the WebSocket layer with 1009 and no \`error\`.
- Audio may come up to ${AUDIO_BURST_MS / 1000} s ahead of real time, so that a client that was offline for a moment can send what it kept.
  Of more that comes at once, because the network or the server had held it back, the last ${AUDIO_BURST_MS / 1000} s are heard; the rest is left
  out and told by \`audio.skipped\`. A client that is ${AUDIO_CREDIT_MS / 1000} s ahead of real time has sent what no microphone can.
- Control messages, WebSocket pings and pongs together: ${CONTROL_PER_SECOND} a second, ${CONTROL_BURST} at once.
- Silence on the socket: any frame of the client counts as life, \`ping\` and WebSocket pings too; the pongs that a WebSocket
  library sends by itself do not. A client that neither speaks nor plays for longer than \`limits.idleTimeoutMs\` sends a \`ping\` now
  and then. (A caller who says nothing into an open microphone is not silence on the socket; the agent handles that.)
- Life of the peer: a client that is silent for ${PING_INTERVAL_MS / 1000} s gets a WebSocket ping, which its library answers by itself. One of which
  nothing at all comes for ${DEAD_AFTER_MS / 1000} s is gone: its socket is cut, and its call waits to be resumed.
- The token's \`exp\` and \`limits.maxSessionMs\` end a running call.

**Slow readers.** Audio is sent as soon as it exists, ahead of real time. What the client does not read waits on the server,
${OUTBOX_AUDIO_MS / 1000} s of audio at most. When more would have to wait, or when the client has taken nothing for ${OUTBOX_DEFAULTS.stallMs / 1000} s, the
socket is closed with ${CLOSE.slowReader.code}, and what waited is thrown away; the call waits to be resumed.

**Barge-in.** Audio that is still on the server is thrown away before \`response.interrupted\` is sent, and control messages keep
their order. The client throws away what it has not played. \`response.paused\` and \`response.resumed\` only hold playback.
The client reports what was heard with \`playback.position\` and \`playback.finished\`; the conversation keeps no more than that.`;

const opus = (): string => `## Opus

\`encoding: "opus"\` in \`session.start\` asks for it, for the microphone, the voice, or both, at ${OPUS.sampleRates.join(', ')} Hz.
\`session.started\` says what there is: \`opus\`, or \`pcm16\` where the server does without (another rate, no room for another line, switched
off), and the call goes on with that. Whoever does not ask gets PCM. \`session.resume\` asks anew, since a call may go on in another
process or page; its answer says what this socket has.

- **A binary frame is one packet** (RFC 6716), mono, without a container. The server sends ${OPUS.packetMs} ms in each, about ${(OPUS.bitrate * OPUS.packetMs) / 8000} bytes;
  it takes any packet there is, up to 120 ms, and two channels as one.
- **Positions stay samples of PCM.** \`receivedSamples\`, \`playedMs\`, \`fromMs\` and \`audioMs\` count what comes out of a decoder, at the rate that
  was agreed to, from the first sample that went into the encoder: of each stream a receiver leaves out the first ${OPUS.runInMs} ms that its
  decoder gives (${OPUS.runInMs * 48} samples at 48 kHz), the run-in of libopus and of every browser.
- **A stream** of the microphone begins with each socket. One of the voice begins with each response, and with each socket, and wants a
  decoder of its own; at the end of its response comes as much silence as brings the last sample out, in whole packets: at most ${OPUS.packetMs + 2} ms more than \`audioMs\`.
- A frame that is no packet is ignored and answered by \`error bad_packet\`, as one of half a sample is; it does not count as received.
- A client that comes back sends from \`receivedSamples\` on, with a fresh encoder, and hears from \`fromMs\` on: what either has to keep is the PCM.`;

const files = (): string => `## Files that tools make

\`tool.finished\` names them in \`artifacts\`, each with a path on this server (\`GET\`). A chart comes as SVG, which is light or
dark as its page is, as PNG, and as JSON with its points; \`alt\` says what it shows.

A file opens with the owner's token, as in the handshake. Its \`url\` is also a **signed link**: \`?expires=\` (seconds since 1970)
and \`&signature=\` (HMAC-SHA256 of path and expiry, by a key derived from JWT_SECRET) open it without one, in an \`<img>\` for example,
for ARTIFACT_LINK_TTL_MS. Whoever has such a link can open that file until then, and nothing else: it holds no token. A token
beside it counts for more. A server without JWT_SECRET (JWT_JWKS_URL alone) signs none: fetch the path with the token.

| status | error | meaning |
| --- | --- | --- |
| 401 | \`token_missing\`, \`token_invalid\`, \`token_expired\` | There is neither a link nor a good token. |
| 403 | \`link_invalid\` | The link was changed, or another server has signed it. |
| 404 | \`not_found\` | There is no such file, or it is not yours. |
| 410 | \`link_expired\` | The link was good once: ask for the file again, or show the token. |`;

const resume = (): string => `## Resuming a call

A call is not its socket. When the socket is gone without \`session.end\`, without a fatal \`error\` and with another close code
than ${CLOSE.normal.code}, the call waits \`resumeGraceMs\` for its client: the reply is held where the client last said that it was heard, tools go on. The client opens a
new socket at \`${STREAM_PATH}?resume=<sessionId>\`, with a token of the same user, and says \`session.resume\`. (The query lets the
handshake in although the call still has its place among the user's sessions; such a socket can do nothing but resume.)

\`\`\`
${RESUME_EXAMPLE}
\`\`\`

- \`resumeToken\` is a secret, good for one use: \`session.resumed\` brings the next one.
- \`lastSeq\` is the highest \`seq\` that came. The messages after it follow in order; where the server no longer has the oldest
  of them, \`missed\` is true. Partial transcripts may be left out.
- \`heard\` says where playback stopped, or how far the client's own voice came. \`response\` in the answer says where the
  audio that follows begins: the client throws away what it has not played of that response, and goes on from there.
- The client keeps the microphone audio that the server has not counted (\`receivedSamples\` in each \`pong\`), ${AUDIO_BURST_MS / 1000} s of it at
  most, and sends it from \`receivedSamples\` of \`session.resumed\` on: nothing that was said in the gap is lost or heard twice.
- \`clientSeq\` numbers what the server must get once, a typed turn or an \`input.commit\`. The client sends what is newer than
  \`lastClientSeq\` again, in its place between the audio; the server ignores a number that it has taken already.
- Whatever is wrong with it (a call that is over, another user's, an old token) has the same answer: \`resume_failed\`, and
  ${CLOSE.notResumable.code}. Start a new session then.
- A socket whose call was resumed by another one is closed with ${CLOSE.taken.code}. A server that stops and gives its calls to another one closes
  with ${CLOSE.moved.code}: connect again and resume.`;

function messages(union: z.ZodType, io: 'input' | 'output'): string[] {
  const { oneOf, anyOf } = z.toJSONSchema(union, { io, unrepresentable: 'any' }) as {
    oneOf?: JsonSchema[];
    anyOf?: JsonSchema[];
  };
  return (oneOf ?? anyOf ?? []).map((schema) => {
    const name = String(schema.properties?.['type']?.const);
    const rows = fields(schema, '');
    const body = rows.length === 0 ? 'No further fields.' : table(['field', 'type', 'meaning'], rows);
    return `### \`${name}\`\n\n${schema.description ?? ''}\n\n${body}`;
  });
}

/** One row a field; the fields of nested objects follow theirs, with a dotted name. */
function fields(schema: JsonSchema, prefix: string): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    if (prefix === '' && (name === 'type' || name === 'seq')) return [];
    const required = schema.required?.includes(name) === true;
    const path = `${prefix}${name}`;
    if (field.anyOf !== undefined) {
      const ways = field.anyOf.flatMap((way) => [
        [`\`${path}\`${required ? '' : '?'}`, typeOf(way), field.description ?? ''],
        ...fields(way, `${path}.`),
      ]);
      return ways.map((row, index) =>
        index > 0 && row[0] === ways[0]?.[0] ? [`or ${row[0]}`, row[1] ?? '', ''] : row,
      );
    }
    const nested = field.type === 'array' ? fields(field.items ?? {}, `${path}[].`) : fields(field, `${path}.`);
    return [[`\`${path}\`${required ? '' : '?'}`, typeOf(field), field.description ?? ''], ...nested];
  });
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(' or ');
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object') {
    return `object of ${typeOf(schema.additionalProperties)}`;
  }
  const { minimum, maximum, minLength, maxLength } = schema;
  const bounds = [
    minLength === undefined ? '' : `${minLength} or more characters`,
    maxLength === undefined ? '' : `at most ${maxLength} characters`,
    minimum === undefined || maximum === undefined ? '' : `${minimum} to ${maximum}`,
  ].filter((text) => text !== '');
  return [schema.type ?? 'anything', ...bounds].join(', ');
}

const errors = (): string => `## Errors

\`fatal\` says whether the session ends. *Before start* means that only a session that has not started ends.

${table(
  ['code', 'fatal', 'closes with', 'meaning'],
  Object.entries(ERRORS).map(([code, { fatal, close, meaning }]) => [
    `\`${code}\``,
    fatal,
    fatal === 'never' ? '' : String(CLOSE[close].code),
    meaning,
  ]),
)}`;

const closeCodes = (): string => `## Close codes

*Retry* says whether connecting again may help.

${table(
  ['code', 'reason', 'retry', 'meaning'],
  Object.values(CLOSE).map(({ code, reason, retry, meaning }) => [String(code), reason, retry ? 'yes' : 'no', meaning]),
)}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
