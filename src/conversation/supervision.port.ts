// What whoever supervises a call may do with its conversation, besides ending it.

/**
 * Why an act was not carried out: the call is over; it is not known yet who has answered it; its caller is being put through;
 * another supervisor has it (`taken_over`), or nobody (`not_taken_over`); too many instructions, or sentences that wait.
 */
export type ActRefusal = 'over' | 'not_answered' | 'on_hold' | 'taken_over' | 'not_taken_over' | 'too_many';

/** Every method is synchronous, and returns undefined when it is done. `by`: a supervisor's user id. */
export interface SupervisedConversation {
  /** Who answers in the agent's place. */
  readonly takenOverBy: string | undefined;
  /** An instruction for the model, in each of its requests from the next one on. Never spoken. */
  instruct(text: string): ActRefusal | undefined;
  /**
   * From now on the model is not asked: the reply under way ends, turns of the caller are told and remembered, and what `say`
   * is given is all that is spoken, until `giveBack`; or until nobody has said anything for two minutes.
   */
  takeOver(by: string): ActRefusal | undefined;
  /** The agent answers again; at once, when the caller's last turn was not answered. What waits to be said is not said. */
  giveBack(): ActRefusal | undefined;
  /** Speaks as the agent does: interruptible, as soon as nobody has the floor, and remembered as far as it was heard. */
  say(by: string, text: string): ActRefusal | undefined;
}
