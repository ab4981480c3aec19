// What a judge says about an answer.
import { z } from 'zod';

/** A chart as data, which is kept beside its picture. */
export const DrawnChart = z.object({
  kind: z.string(),
  by: z.string(),
  /** `stands`: for several names at once. */
  points: z.array(z.object({ key: z.string(), total: z.number(), stands: z.number().optional() })),
});
export type DrawnChart = z.output<typeof DrawnChart>;

/** What one call of a tool came to, as its caller's end is told. */
export interface MadeCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly ok: boolean;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  /** The words in the picture that it drew. */
  readonly drawn?: string | undefined;
  readonly chart?: DrawnChart | undefined;
}

/** Everything that the answer to the last turn is judged by. */
export interface Evidence {
  /** What the caller was told, the question before a side effect included. */
  readonly text: string;
  readonly calls: readonly MadeCall[];
}

/**
 * `right`: what was wanted, and nothing false. `asked`, `honest`, `missed`: not what was wanted, but nobody is misled: the
 * agent asks back, says that it cannot or did not understand, or says nothing of it. `wrong`: figures or a document that
 * answer another question.
 */
export type Verdict = 'right' | 'asked' | 'honest' | 'missed' | 'wrong';

export interface Judgement {
  readonly verdict: Verdict;
  /** Empty when it is right. */
  readonly why: string;
}

export const RIGHT: Judgement = { verdict: 'right', why: '' };
export const found = (verdict: Verdict, why: string): Judgement => ({ verdict, why });
