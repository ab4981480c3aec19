import type { ConsentState } from '../conversation/conversation.port.js';
import type { CallPrivacy, PrivacyLevel, Redactor } from './privacy.port.js';

export interface PrivacyOptions {
  /** Words are kept only while the caller has agreed; otherwise until he has refused. */
  readonly consentNeeded: boolean;
  readonly redactor?: Redactor;
}

/** What of one call may be kept now: what its agent's file says, and less while the caller does not agree. */
export class LivePrivacy implements CallPrivacy {
  readonly redactor?: Redactor;
  private consent: ConsentState = 'unknown';

  constructor(
    readonly base: PrivacyLevel,
    private readonly options: PrivacyOptions,
  ) {
    if (options.redactor !== undefined) this.redactor = options.redactor;
  }

  get level(): PrivacyLevel {
    const agrees = this.consent === 'given' || (this.consent === 'unknown' && !this.options.consentNeeded);
    return agrees || this.base === 'zero' ? this.base : 'minimal';
  }

  consented(state: ConsentState): void {
    this.consent = state;
  }
}
