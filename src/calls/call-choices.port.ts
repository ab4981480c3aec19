// What a call may ask for in place of its agent's own providers and voice.

/** What one asks for: names of providers, and of a voice of the one that speaks. */
export interface CallChoice {
  readonly stt?: string | undefined;
  readonly llm?: string | undefined;
  readonly tts?: string | undefined;
  /** Goes with `tts`. */
  readonly voice?: string | undefined;
}

/** What calls with an agent may choose among; nothing where a list is empty. */
export interface Choices {
  readonly stt: readonly string[];
  readonly llm: readonly string[];
  /** `voices`: besides the one that it has anyway. */
  readonly tts: readonly { readonly provider: string; readonly voices: readonly OfferedVoice[] }[];
}

export interface OfferedVoice {
  /** The provider's own name. */
  readonly id: string;
  /** For whoever chooses. */
  readonly name: string;
}

export interface ChoiceBook {
  /** By the name of the agent; nothing of one that there is not. */
  of(agent: string): Choices;
}

/** Nest injection token of the ChoiceBook. */
export const CALL_CHOICES = Symbol('CallChoices');
