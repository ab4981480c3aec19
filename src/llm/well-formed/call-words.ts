import { BALANCED, token, type Verdict } from './marker.js';

// Calls, labels and addresses that begin with a word: a tool's name with its arguments, `Action:` and `Action Input:`, the
// names of channels whose tokens a server has lost. In small letters, as `plain` makes them.

/** Where a model that thinks aloud goes on to what it does, or says. */
const AFTER_THOUGHT = ['action:', 'final answer:'];
/** Labels before what is for the caller. */
const LABELS = ['assistantfinal', 'final answer:', '>>>all\n'];
const THOUGHTS = ['thought:', 'question:'];
/** Words that a tool's name follows, and nothing else. */
const CALLING = [
  'assistantcommentary to=',
  'commentary to=',
  'assistant to=',
  'to=functions.',
  'function call<|role_sep|>',
];
/** What may stand before a tool's name and its arguments. */
const PREFIXES = [
  '',
  'functions.',
  'function.',
  'tools.',
  'tool.',
  'default_api.',
  'print(',
  'print(default_api.',
  'call:',
  '>>>',
  'tool_call: ',
  'tool call: ',
  'function_call: ',
  'function call: ',
];
/** A tool's name on a line of its own, its arguments on the next. */
const NAME_LABELS = ['action: ', 'tool: ', 'function: ', 'tool name: ', 'function name: '];
const INPUT_LABELS = ['action input:', 'input:', 'arguments:', 'parameters:', 'args:'];

export class CallWords {
  /** A tool's name with what may stand before it. */
  private readonly named: readonly string[];

  /** @param names of the tools, in small letters */
  constructor(private readonly names: readonly string[]) {
    this.named = names.flatMap((name) => PREFIXES.map((prefix) => prefix + name));
  }

  /** What begins with the word that `text` begins with. `first`: nothing of the answer precedes it. */
  judge(text: string, first: boolean): Verdict {
    for (const spoken of CALLING) {
      if (spoken.startsWith(text)) return 'wait';
      if (text.startsWith(spoken)) return { kind: 'call', certain: true };
    }
    const label = LABELS.find((each) => text.startsWith(each));
    if (label !== undefined) return token(label.length);
    if (first && /^all\n?<\|content\|>/.test(text)) return { kind: 'header' };
    const thought = first ? THOUGHTS.find((each) => text.startsWith(each)) : undefined;
    if (thought !== undefined) return { kind: 'thought', length: thought.length, ends: AFTER_THOUGHT, keepsEnd: true };
    if (/^functools\s*\[\s*\{/.test(text)) return { kind: 'call', end: BALANCED, certain: true };
    // Of tools that there are not, too.
    if (/^(?:call:[\w.-]+|>>>[\w.-]+\n\s*)\{/.test(text))
      return { kind: 'call', end: BALANCED, certain: true, bare: true };
    const waits = [
      'functools',
      'call:',
      ...LABELS,
      ...(first ? ['analysis', 'all\n', 'all<|content|>', ...THOUGHTS] : []),
    ];
    if (waits.some((each) => each.startsWith(text)) || UNDECIDED.test(text)) return 'wait';
    return this.labelled(text) ?? this.name(text);
  }

  /** Whether a sentence goes on where `text` begins: in small letters, and not with another call. */
  goesOn(text: string, whole: boolean): boolean | 'wait' {
    const next = text.replace(/^[ \t]*[,;]?[ \t]*/, '');
    if (next === '') return whole ? false : 'wait';
    if (!/^\p{Ll}/u.test(next)) return false;
    const isCut = this.named.some((named) => named.startsWith(next));
    if (isCut && !whole) return 'wait';
    return !isCut && !this.named.some((named) => next.startsWith(named));
  }

  /** `Action: query_transactions`, with `Action Input: ...` on the next line. */
  private labelled(text: string): Verdict | undefined {
    if (NAME_LABELS.some((label) => label.startsWith(text))) return 'wait';
    const label = NAME_LABELS.find((each) => text.startsWith(each));
    if (label === undefined) return undefined;
    const after = text.slice(label.length);
    // The call itself, as JSON: the label is nothing for the caller.
    if (/^\s*(?:```|\[\s*\{)/.test(after)) return token(label.length);
    if (/^\s*(?:`{1,2}|\[\s*)$/.test(after)) return 'wait';
    let verdict: Verdict = 'none';
    for (const name of this.names) {
      if (name.startsWith(after)) return 'wait';
      if (!after.startsWith(name)) continue;
      const rest = after.slice(name.length);
      const next = /^[ \t]*\n\s*/.test(rest) ? rest.trimStart() : undefined;
      if (/^\s*[[({]/.test(rest) || INPUT_LABELS.some((each) => next?.startsWith(each)))
        return { kind: 'call', certain: true };
      if (/^\s*$/.test(rest) || INPUT_LABELS.some((each) => next !== undefined && each.startsWith(next)))
        verdict = 'wait';
    }
    // Of tools that there are not, too.
    if (/^[\w.-]+[ \t]*\n\s*action input:/.test(after)) return { kind: 'call', certain: true };
    const [, next] = /^[\w.-]+[ \t]*(?:\n\s*([a-z ]*))?$/.exec(after) ?? [];
    return /^[\w.-]+[ \t]*\n?$/.test(after) || (next !== undefined && 'action input:'.startsWith(next))
      ? 'wait'
      : verdict;
  }

  /** A tool's name, with its arguments behind it. */
  private name(text: string): Verdict {
    let verdict: Verdict = 'none';
    for (const named of this.named) {
      if (named.startsWith(text)) return 'wait';
      if (!text.startsWith(named)) continue;
      const after = text.slice(named.length);
      if (/^(?:\(|\s*:?\s*\{|\s*\(\s*\{|\s*```)/.test(after))
        return { kind: 'call', end: BALANCED, certain: true, bare: true };
      const next = after.trimStart();
      if (next.startsWith(CONTENT)) return { kind: 'call', end: BALANCED, certain: true };
      if (/^(?::\s*|`{1,2}|\(\s*)?$/.test(next) || CONTENT.startsWith(next)) verdict = 'wait';
    }
    return verdict;
  }
}

/** Behind the name of who is addressed. */
const CONTENT = '<|content|>';
/** What may yet become one of the calls whose tool nobody need know. */
const UNDECIDED = /^(?:functools\s*(?:\[\s*)?|call:[\w.-]*|>>>[\w.-]*\n?\s*)$/;
