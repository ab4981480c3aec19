import type { Caller } from '../identity/caller.port.js';

export type ChosenAgent =
  | { readonly name: string }
  | { readonly problem: 'unknown_agent' | 'agent_not_allowed' | 'language_not_used'; readonly message: string };

/** Who talks in calls that are placed. */
export interface OutboundAgent {
  /** `language` is the callee's, as it was asked for. */
  choose(wanted: { readonly agent?: string; readonly language?: string }, caller: Caller): ChosenAgent;
}

/** Nest injection token of the OutboundAgent. */
export const OUTBOUND_AGENT = Symbol('OutboundAgent');

/** Agents of this server: one that there is, and that the caller's token allows. */
export const ownAgents = (names: () => readonly string[], usual: string): OutboundAgent => ({
  choose({ agent: wanted = usual }, { claims }) {
    if (!names().includes(wanted)) {
      return { problem: 'unknown_agent', message: `There is no agent "${wanted}" on this server.` };
    }
    const { agents: allowed } = claims;
    return Array.isArray(allowed) && !allowed.includes(wanted)
      ? { problem: 'agent_not_allowed', message: `The token does not allow the agent "${wanted}".` }
      : { name: wanted };
  },
});

/** The vendor's own agent, which the operator has named. */
export const vendorsAgent = (id: string): OutboundAgent => ({
  choose({ agent: wanted, language }) {
    if (wanted !== undefined && wanted !== id) {
      return { problem: 'unknown_agent', message: 'ElevenLabs’ agent talks in these calls: leave `agent` out.' };
    }
    if (language === undefined) return { name: id };
    const message = 'ElevenLabs’ agent says itself what is to be disclosed: leave `language` out.';
    return { problem: 'language_not_used', message };
  },
});
