export type RolloutRefusal =
  | 'invalid_shares' // not shares of providers that there are, or not a hundred percent
  | 'provider_not_usable' // this process has no key for it
  | 'held_back' // it needs a hold to be lifted first
  | 'not_held' // there is no such hold
  | 'unknown_plan' // the file has none of that name
  | 'unknown_target' // there is nothing of that name to roll out
  | 'no_plan' // none is followed there, or not in that state
  | 'plan_running' // a plan has the shares
  | 'plan_moved'; // somebody else was faster

/** What a person wants cannot be done. The message is for that person. */
export class RolloutRefused extends Error {
  constructor(
    readonly code: RolloutRefusal,
    message: string,
  ) {
    super(message);
    this.name = 'RolloutRefused';
  }
}
