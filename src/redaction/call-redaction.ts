// The redaction of one call, as its agent asks for it.
import type { Lexicon } from '../conversation/lexicon/lexicon.js';
import type { LanguageModel } from '../llm/llm.port.js';
import { digitRuns } from './digit-runs.js';
import type { EntityKind } from './entity.js';
import { finderOf, patternFinder } from './finders.js';
import { RedactedModel } from './redacted-model.js';
import { Vault } from './vault.js';

/** A kind of its own: what the pattern (RE2) matches. */
export interface OwnKind {
  readonly name: string;
  readonly pattern: string;
}

export interface RedactOptions {
  readonly kinds: readonly (EntityKind | OwnKind)[];
  /** What the model writes as a token is spoken as its value; otherwise as "your card ending in 4242". */
  readonly speak: boolean;
}

export class CallRedaction {
  readonly vault: Vault;

  constructor(
    private readonly options: RedactOptions,
    private readonly lexicon: Lexicon,
  ) {
    const { numbers, listening, language } = lexicon;
    const runs = digitRuns({ numbers, fillers: listening.backchannels });
    // An operator's pattern knows better than a general rule; a card is no telephone number.
    const own = options.kinds.filter((kind) => typeof kind === 'object');
    const general = options.kinds.filter((kind) => typeof kind === 'string');
    const ordered = general.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
    this.vault = new Vault([
      ...own.map(({ name, pattern }) => patternFinder(name, pattern)),
      ...ordered.map((kind) => finderOf(kind, runs, language)),
    ]);
  }

  /** The model that speaks. */
  speaking(model: LanguageModel): LanguageModel {
    return new RedactedModel(model, this.vault, (token, before) => this.said(token, before));
  }

  /** The model that writes for nobody's ears: its tokens become the values again. */
  noting(model: LanguageModel): LanguageModel {
    return new RedactedModel(model, this.vault, (token) => this.vault.valueOf(token)?.value);
  }

  private said(token: string, before: string): string | undefined {
    const found = this.vault.valueOf(token);
    if (found === undefined) return undefined;
    const { kind, value } = found;
    if (this.options.speak) return value;
    const words = this.lexicon.hidden[kind as EntityKind] ?? this.lexicon.hidden.other;
    return withoutOverlap(before, words.replace('{end}', endOf(kind, value)));
  }
}

const ORDER: readonly EntityKind[] = ['iban', 'card', 'email', 'phone'];

/** What tells the caller which one is meant: the last digits, or where an address is. */
const endOf = (kind: string, value: string): string =>
  kind === 'email' ? value.slice(value.indexOf('@') + 1) : value.slice(-4);

/** "Your card" and then "your card ending in 4242": the words that stand there already are not said again. */
function withoutOverlap(before: string, phrase: string): string {
  const words = phrase.split(' ');
  const end = before.trimEnd().toLowerCase();
  for (let count = words.length; count > 0; count -= 1) {
    if (end.endsWith(words.slice(0, count).join(' ').toLowerCase())) {
      const rest = words.slice(count).join(' ');
      return /\s$/.test(before) ? rest : ` ${rest}`;
    }
  }
  return phrase;
}
