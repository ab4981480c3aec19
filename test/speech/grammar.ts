// Whether the templates of the recogniser's language model can make a sentence: what they can make is no test of it.
import { domainGrammar } from '../../src/stt/pocketsphinx/language/domain.js';
import { parseTemplate, type TemplateNode } from '../../src/stt/pocketsphinx/language/template.js';
import type { SpeechDomain } from '../../src/stt/domain.port.js';

/** An ending is a word of its own: a slot may stand before it. */
const words = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll("'s", " 's")
    .split(/\s+/)
    .filter((word) => word !== '');

/** Reads sentences by the templates of a domain, all of them, and its slots, however deep. */
export class Grammar {
  private readonly templates: readonly string[];
  private readonly slots: Readonly<Record<string, readonly string[]>>;
  private readonly parsed = new Map<string, TemplateNode>();

  constructor(domain: SpeechDomain) {
    const { sections, slots } = domainGrammar(domain);
    this.templates = sections.flatMap((section) => section.templates);
    this.slots = slots;
  }

  /** The template that makes this sentence (lower case, no punctuation), or undefined. */
  sourceOf(sentence: string): string | undefined {
    const spoken = words(sentence);
    const known = new Map<string, ReadonlySet<number>>();
    return this.templates.find((template) => this.ends(this.node(template), 0, spoken, known).has(spoken.length));
  }

  /** Positions up to which this part can have been read when it begins at word `at`. */
  private ends(
    part: TemplateNode,
    at: number,
    spoken: readonly string[],
    known: Map<string, ReadonlySet<number>>,
  ): ReadonlySet<number> {
    if (part.kind === 'text') {
      const wanted = words(part.text);
      return new Set(wanted.every((word, n) => spoken[at + n] === word) ? [at + wanted.length] : []);
    }
    if (part.kind === 'choice')
      return new Set(part.options.flatMap((option) => [...this.ends(option, at, spoken, known)]));
    if (part.kind === 'sequence') {
      let reached = new Set([at]);
      for (const next of part.parts) {
        reached = new Set([...reached].flatMap((from) => [...this.ends(next, from, spoken, known)]));
      }
      return reached;
    }
    const key = `${part.name} ${at}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const values = this.slots[part.name] ?? [];
    const found = new Set(values.flatMap((value) => [...this.ends(this.node(value), at, spoken, known)]));
    known.set(key, found);
    return found;
  }

  private node(template: string): TemplateNode {
    const known = this.parsed.get(template) ?? parseTemplate(template.toLowerCase());
    this.parsed.set(template, known);
    return known;
  }
}
