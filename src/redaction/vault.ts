// The values of one call and the tokens that stand for them. Lives and ends with the call; never written down.
import { LRUCache } from 'lru-cache';
import type { Entity, Finder } from './entity.js';

/** `[card_1]`. */
export const TOKEN = /\[([a-z][a-z0-9]{0,31})_(\d{1,4})\]/g;
/** Texts whose redaction is remembered: a history is sent with every request. Characters. */
const MEMORY_CHARS = 500_000;
const MAX_TEXT_CHARS = 20_000;

export class Vault {
  private readonly tokens = new Map<string, string>();
  private readonly values = new Map<string, { readonly kind: string; readonly value: string }>();
  private readonly counts = new Map<string, number>();
  private readonly known = new LRUCache<string, string>({
    maxSize: MEMORY_CHARS,
    sizeCalculation: (_, text) => text.length + 1,
  });

  /** Earlier finders go before later ones where both find something. */
  constructor(private readonly finders: readonly Finder[]) {}

  /** The text with tokens in the place of values; the same value has the same token for the whole call. */
  redact(text: string): string {
    if (text === '') return text;
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const redacted = this.replaced(text, this.entitiesIn(text), text.length);
    if (text.length <= MAX_TEXT_CHARS) this.known.set(text, redacted);
    return redacted;
  }

  /** `heard` is the beginning of `text`: redacted as the whole is, so that no half of a value stands in it. */
  redactHeard(text: string, heard: string): string {
    if (heard === text || !text.startsWith(heard)) return this.redact(heard);
    return this.replaced(text, this.entitiesIn(text), heard.length);
  }

  /** The same for all texts and numbers in a piece of JSON. */
  redactJson(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value === 'number') {
      const text = String(value);
      const redacted = this.redact(text);
      return redacted === text ? value : redacted;
    }
    if (Array.isArray(value)) return value.map((item) => this.redactJson(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.redact(key), this.redactJson(item)]));
  }

  /** What a token stands for; undefined for one that is none. */
  valueOf(token: string): { readonly kind: string; readonly value: string } | undefined {
    return this.values.get(token);
  }

  private replaced(text: string, entities: readonly Entity[], until: number): string {
    let out = '';
    let at = 0;
    for (const { kind, value, start, end } of entities) {
      if (start >= until) break;
      out += unforged(text.slice(at, start)) + this.tokenOf(kind, value);
      at = end;
    }
    return at >= until ? out : out + unforged(text.slice(at, until));
  }

  /** In their order, none over another. */
  private entitiesIn(text: string): readonly Entity[] {
    const taken: Entity[] = [];
    for (const find of this.finders) {
      for (const entity of find(text)) {
        if (!taken.some(({ start, end }) => entity.start < end && start < entity.end)) taken.push(entity);
      }
    }
    return taken.toSorted((a, b) => a.start - b.start);
  }

  private tokenOf(kind: string, value: string): string {
    const key = `${kind} ${value}`;
    const known = this.tokens.get(key);
    if (known !== undefined) return known;
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    const token = `[${kind}_${count}]`;
    this.tokens.set(key, token);
    this.values.set(token, { kind, value });
    return token;
  }
}

/** Who writes a token himself is not given what it stands for. */
const unforged = (text: string): string => text.replace(TOKEN, '($1 $2)');
