/** Version of the native protocol, in `session.start` and `session.started`. It changes only when old clients would break. */
export const PROTOCOL_VERSION = 1;

/** WebSocket subprotocol that a native client may offer; browsers add `bearer.<jwt>` beside it. */
export const SUBPROTOCOL = 'parley.v1';
export const BEARER_SUBPROTOCOL_PREFIX = 'bearer.';

/** Path of the native wire. */
export const STREAM_PATH = '/v1/stream';
