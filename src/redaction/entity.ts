// What is hidden from those who need not know it.

/** Kinds that are found by their own form. */
export const ENTITY_KINDS = ['card', 'email', 'phone', 'iban'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

/** A stretch of a text, `start` to `end` in UTF-16 units, and what it means however it was written or said. */
export interface Entity {
  /** One of ENTITY_KINDS, or the agent's own name of a pattern. */
  readonly kind: string;
  /** Digits of a card, `+49...` of a telephone, small letters of an e-mail address, an IBAN without spaces. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

/** Finds entities of one kind. Takes time in proportion to the text. */
export type Finder = (text: string) => readonly Entity[];
