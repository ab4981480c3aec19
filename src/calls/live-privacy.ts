import type { ConsentState } from '../conversation/conversation.port.js';
import type { CallPrivacy, PrivacyLevel, Redactor } from './privacy.port.js';

export interface PrivacyOptions {
  /** Words are kept only while the caller has agreed; otherwise until he has refused. */
  readonly consentNeeded: boolean;
  /** When the call's audio is kept; never when absent. */
  readonly recording?: 'off' | 'with-consent' | 'on';
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

  get recording(): boolean {
    const { recording = 'off' } = this.options;
    const isWanted = recording === 'on' || (recording === 'with-consent' && this.consent === 'given');
    return isWanted && this.level === 'standard';
  }

  consented(state: ConsentState): void {
    this.consent = state;
  }
}
