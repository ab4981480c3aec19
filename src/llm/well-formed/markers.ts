import { CallWords } from './call-words.js';
import { BALANCED, token, type Verdict } from './marker.js';

// Where in a text something begins that a caller must not hear: a tool call written as text, a thought, a token of the
// model's own. Models have many ways to write them; what they share is their shape (a tag, a token between bars, a bracket,
// a brace, a tool's name with its arguments) and the words in it.

/** What is looked at to decide what begins; a marker is shorter. */
export const MARKER_CHARS = 96;

const CALL =
  /(?:^|[_:.-])(?:(?:(?:tool|function|action|plugin)(?:s|calls?|code|use|input|name)?|invoke|python|dsml)(?=$|[_:.=-])|call(?:ing)?$)/;
const THOUGHT = /(?:^|[_:.-])(?:think|thought|reason|analysis|scratchpad)/;
/** What a model imagines that a tool has answered. */
const RESULT = /(?:^|[_:.-])(?:(?:tool|function)s?[_:.-])(?:responses?|results?|outputs?|observation)$/;
const END = /^(?:end|\/)|_end$|^call$/;
const BRACKETED = /^(?:tool[_ ]calls?|function[_ ]calls?|tool[_ ]use|calling (?:tool|function)s?|think)$/;
const CHAT = /^(?:start|channel|from|recipient)$/;
const BARE_TOKEN = /^(?:s|bos|eos|unk|pad|im_end|im_start|end_of_turn|start_of_turn|eot_id|end_of_text)$/;

/** Where a server has lost the tokens between the channels of a model. */
const LOST_TOKENS = ['assistantfinal', 'assistantcommentary to='];
/** The same for a model that names its recipient, here everybody. */
const TO_ALL = 'all\n';

/** With capitals, bars and blanks as ASCII has them; as long as it was. */
export const plain = (text: string): string =>
  text
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('｜', '|')
    .replaceAll('▁', '_');

/** Ends at the end of the answer. */
const NEVER = ['\0'];

export class Markers {
  private readonly names: ReadonlySet<string>;
  readonly words: CallWords;

  /** @param tools names of the tools that there are */
  constructor(tools: readonly string[]) {
    this.names = new Set(tools.map((name) => name.toLowerCase()));
    this.words = new CallWords([...this.names]);
  }

  /** Whether something may begin here at all: quick, for every character of every answer. */
  mayBegin(char: string, before: string): boolean {
    if (char === '<' || char === '[' || char === '{' || char === '`' || char === '◁') return true;
    if (char === '>') return before !== '>';
    return /[A-Za-z_]/.test(char) && !/[\p{L}\p{N}_.]/u.test(before);
  }

