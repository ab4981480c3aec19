// What the callers of a business say, for recognisers whose language model is made for it. Data only.

export interface TemplateSection {
  /** Share of the sentences, relative to the other sections; those of everyday talk have 26 together. */
  readonly weight: number;
  /**
   * `show [me] (the|all) bookings for {day}`: `[x]` may be left out, `(a|b)` is one of the two, `{slot}` is one line of a
   * list. Lower case.
   */
  readonly templates: readonly string[];
}

export interface SpeechDomain {
  /** Sentences by subject. Small talk, yes and no, and questions about the world are there anyway. */
  readonly sections: readonly TemplateSection[];
  /**
   * Lists that the templates name; a line may be a template itself, one that is repeated is likelier. They win over the
   * everyday ones (everyday.ts): `agent` (what the agent is called), `detail` (what callers correct), `deed` (what they
   * tell it to do), `yes`, `no`, `place`, ...
   */
  readonly slots: Readonly<Record<string, readonly string[]>>;
  /** Lists of numbers, each said in every usual way ("five thousand and one", "fifty oh one", "five double oh one"). */
  readonly numbers: Readonly<Record<string, readonly number[]>>;
  /** Names and words that may come up anywhere (agents' key terms). */
  readonly keyTerms: readonly string[];
  /**
   * Kinds of names of which each call has its own (Vocabulary); a template has them as a slot: `{client name}`,
   * `{client name}'s` for the kind `client`.
   */
  readonly names?: readonly string[];
}

/** Names that may come up in a call, by what they are names of, the likeliest first. They are the caller's: nobody else's. */
export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** Nest injection token of the SpeechDomain of this installation's business. */
export const SPEECH_DOMAIN = Symbol('SpeechDomain');
