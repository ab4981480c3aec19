// What may happen in a call, by name: the protocol's server messages, and what only the caller's side knows.
import { serverMessageSchema, type ServerMessage } from '../../src/protocol/index.js';

/** Seen from the caller's end of the line. */
export type CallerEvent =
  | { readonly type: 'caller.speaks'; readonly text: string }
  /** The last sound of what was said has left the microphone. */
  | { readonly type: 'caller.stopped'; readonly text: string }
  | { readonly type: 'caller.types'; readonly text: string }
  /** A sound without words. */
  | { readonly type: 'caller.noise'; readonly text: string }
  /** The first audio of a response has arrived. */
  | { readonly type: 'response.audio'; readonly responseId: string }
  /** The last sample of a response was heard. */
  | { readonly type: 'playback.finished'; readonly responseId: string }
  | { readonly type: 'call.closed'; readonly code: number };

export type CallEvent = ServerMessage | CallerEvent;
export type EventName = CallEvent['type'];

/** An event and when it came, ms since the call began. */
export type Timed = CallEvent & { readonly atMs: number };

const CALLER_EVENTS: readonly CallerEvent['type'][] = [
  'caller.speaks',
  'caller.stopped',
  'caller.types',
  'caller.noise',
  'response.audio',
  'playback.finished',
  'call.closed',
];

export const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...serverMessageSchema.options.map((option) => option.shape.type.value),
  ...CALLER_EVENTS,
]);

export const isEventName = (name: string): name is EventName => EVENT_NAMES.has(name);

/** The field that a bare text in a scenario is compared with, where it is not `text`. */
const MAIN_FIELDS: Readonly<Record<string, string>> = {
  'response.interrupted': 'heardText',
  'response.text': 'delta',
  'tool.started': 'name',
  'tool.progress': 'name',
  'tool.result': 'name',
  'tool.finished': 'name',
  'session.ended': 'reason',
  error: 'code',
};

export const mainField = (event: CallEvent): unknown =>
  (event as unknown as Readonly<Record<string, unknown>>)[MAIN_FIELDS[event.type] ?? 'text'];
