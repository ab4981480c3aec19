// The business's own documents: refund rules, opening hours, whatever callers ask about. Admins add them, everybody who may
// call may search them. They are data: what stands in them is read out, and never obeyed.
import type { Access } from '../database/data.port.js';

/** Nest injection token of the Documents. */
export const DOCUMENTS = Symbol('Documents');

/** Nest injection token of what the business calls the same: words separated by blanks, a group an entry. */
export const SYNONYMS = Symbol('Synonyms');

/**
 * From here on a passage may be read out as the answer: so chosen that about one in fifty questions that no document answers gets
 * one, since a wrong answer is worse than none (docs/evaluation.md).
 */
export const CONFIDENT = 0.96;

/**
 * From here on it may be told as what comes nearest, which is said. Nine in ten answerable questions get there, most of them with
 * the right document, and a third of those that no document answers.
 */
export const NEAR = 0.25;

export interface DocumentHit {
  /** Names the document. */
  readonly slug: string;
  readonly title: string;
  /** The headings above the passage, outermost first, with ` > ` between them; empty where there are none. */
  readonly heading: string;
  readonly content: string;
  /** How likely it is that the passage answers the question, 0 to 1; those of one question are 1 together, with no answer. */
  readonly confidence: number;
  /** Day of the last change, YYYY-MM-DD, where it is known. */
  readonly updated?: string;
  readonly url?: string;
}

export interface DocumentQuestion {
  /** Those that it is about. */
  readonly words: string;
  /** The whole of it as it was asked, where that is known. */
  readonly question?: string | undefined;
}

export interface Documents {
  /** Passages that may answer, best first, one a document; empty when nothing is near. Throws DataError. */
  searchDocuments(asked: DocumentQuestion, limit: number, access: Access): Promise<readonly DocumentHit[]>;
}
