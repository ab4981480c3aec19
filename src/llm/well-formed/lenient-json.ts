import { MAX_ARGUMENT_DEPTH } from '../../bounds/texts.port.js';

// JSON as models write it when they write it like Python or JavaScript: single quotes, bare keys, True and None, a comma too
// many. Only what can be read in one way; a text that is cut off, or goes on behind its end, is refused.

const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '“': '”', '‘': '’' };
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };
const WORDS: Readonly<Record<string, boolean | null>> = {
  true: true,
  True: true,
  false: false,
  False: false,
  null: null,
  None: null,
  undefined: null,
  NaN: null,
  nil: null,
};

/** The value of the whole text. Throws a SyntaxError. The text has to be bounded in length. */
export function readLeniently(text: string): unknown {
  return new Reader(text).whole();
}

class Reader {
  private at = 0;
  private depth = 0;

  constructor(private readonly text: string) {}

  whole(): unknown {
    const value = this.value();
    this.skip();
    return this.at === this.text.length ? value : this.fail();
  }

  private value(): unknown {
    this.skip();
    const char = this.text[this.at] ?? '';
    if (char === '{') return this.object();
    if (char === '[') return this.array();
    if (char in CLOSING) return this.string(CLOSING[char] ?? char);
    const word = this.match(/[^\s,:=[\]{}"']+/y);
    if (Object.hasOwn(WORDS, word)) return WORDS[word];
    return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(word) ? Number(word) : this.fail();
  }

  private object(): unknown {
    const entries: [string, unknown][] = [];
    this.list('}', () => {
      const char = this.text[this.at] ?? '';
      const key = char in CLOSING ? this.string(CLOSING[char] ?? char) : this.match(/[\p{L}_$][\p{L}\p{N}_$-]*/uy);
      this.skip();
      if (this.match(/[:=]>?/y) === '') this.fail();
      entries.push([key, this.value()]);
    });
    return Object.fromEntries(entries);
  }

  private array(): unknown[] {
    const values: unknown[] = [];
    this.list(']', () => values.push(this.value()));
    return values;
  }

  private list(end: string, item: () => void): void {
    this.depth += 1;
    if (this.depth > MAX_ARGUMENT_DEPTH) this.fail();
    this.at += 1;
    for (this.skip(); this.text[this.at] !== end; this.skip()) {
      item();
      this.skip();
      if (this.text[this.at] === ',') this.at += 1;
      else if (this.text[this.at] !== end) this.fail();
    }
    this.at += 1;
    this.depth -= 1;
  }

  private string(end: string): string {
    const parts: string[] = [];
    for (this.at += 1; this.text[this.at] !== end; this.at += 1) {
      const char = this.text[this.at];
      if (char === undefined) this.fail();
      parts.push(char === '\\' ? this.escape() : char);
    }
    this.at += 1;
    return parts.join('');
  }

  private escape(): string {
    this.at += 1;
    const char = this.text[this.at] ?? this.fail();
    if (char !== 'u') return ESCAPES[char] ?? char;
    const code = this.text.slice(this.at + 1, this.at + 5);
    if (!/^[\da-f]{4}$/i.test(code)) this.fail();
    this.at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  private skip(): void {
    this.match(/\s*/y);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private fail(): never {
    throw new SyntaxError('not readable in one way');
  }
}
