/** What begins at a place of the text. */
export type Marker =
  /** Not for the caller, up to and with one of `ends` (or without it); `length` is how long its beginning is. */
  | { readonly kind: 'thought'; readonly length: number; readonly ends: readonly string[]; readonly keepsEnd?: true }
  /**
   * A tool call, up to and with `end` (`BALANCED`: its last bracket); without one it goes on to the end of the answer.
   * `bare`: nothing marks it as one, so that it may be spoken of. `json`: where the JSON in it begins, which may quote its end.
   */
  | {
      readonly kind: 'call';
      readonly end?: string;
      readonly certain: boolean;
      readonly bare?: true;
      readonly json?: number;
    }
  /** Says to whom what follows it is addressed; ends with `<|message|>` or `<|content|>`. */
  | { readonly kind: 'header' }
  /** Nothing by itself: only it is left out. */
  | { readonly kind: 'token'; readonly length: number };

export type Verdict = Marker | 'none' | 'wait';

/** A call is over when its brackets are closed. */
export const BALANCED = 'balanced';

export const token = (length: number): Marker => ({ kind: 'token', length });
