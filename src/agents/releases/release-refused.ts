export type ReleaseRefusal =
  | 'unknown_agent' // nothing of that name was published
  | 'unknown_version' // it has no version of that number
  | 'no_canary' // there is nothing to give a share to, or to give back
  | 'nothing_before' // nothing to roll back to
  | 'plan_running' // a plan has the shares
  | 'moved'; // somebody else was faster

/** What a person wants cannot be done. The message is for that person. */
export class ReleaseRefused extends Error {
  constructor(
    readonly code: ReleaseRefusal,
    message: string,
  ) {
    super(message);
    this.name = 'ReleaseRefused';
  }
}
