// How much of what a model writes is looked at: every bound of its texts in one place, checked before anything parses them.

/** Longest arguments of one tool call, characters. */
export const MAX_ARGUMENT_CHARS = 32_768;
/** Deeper nesting is no request of anybody's, and would exhaust the stack of whoever walks it. */
export const MAX_ARGUMENT_DEPTH = 32;
/** Tool calls of one answer; a reply makes far fewer. */
export const MAX_CALLS = 32;
/** Longest piece of text that is taken from a model at once, characters. */
export const MAX_DELTA_CHARS = 65_536;
/** Longest id of a tool call that every server takes back, characters. */
export const MAX_ID_CHARS = 40;

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
