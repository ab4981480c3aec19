import type { Caller } from '../identity/caller.port.js';

export type ChosenAgent =
  { readonly name: string } | { readonly problem: 'unknown_agent' | 'agent_not_allowed'; readonly message: string };

/** Who talks in calls that are placed. */
export interface OutboundAgent {
  choose(wanted: string | undefined, caller: Caller): ChosenAgent;
}

/** Nest injection token of the OutboundAgent. */
export const OUTBOUND_AGENT = Symbol('OutboundAgent');

/** Agents of this server: one that there is, and that the caller's token allows. */
export const ownAgents = (names: () => readonly string[], usual: string): OutboundAgent => ({
  choose(wanted = usual, { claims }) {
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
  choose: (wanted) =>
    wanted === undefined || wanted === id
      ? { name: id }
      : { problem: 'unknown_agent', message: 'ElevenLabs’ agent talks in these calls: leave `agent` out.' },
});
