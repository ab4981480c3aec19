import { keptPart } from './records/kept-part.js';
import { LivePrivacy } from './live-privacy.js';

const said = {
  kind: 'turn.ended',
  turnId: 't',
  said: { speaker: 'user', text: 'my card', startedAt: '', endedAt: '' },
} as const;
const refusal = { kind: 'consent.changed', data: { state: 'refused', by: 'caller', words: 'no' } } as const;

describe('what may be kept now', () => {
  it.each([
    ['standard', false, ['standard', 'standard', 'minimal']],
    ['standard', true, ['minimal', 'standard', 'minimal']],
    ['minimal', false, ['minimal', 'minimal', 'minimal']],
    ['zero', true, ['zero', 'zero', 'zero']],
  ] as const)('%s, consent needed: %j: unknown, given, refused are %j', (base, consentNeeded, levels) => {
    const privacy = new LivePrivacy(base, { consentNeeded });
    const seen = (['unknown', 'given', 'refused'] as const).map((state) => {
      privacy.consented(state);
      return privacy.level;
    });
    expect(seen).toEqual(levels);
  });

  it('is no word after a refusal, but with which words it was refused', () => {
    const privacy = new LivePrivacy('standard', { consentNeeded: false });
    expect(keptPart(said, privacy)).toBe(said);
    privacy.consented('refused');
    expect(keptPart(said, privacy)).toEqual({ kind: 'turn.ended', turnId: 't' });
    expect(keptPart(refusal, privacy)).toEqual(refusal);
    const strict = new LivePrivacy('minimal', { consentNeeded: false });
    expect(keptPart(refusal, strict)).toEqual({ ...refusal, data: { state: 'refused', by: 'caller' } });
  });
});