  /**
   * What begins where `text` begins. `whole`: nothing follows it. `first`: nothing of the answer precedes it. `quoted`: a
   * quotation mark does, so that a token is one that is spoken of.
   */
  judge(text: string, whole: boolean, first: boolean, quoted = false): Verdict {
    const seen = plain(text.slice(0, MARKER_CHARS));
    if (first && /^analysis[A-Z]/.test(text)) return { kind: 'thought', length: 8, ends: LOST_TOKENS, keepsEnd: true };
    if (first && text.startsWith(TO_ALL)) return token(TO_ALL.length);
    const verdict = this.judgePlain(seen, first);
    const isWhole = whole || seen.length >= MARKER_CHARS;
    if (verdict === 'wait' && !isWhole) return 'wait';
    // Half a token is none of the caller's either, and half a call none that could be said.
    const judged = verdict !== 'wait' ? verdict : seen.startsWith('<|') ? token(text.length) : this.cutOff(seen);
    const isMark = typeof judged !== 'string' && (judged.kind === 'token' || judged.kind === 'thought');
    return quoted && isMark ? 'none' : judged;
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
        return this.fence(text, first);
      default:
        return this.words.judge(text, first);
    }
  }

  /** What is only the beginning of something: a tag that is a call's has one, and JSON. */
  private cutOff(text: string): Verdict {
    const [, name = ''] = /^<([a-z_][\w:.-]*)[=\s>]/.exec(text) ?? [];
    if (RESULT.test(name)) return token(text.length);
    if (CALL.test(name) || this.names.has(name)) return { kind: 'call', certain: true };
    if (/^\[(?:tool|function)[_ ]calls?\]/.test(text)) return { kind: 'call', certain: true };
    return /^(?:\[\s*)?\{\s*["'“]/.test(text) ? { kind: 'call', end: BALANCED, certain: false, bare: true } : 'none';
  }

  /** `<tool_call>`, `<function=name>`, `<|python_tag|>`, `<think>`, `</s>`, `<query_transactions>` and their like. */
  private tag(text: string): Verdict {
    if (/^<[/|]{0,3}\s?[\w:.-]*\|?$/.test(text)) return 'wait';
    const [opened = '', mark = '', name = ''] = /^<([/|]{0,3}\s?)([a-z_][\w:.-]*)/.exec(text) ?? [];
    const isBar = mark.includes('|');
    const isOpenBar = isBar && text[opened.length] === '>';
    const isEnd =
      mark.includes('/') || (isBar ? END.test(name) : text.startsWith('|>', opened.length)) || name.startsWith('end_');
    const isCall = CALL.test(name) || (!isBar && this.names.has(name));
    const length = text.indexOf('>') + 1;
    if (isBar && CHAT.test(name) && !isEnd && !isOpenBar) return { kind: 'header' };
    if (name === '') return 'none';
    if (!isEnd && (isCall || RESULT.test(name))) {
      return this.marked(text, opened.length, endOf(name, isBar, isOpenBar), RESULT.test(name), isBar);
    }
    const isToken = isBar || isCall || (isEnd && text.startsWith('|>', opened.length)) || BARE_TOKEN.test(name);
    if (!isToken && !THOUGHT.test(name)) return 'none';
    if (length === 0) return 'wait';
    if (isEnd || !(THOUGHT.test(name) || (isOpenBar && name === 'channel'))) return token(length);
    const opening = text.slice(0, length);
    const ends = [`</${name}>`, `<${name}|>`, opening.replace('<', '</'), opening.replace('start', 'end')];
    return { kind: 'thought', length, ends: ends.filter((end) => end !== opening) };
  }

  /** A call, or an imagined answer, behind its tag; a tag that is only spoken of has words behind it. */
  private marked(text: string, nameEnd: number, end: string | undefined, isResult: boolean, isBar: boolean): Verdict {
    // `<function=name{...}</function>`: the bracket is forgotten.
    const [head = ''] = /^(?:=["']?[\w.:-]+["']?)?(?=\s*[{(])|^[^>{]*>/.exec(text.slice(nameEnd)) ?? [];
    if (head === '') return text.length < MARKER_CHARS && !/[<\n]/.test(text.slice(nameEnd)) ? 'wait' : 'none';
    const body = nameEnd + head.length;
    const begins = isBar ? 'call' : this.content(text.slice(body));
    if (begins !== 'call') return begins;
    if (isResult) return { kind: 'thought', length: body, ends: end === undefined ? NEVER : [end] };
    const blanks = text.length - body - text.slice(body).trimStart().length;
    const json = /^[[{]/.test(text.slice(body + blanks)) ? { json: body + blanks } : {};
    return { kind: 'call', ...(end === undefined ? {} : { end, ...json }), certain: true };
  }

  /** Whether what stands behind the mark of a call can be one: brackets, tags, or a name that has its own behind it. */
  private content(text: string): 'call' | 'none' | 'wait' {
    const inner = text.trimStart();
    if (inner === '' || /^`{1,2}$/.test(inner)) return 'wait';
    if (/^(?:[[{<]|```)/.test(inner)) return 'call';
    const [whole = '', name = ''] = /^([a-z_][\w.:-]*)\s*/.exec(inner) ?? [];
    if (name === '') return 'none';
    if (whole.length === inner.length) return 'wait';
    const isKnown = [...this.names].some((known) => name.endsWith(known)) && whole.includes('\n');
    return isKnown || '<{(['.includes(inner[whole.length] ?? '') ? 'call' : 'none';
  }

  /** `[TOOL_CALLS]`, `[THINK]`, `[Calling tool: ...]`, a list of calls as JSON, `[query_transactions(client_id=5001)]`. */
  private bracket(text: string): Verdict {
    if (text.startsWith('[think]')) return { kind: 'thought', length: 7, ends: ['[/think]'] };
    const inner = text.slice(1).trimStart();
    if (inner === '') return 'wait';
    if (inner.startsWith('{')) return brace(inner);
    const [, slash, name = '', after] = /^(\/?)((?:calling )?(?:tool|function)?[_ ]?[a-z_]*)(.)?/s.exec(inner) ?? [];
    if (after === undefined) return 'wait';
    if (BRACKETED.test(name.trim())) {
      if (slash === '') return after === ']' ? this.behind(text) : { kind: 'call', certain: true };
      return after === ']' ? token(text.indexOf(']') + 1) : 'none';
    }
    const verdict = this.words.judge(inner, false);
    if (typeof verdict === 'string') return verdict;
    return verdict.kind === 'call' ? { ...verdict, end: BALANCED } : 'none';
  }

  /** `[TOOL_CALLS]` with a call behind it. */
  private behind(text: string): Verdict {
    const begins = this.content(text.slice(text.indexOf(']') + 1).replace(/^\s*:/, ''));
    return begins === 'call' ? { kind: 'call', certain: true } : begins;
  }

  /** A code fence with a call in it. */
  private fence(text: string, first: boolean): Verdict {
    if (/^`{1,2}$/.test(text)) return 'wait';
    // An answer that is a call in code.
    if (first && /^`[^`]/.test(text)) {
      const inside = this.judgePlain(text.slice(1), false);
      return typeof inside === 'string' || inside.kind !== 'call' ? inside : { kind: 'call', end: '`', certain: true };
    }
    const opened = /^```+[ \t]*([\w+-]*)(\s*)/.exec(text);
    if (opened === null) return 'none';
    const [opening, language = ''] = opened;
    if (/tool|function/.test(language)) return { kind: 'call', end: '```', certain: true };
    // `result = query_transactions(...)` is the call.
    const content = text.slice(opening.length).replace(/^\w+ = /, '');
    if (/^\w+(?: =?)?$/.test(content)) return 'wait';
    if (content === '') return 'wait';
    const verdict = content.startsWith('`') ? 'none' : this.judgePlain(content, false);
    if (typeof verdict === 'string') return verdict;
    return verdict.kind === 'call' ? { kind: 'call', end: '```', certain: verdict.certain } : 'none';
  }
}

/** What closes a tag; none for a token between bars, whose call goes on to the end of the answer. */
function endOf(name: string, isBar: boolean, isOpenBar: boolean): string | undefined {
  if (isOpenBar) return `<${name}|>`;
  if (isBar) return undefined;
  return name.startsWith('start_') ? `<end_${name.slice(6)}>` : `</${name}>`;
}

/** A brace that begins JSON: with a key. */
function brace(text: string): Verdict {
  const key = /^\{\s*(?:"[^"]*"|'[^']*'|“[^”]*”|[\p{L}_][\w-]*)\s*:/u;
  if (key.test(text)) return { kind: 'call', end: BALANCED, certain: false, bare: true };
  return /^\{\s*(?:["'“][^"'”]*["'”]?\s*|[\p{L}_][\w-]*\s*)?$/u.test(text) ? 'wait' : 'none';
}

function bracketed(text: string, opening: string, closing: string): Verdict {
  if (text.startsWith(opening)) return { kind: 'thought', length: opening.length, ends: [closing] };
  return opening.startsWith(text) ? 'wait' : 'none';
}
