// Sentence templates: `show [me] (the|all) transactions for {client}`. `[x]` may be left out, `(a|b)` is one of the two,
// `{slot}` is one line of a named list, which may itself be a template. Sampling is deterministic for a given `Random`.

import type { TemplateSection } from '../../domain.port.js';

/** Uniform in [0, 1). */
export type Random = () => number;

/** A deterministic generator of good enough randomness for sampling (mulberry32, public domain, Tommy Ettinger). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'slot'; readonly name: string }
  | { readonly kind: 'sequence'; readonly parts: readonly TemplateNode[] }
  | { readonly kind: 'choice'; readonly options: readonly TemplateNode[] };

const EMPTY: TemplateNode = { kind: 'text', text: '' };

/** Parses one template. Throws SyntaxError on a bracket that does not match. */
export function parseTemplate(template: string): TemplateNode {
  let at = 0;
  const fail = (): never => {
    throw new SyntaxError(`bad template at ${at}: ${template}`);
  };
  const alternatives = (closing: string): TemplateNode => {
    const options: TemplateNode[] = [];
    let parts: TemplateNode[] = [];
    for (;;) {
      const char = template[at];
      if (char === undefined || char === closing) {
        if (char === undefined && closing !== '') fail();
        options.push({ kind: 'sequence', parts });
        return options.length === 1 ? (options[0] ?? EMPTY) : { kind: 'choice', options };
      }
      at += 1;
      if (char === '|') {
        options.push({ kind: 'sequence', parts });
        parts = [];
      } else if (char === '(' || char === '[') {
        const inner = alternatives(char === '(' ? ')' : ']');
        at += 1;
        parts.push(char === '(' ? inner : { kind: 'choice', options: [inner, EMPTY] });
      } else if (char === '{') {
        const end = template.indexOf('}', at);
        if (end < 0) fail();
        parts.push({ kind: 'slot', name: template.slice(at, end) });
        at = end + 1;
      } else if (char === ')' || char === ']' || char === '}') {
        fail();
      } else {
        let end = at;
        while (end < template.length && !'|()[]{}'.includes(template[end] ?? '')) end += 1;
        parts.push({ kind: 'text', text: template.slice(at - 1, end) });
        at = end;
      }
    }
  };
  return alternatives('');
}

/**
 * Draws `count` sentences (fewer where a template leaves nothing): a section by its weight, a template of it at random, then every choice in it at random.
 * Sentences are lower-case with single blanks. Throws SyntaxError for a bad template or an unknown slot.
 */
export function* sampleSentences(
  sections: readonly TemplateSection[],
  slots: Readonly<Record<string, readonly string[]>>,
  count: number,
  random: Random,
): Generator<string> {
  const parsed = new Map<string, TemplateNode>();
  const node = (template: string): TemplateNode => {
    let found = parsed.get(template);
    if (found === undefined) {
      found = parseTemplate(template);
      parsed.set(template, found);
    }
    return found;
  };
  const pick = <T>(items: readonly T[]): T | undefined => items[Math.floor(random() * items.length)];
  const expand = (part: TemplateNode): string => {
    if (part.kind === 'text') return part.text;
    if (part.kind === 'sequence') return part.parts.map(expand).join('');
    if (part.kind === 'choice') return expand(pick(part.options) ?? EMPTY);
    const values = slots[part.name];
    if (values === undefined) throw new SyntaxError(`unknown slot {${part.name}}`);
    return expand(node(pick(values) ?? ''));
  };
  const total = sections.reduce((sum, section) => sum + section.weight, 0);
  for (let drawn = 0; drawn < count; drawn += 1) {
    let mark = random() * total;
    const section = sections.find((candidate) => (mark -= candidate.weight) < 0) ?? sections.at(-1);
    const sentence = expand(node(pick(section?.templates ?? []) ?? ''))
      .toLowerCase()
      .replaceAll(/\s+/gu, ' ')
      .trim();
    if (sentence !== '') yield sentence;
  }
}
