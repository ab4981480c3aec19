// Where in a text something begins that a caller must not hear: a tool call written as text, a thought, a token of the
// model's own. Models have many ways to write them; what they share is their shape (a tag, a token between bars, a bracket,
// a brace, a tool's name with its arguments) and the words in it.

/** What begins at a place of the text. */
export type Marker =
  /** Not for the caller, up to and with one of `ends` (or without it); `length` is how long its beginning is. */
  | { readonly kind: 'thought'; readonly length: number; readonly ends: readonly string[]; readonly keepsEnd?: true }
  /** A tool call, up to and with `end` (`BALANCED`: its last bracket); without one it goes on to the end of the answer. */
  | { readonly kind: 'call'; readonly end?: string; readonly certain: boolean }
  /** Says to whom what follows it is addressed; ends with `<|message|>`. */
  | { readonly kind: 'header' }
  /** Nothing by itself: only it is left out. */
  | { readonly kind: 'token'; readonly length: number };

export type Verdict = Marker | 'none' | 'wait';

/** A call is over when its brackets are closed. */
export const BALANCED = 'balanced';

/** What is looked at to decide what begins; a marker is shorter. */
export const MARKER_CHARS = 96;

const CALL =
  /(?:^|[_:.-])(?:(?:(?:tool|function|action|plugin)(?:s|calls?|code|use|input|name)?|invoke|python|dsml)(?=$|[_:.=-])|call(?:ing)?$)/;
const THOUGHT = /(?:^|[_:.-])(?:think|thought|reason|analysis|scratchpad)/;
const END = /^(?:end|\/)|_end$|^call$/;
const BRACKETED = /^(?:tool[_ ]calls?|function[_ ]calls?|tool[_ ]use|calling|think)$/;
const CHAT = /^(?:start|channel)$/;
const BARE_TOKEN = /^(?:s|bos|eos|unk|pad|im_end|im_start|end_of_turn|start_of_turn|eot_id|end_of_text)$/;

/** Where a server has lost the tokens between the channels of a model. */
const LOST_TOKENS = ['assistantfinal', 'assistantcommentary to='];

/** With capitals, bars and blanks as ASCII has them; as long as it was. */
export const plain = (text: string): string =>
  text
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('｜', '|')
    .replaceAll('▁', '_');

export class Markers {
  /** A tool's name with its arguments behind it, at the beginning of a word. */
  private readonly named: readonly string[];
  private readonly names: ReadonlySet<string>;

  /** @param tools names of the tools that there are */
  constructor(tools: readonly string[]) {
    const names = tools.map((name) => name.toLowerCase());
    this.names = new Set(names);
    const prefixes = ['', 'functions.', 'function.', 'tools.', 'tool.', 'default_api.', 'print(', 'print(default_api.'];
    this.named = names.flatMap((name) => prefixes.map((prefix) => prefix + name));
  }

  /** Whether something may begin here at all: quick, for every character of every answer. */
  mayBegin(char: string, before: string): boolean {
    if (char === '<' || char === '[' || char === '{' || char === '`' || char === '◁') return true;
    return /[A-Za-z_]/.test(char) && !/[\p{L}\p{N}_.]/u.test(before);
  }

  /** What begins where `text` begins. `whole`: nothing follows it. `first`: nothing of the answer precedes it. */
  judge(text: string, whole: boolean, first: boolean): Verdict {
    const seen = plain(text.slice(0, MARKER_CHARS));
    if (first && /^analysis[A-Z]/.test(text)) return { kind: 'thought', length: 8, ends: LOST_TOKENS, keepsEnd: true };
    const verdict = this.judgePlain(seen, first);
    if (verdict !== 'wait') return verdict;
    // Half a token is none of the caller's either.
    if (whole && seen.startsWith('<|')) return { kind: 'token', length: text.length };
    return whole || seen.length >= MARKER_CHARS ? 'none' : 'wait';
  }

  private judgePlain(text: string, first: boolean): Verdict {
    switch (text.charAt(0)) {
      case '<':
        return this.tag(text);
      case '◁':
        return bracketed(text, '◁think▷', '◁/think▷');
      case '[':
        return this.bracket(text);
      case '{':
        return brace(text);
      case '`':
        return this.fence(text);
      default:
        return this.word(text, first);
    }
  }

