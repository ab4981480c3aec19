// How long a text may be that comes from outside: from a model, a recogniser, a tool or a client. Every bound of such a text
// stands here, but for that of a language's name (language-tag.port.ts); where it comes in, it is compared before anything
// parses, keeps or passes it on. All in characters (UTF-16).

// From a client: what is longer is refused with `bad_message`.

/** A turn that is typed. */
export const MAX_TYPED_CHARS = 4000;
/** Words that the client's own recogniser has heard, at once. */
export const MAX_CLIENT_TRANSCRIPT_CHARS = 1000;
/** What somebody was shown who agreed to a recording, or refused it. */
export const MAX_CONSENT_CHARS = 500;
/** What a tool of the client answers, JSON. */
export const MAX_CLIENT_RESULT_CHARS = 16_384;
/** What a page tells the agent, JSON: each model request of the rest of the call holds it. */
export const MAX_CLIENT_MESSAGE_CHARS = 4096;
/** One value that fills a place in an agent's texts: longer ones of clients are refused, of claims cut. */
export const MAX_VARIABLE_CHARS = 1000;

// From a recogniser.

/**
 * Eleven minutes of speech without an end: a transcript that is longer is a fault of its recogniser, and a turn ends where
 * its settled words come to more.
 */
export const MAX_TURN_CHARS = 10_000;

// From a model.

/** The longest piece of text that is taken at once; what is behind it is cut. */
export const MAX_DELTA_CHARS = 65_536;
/** Arguments of one tool call; longer ones are not read, and the model is told. */
export const MAX_ARGUMENT_CHARS = 32_768;
/** Deeper nesting is no request of anybody's, and would exhaust the stack of whoever walks it; in levels. */
export const MAX_ARGUMENT_DEPTH = 32;
/** Tool calls of one answer; a reply makes far fewer. */
export const MAX_CALLS = 32;
/** An id of a tool call that every server takes back. */
export const MAX_ID_CHARS = 40;

// From a tool.

/** What a model is told of a result, JSON; of a longer one it gets the beginning, and is told so. */
export const MAX_RESULT_CHARS = 32_768;

/** What a tool tells the page, JSON. */
export const MAX_CUSTOM_MESSAGE_CHARS = 16_384;

/** Of a table for the client to show: rows, columns, and characters of one value. What is beyond is cut. */
export const MAX_TABLE_ROWS = 100;
export const MAX_TABLE_COLUMNS = 12;
export const MAX_CELL_CHARS = 300;

/** Whether arguments are too long or nested too deep to be looked at. One pass, without parsing. */
export function unreadable(json: string): boolean {
  if (json.length > MAX_ARGUMENT_CHARS) return true;
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < json.length; at += 1) {
    const char = json[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '{' || char === '[') {
      depth += 1;
      if (depth > MAX_ARGUMENT_DEPTH) return true;
    } else if (char === '}' || char === ']') depth -= 1;
  }
  return false;
}

/** `text` and `more`, cut one character beyond what can be read: enough to be known as too long. */
export const boundedArguments = (text: string, more: string): string =>
  text.length > MAX_ARGUMENT_CHARS ? text : text + more.slice(0, MAX_ARGUMENT_CHARS + 1 - text.length);