  /** `<tool_call>`, `<function=name>`, `<|python_tag|>`, `<think>`, `</s>`, `<query_transactions>` and their like. */
  private tag(text: string): Verdict {
    if (/^<\/?\|?\/?\s?[\w:.-]*$/.test(text)) return 'wait';
    const [, mark = '', name = ''] = /^<([/|]{0,3}\s?)([a-z_][\w:.-]*)/.exec(text) ?? [];
    const isBar = mark.includes('|');
    const isEnd = mark.includes('/') || (isBar && END.test(name));
    const isCall = CALL.test(name) || (!isBar && this.names.has(name));
    const length = text.indexOf('>') + 1;
    if (isBar && CHAT.test(name) && !isEnd) return { kind: 'header' };
    if (isCall && !isEnd) return { kind: 'call', ...(isBar ? {} : { end: `</${name}>` }), certain: true };
    if (name === '' || !(isBar || isCall || THOUGHT.test(name) || BARE_TOKEN.test(name))) return 'none';
    if (length === 0) return 'wait';
    if (isEnd || !THOUGHT.test(name)) return { kind: 'token', length };
    const opening = text.slice(0, length);
    const ends = [`</${name}>`, opening.replace('<', '</'), opening.replace('start', 'end')];
    return { kind: 'thought', length, ends: ends.filter((end) => end !== opening) };
  }

  /** `[TOOL_CALLS]`, `[THINK]`, `[Calling tool: ...]`, a list of calls as JSON, `[query_transactions(client_id=5001)]`. */
  private bracket(text: string): Verdict {
    if (text.startsWith('[think]')) return { kind: 'thought', length: 7, ends: ['[/think]'] };
    const inner = text.slice(1).trimStart();
    if (inner === '') return 'wait';
    if (inner.startsWith('{')) return brace(inner);
    const [, slash, name = '', after] = /^(\/?)((?:tool|function)?[_ ]?[a-z_]*)(.)?/s.exec(inner) ?? [];
    if (after === undefined) return 'wait';
    if (BRACKETED.test(name.trim())) {
      if (slash === '') return { kind: 'call', certain: true };
      return after === ']' ? { kind: 'token', length: text.indexOf(']') + 1 } : 'none';
    }
    const verdict = this.word(inner, false);
    if (typeof verdict === 'string') return verdict;
    return verdict.kind === 'call' ? { ...verdict, end: BALANCED } : 'none';
  }

  /** A code fence with a call in it. */
  private fence(text: string): Verdict {
    if (/^`{1,2}$/.test(text)) return 'wait';
    const opened = /^```+[ \t]*([\w+-]*)(\s*)/.exec(text);
    if (opened === null) return 'none';
    const [opening, language = ''] = opened;
    if (/tool|function/.test(language)) return { kind: 'call', end: '```', certain: true };
    const content = text.slice(opening.length);
    if (content === '') return 'wait';
    const verdict = content.startsWith('`') ? 'none' : this.judgePlain(content, false);
    if (typeof verdict === 'string') return verdict;
    return verdict.kind === 'call' ? { kind: 'call', end: '```', certain: verdict.certain } : 'none';
  }

  /** `query_transactions({...})`, `functions.query_transactions{...}`, `commentary to=functions.query_transactions ...`. */
  private word(text: string, first: boolean): Verdict {
    for (const spoken of ['assistantcommentary to=', 'commentary to=', 'assistant to=', 'to=functions.', 'action: ']) {
      if (spoken.startsWith(text)) return 'wait';
      if (!text.startsWith(spoken)) continue;
      if (spoken !== 'action: ') return { kind: 'call', certain: true };
      const after = text.slice(spoken.length);
      if ([...this.names].some((name) => after.startsWith(name))) return { kind: 'call', certain: true };
      if ([...this.names].some((name) => name.startsWith(after))) return 'wait';
    }
    // The tokens between the channels of a model are lost: `analysisThe caller wants ... assistantfinalGood morning.`
    if (first && 'analysis'.startsWith(text)) return 'wait';
    if (text.startsWith('assistantfinal')) return { kind: 'token', length: 'assistantfinal'.length };
    if ('assistantfinal'.startsWith(text)) return 'wait';
    let verdict: Verdict = 'none';
    for (const named of this.named) {
      if (named.startsWith(text)) return 'wait';
      if (!text.startsWith(named)) continue;
      const after = text.slice(named.length);
      const args = /^(?:\(|\s*\{|\s*\(\s*\{|\s*```|\s*\n\s*\{)/.test(after);
      if (args) return { kind: 'call', end: BALANCED, certain: true };
      if (/^(?:\s*|\s*`{1,2}|\s*\(\s*)$/.test(after)) verdict = 'wait';
    }
    return verdict;
  }
}

/** A brace that begins JSON. Nobody says one. */
function brace(text: string): Verdict {
  if (/^\{\s*["'“]/.test(text)) return { kind: 'call', end: BALANCED, certain: false };
  if (/^\{\s*[\p{L}_][\w-]*\s*:/u.test(text)) return { kind: 'call', end: BALANCED, certain: false };
  return /^\{\s*(?:[\p{L}_][\w-]*\s*)?$/u.test(text) ? 'wait' : 'none';
}

function bracketed(text: string, opening: string, closing: string): Verdict {
  if (text.startsWith(opening)) return { kind: 'thought', length: opening.length, ends: [closing] };
  return opening.startsWith(text) ? 'wait' : 'none';
}
